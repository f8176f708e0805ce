#include "crypto/token.h"

#include <openssl/crypto.h>

namespace crypto {

std::string random_token(Random& random, std::size_t octets) {
  base::Bytes bytes(octets);
  random.fill(bytes);
  return base::to_base64url(bytes);
}

bool equal_in_constant_time(base::ByteView a, base::ByteView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace crypto
