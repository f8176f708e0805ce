#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/random.h"

namespace crypto {

// A random token for URLs, headers and cookies: base64url of that many random octets.
std::string random_token(Random& random, std::size_t octets = 32);

// Takes the same time wherever the difference is; the lengths are not secret.
bool equal_in_constant_time(base::ByteView a, base::ByteView b);
inline bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return equal_in_constant_time(base::as_bytes(a), base::as_bytes(b));
}

}  // namespace crypto
