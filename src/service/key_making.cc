#include "service/key_making.h"

#include <mutex>

#include "base/error.h"
#include "base/fiber.h"

namespace service {
namespace {

bool takes_long(crypto::KeyAlgorithm algorithm) {
  return algorithm == crypto::KeyAlgorithm::rsa_6144 || algorithm == crypto::KeyAlgorithm::rsa_8192;
}

std::mutex long_one;

crypto::PrivateKey make_long_key(crypto::KeyAlgorithm algorithm) {
  const std::unique_lock lock{long_one, std::try_to_lock};
  if (!lock.owns_lock()) {
    throw base::Error{base::ErrorCode::unavailable,
                      "another long RSA key is being made, which takes up to a minute: try again"}
        .retry_after(10);
  }
  return crypto::PrivateKey::generate(algorithm);
}

}  // namespace

crypto::PrivateKey make_key(crypto::KeyAlgorithm algorithm) {
  if (crypto::type_of(algorithm) != crypto::KeyType::rsa) {
    return crypto::PrivateKey::generate(algorithm);
  }
  return base::may_block([&] {
    return takes_long(algorithm) ? make_long_key(algorithm)
                                 : crypto::PrivateKey::generate(algorithm);
  });
}

}  // namespace service
