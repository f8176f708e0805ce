#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

// Structured logging to standard error: one line per event, as text or as JSON.
//
//     base::log_info("certificate issued", {{"serial", serial.to_string()}, {"ms", 3}});
//
// Neither secrets nor bodies go here; base::Secret does not convert.
namespace base {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

struct LogField {
  LogField(std::string_view field_name, std::string_view text) : name{field_name}, value{text} {}
  LogField(std::string_view field_name, const std::string& text) : name{field_name}, value{text} {}
  LogField(std::string_view field_name, const char* text) : name{field_name}, value{text} {}
  LogField(std::string_view field_name, std::int64_t number)
      : name{field_name}, value{std::to_string(number)}, is_number{true} {}
  LogField(std::string_view field_name, int number) : LogField{field_name, std::int64_t{number}} {}

  std::string_view name;
  std::string value;
  bool is_number = false;
};

using LogFields = std::initializer_list<LogField>;

void configure_log(LogLevel least, LogFormat format);
void log(LogLevel level, std::string_view text, LogFields fields = {});

inline void log_debug(std::string_view text, LogFields fields = {}) {
  log(LogLevel::debug, text, fields);
}
inline void log_info(std::string_view text, LogFields fields = {}) {
  log(LogLevel::info, text, fields);
}
inline void log_warning(std::string_view text, LogFields fields = {}) {
  log(LogLevel::warning, text, fields);
}
inline void log_error(std::string_view text, LogFields fields = {}) {
  log(LogLevel::error, text, fields);
}

}  // namespace base
