#include "base/clock.h"

#include <cstdio>

namespace base {
namespace {

// A number of exactly `digits` digits at `at`, or -1.
int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (text.size() < at + digits) {
    return -1;
  }
  int number = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return -1;
    }
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

}  // namespace

std::string to_text(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto second = (time - day).count();
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(second / 3600), static_cast<int>(second / 60 % 60),
                static_cast<int>(second % 60));
  return text;
}

std::expected<Time, ParseError> time_from_text(std::string_view text) {
  const auto refused = [] {
    return std::unexpected(ParseError{"not a time as 2026-03-01T12:00:00Z"});
  };
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  if (year < 0 || month < 0 || day < 0 || text[4] != '-' || text[7] != '-') {
    return refused();
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) {
    return refused();
  }
  Time time{std::chrono::sys_days{date}};
  if (text.size() == 10) {
    return time;
  }

  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if ((text[10] != 'T' && text[10] != 't' && text[10] != ' ') || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 60 || text[13] != ':' ||
      text[16] != ':') {
    return refused();
  }
  time += std::chrono::hours{hour} + std::chrono::minutes{minute} + Seconds{second};

  auto rest = text.substr(19);
  if (rest.starts_with('.')) {
    const auto end = rest.find_first_not_of("0123456789", 1);
    if (end == 1 || end == std::string_view::npos) {
      return refused();
    }
    rest.remove_prefix(end);
  }
  if (rest == "Z" || rest == "z") {
    return time;
  }
  const int offset_hour = number_at(rest, 1, 2);
  const int offset_minute = number_at(rest, 4, 2);
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' || offset_hour < 0 ||
      offset_hour > 23 || offset_minute < 0 || offset_minute > 59) {
    return refused();
  }
  const auto offset = std::chrono::hours{offset_hour} + std::chrono::minutes{offset_minute};
  return rest[0] == '+' ? time - offset : time + offset;
}

}  // namespace base
