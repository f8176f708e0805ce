#include "service/key_making.h"

#include <mutex>

#include "base/error.h"

namespace service {
namespace {

bool takes_long(crypto::KeyAlgorithm algorithm) {
  return algorithm == crypto::KeyAlgorithm::rsa_6144 || algorithm == crypto::KeyAlgorithm::rsa_8192;
}

std::mutex long_one;

}  // namespace

crypto::PrivateKey make_key(crypto::KeyAlgorithm algorithm) {
  if (!takes_long(algorithm)) {
    return crypto::PrivateKey::generate(algorithm);
  }
  const std::unique_lock lock{long_one, std::try_to_lock};
  if (!lock.owns_lock()) {
    throw base::Error{base::ErrorCode::unavailable,
                      "another long RSA key is being made, which takes up to a minute: try again"}
        .retry_after(10);
  }
  return crypto::PrivateKey::generate(algorithm);
}

}  // namespace service
