#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "crypto/ecdsa.h"
#include "crypto/handles.h"
#include "crypto/key.h"

// What is behind PublicKey and PrivateKey. For the files of this folder only.
namespace crypto {

struct PublicKey::State {
  KeyType type;
  Curve curve;  // when type is ec
  int bits;
  base::Bytes spki;
  std::size_t key_bits_at;                // where the subjectPublicKey begins in it
  std::unique_ptr<const EcdsaKey> ecdsa;  // when type is ec
  KeyPtr key;                             // otherwise
};

// Signing contexts of one key that wait for their next use: making one costs several µs. The lock
// is held while one is taken or put back, never over a signature.
class ContextPool {
 public:
  KeyContextPtr take(SignatureAlgorithm algorithm);  // null when there is none
  void put_back(SignatureAlgorithm algorithm, KeyContextPtr context);

 private:
  static constexpr std::size_t most = 64;

  std::mutex mutex_;
  std::vector<std::pair<SignatureAlgorithm, KeyContextPtr>> contexts_;
};

struct PrivateKey::State {
  KeyPtr key;
  PublicKey public_key;
  mutable ContextPool contexts;
};

struct KeyAccess {
  static evp_pkey_st* key(const PrivateKey& key) { return key.state_->key.get(); }
  static const PublicKey::State& state(const PublicKey& key) { return *key.state_; }

  // Takes a key that OpenSSL has read; refuses it as PublicKey does.
  static std::expected<PrivateKey, base::ParseError> adopt(KeyPtr key);
};

// The digest of an algorithm; Ed25519 has none.
DigestAlgorithm digest_of(SignatureAlgorithm algorithm);
bool is_pss(SignatureAlgorithm algorithm);

std::size_t field_octets(Curve curve);  // 32, 48, 66

}  // namespace crypto
