#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "base/bytes.h"
#include "crypto/algorithm.h"
#include "crypto/handles.h"

struct ec_group_st;
struct ec_key_st;

// Verification by a point on a curve. For the files of this folder only.
namespace crypto {

// With a key, EVP needs 19 µs to read it and 17 µs to prepare each use of it, which a hot path
// pays for every CSR and every signed request. So this is OpenSSL's older interface, deprecated in
// 3.0 and without these costs.
class EcdsaKey {
 public:
  // Null when the point (uncompressed) is not on the curve.
  static std::unique_ptr<const EcdsaKey> make(Curve curve, base::ByteView point);
  ~EcdsaKey();
  EcdsaKey(const EcdsaKey&) = delete;
  EcdsaKey& operator=(const EcdsaKey&) = delete;

  // `signature`: ECDSA-Sig-Value (RFC 3279, section 2.2.3) in DER; `digest` as it is, longer than
  // the order of the curve or not.
  bool verify(base::ByteView digest, base::ByteView signature) const;

 private:
  struct Free {
    void operator()(ec_key_st* key) const;
    void operator()(ec_group_st* group) const;
  };
  using GroupPtr = std::unique_ptr<ec_group_st, Free>;

  EcdsaKey(Curve curve, std::unique_ptr<ec_key_st, Free> key)
      : curve_{curve}, key_{std::move(key)} {}

  const ec_group_st* multiples() const;
  GroupPtr make_multiples() const;
  bool verify_by(const ec_group_st& multiples, base::ByteView digest,
                 base::ByteView signature) const;

  Curve curve_;
  std::unique_ptr<ec_key_st, Free> key_;

  // A key that verifies again and again, like that of an authority or of an ACME account that
  // serves a fleet, gets a table of its multiples (150 kB), which halves the time.
  mutable std::atomic<unsigned> uses_ = 0;
  mutable std::atomic<const ec_group_st*> table_ = nullptr;
};

}  // namespace crypto
