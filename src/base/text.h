#pragma once

#include <algorithm>
#include <string>
#include <string_view>

// Text that compares without regard to case in ASCII, whatever the locale is: names of hosts (RFC
// 4343), fields of HTTP, hexadecimal digits. Other octets stay as they are.
namespace base {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
  return out;
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](char c) { return lower(c); }, [](char c) { return lower(c); });
}

}  // namespace base
