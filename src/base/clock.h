#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

#include "base/value.h"

namespace base {

using Time = std::chrono::sys_seconds;
using Seconds = std::chrono::seconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  }
};

// As RFC 3339 writes it: 2026-03-01T12:00:00Z.
std::string to_text(Time time);

// Reads RFC 3339 with any offset and fraction (which is dropped), and a bare date as its midnight
// in UTC.
std::expected<Time, ParseError> time_from_text(std::string_view text);

}  // namespace base
