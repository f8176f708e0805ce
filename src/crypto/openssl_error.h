#pragma once

#include <string>
#include <string_view>

namespace crypto {

// Empties OpenSSL's error queue of this thread and returns its texts, for the log.
std::string take_openssl_errors();

// Throws internal; what OpenSSL said goes to the log only.
[[noreturn]] void fail(std::string_view what);

// For calls that return 1 when they did their work.
inline void check(int result, std::string_view what) {
  if (result != 1) {
    fail(what);
  }
}

template <class Pointer>
Pointer check_made(Pointer made, std::string_view what) {
  if (!made) {
    fail(what);
  }
  return made;
}

}  // namespace crypto
