#include "crypto/random.h"

#include <openssl/rand.h>

#include "crypto/openssl_error.h"

namespace crypto {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  check(RAND_bytes_ex(nullptr, out.data(), out.size(), 0), "drawing random octets");
}

}  // namespace crypto
