#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdio>
#include <memory>

namespace base {
namespace {

std::atomic<LogFormat> chosen_format{LogFormat::text};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("certwright",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      // Foreign text must not start a line of its own in the log.
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

void configure_log(LogLevel least, LogFormat format) {
  chosen_format = format;
  logger().set_level(to_spdlog(least));
  if (format == LogFormat::json) {
    logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                         spdlog::pattern_time_type::utc);
  }
}

void log(LogLevel level, std::string_view text, LogFields fields) {
  if (!logger().should_log(to_spdlog(level))) {
    return;
  }
  std::string line;
  if (chosen_format == LogFormat::json) {
    line = "\"message\":" + quoted(text);
    for (const auto& field : fields) {
      line +=
          "," + quoted(field.name) + ":" + (field.is_number ? field.value : quoted(field.value));
    }
  } else {
    line = text;
    for (const auto& field : fields) {
      line += " " + std::string{field.name} + "=";
      const bool plain = field.value.find_first_of(" \"\\=\n\r\t") == std::string::npos;
      line += plain && !field.value.empty() ? field.value : quoted(field.value);
    }
  }
  logger().log(to_spdlog(level), spdlog::string_view_t{line});
}

}  // namespace base
