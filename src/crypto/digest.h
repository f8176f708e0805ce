#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/value.h"

struct evp_md_ctx_st;

namespace crypto {

BOOST_DEFINE_ENUM_CLASS(DigestAlgorithm, sha1, sha256, sha384, sha512)

std::array<std::uint8_t, 20> sha1(base::ByteView bytes);
std::array<std::uint8_t, 32> sha256(base::ByteView bytes);
std::array<std::uint8_t, 48> sha384(base::ByteView bytes);
std::array<std::uint8_t, 64> sha512(base::ByteView bytes);
base::Bytes digest(DigestAlgorithm algorithm, base::ByteView bytes);

std::array<std::uint8_t, 32> hmac_sha256(base::ByteView key, base::ByteView bytes);
base::Bytes hmac(DigestAlgorithm algorithm, base::ByteView key, base::ByteView bytes);

// SHA-256 over what arrives in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& add(base::ByteView bytes);

  // The digest so far; more may be added afterwards.
  std::array<std::uint8_t, 32> value() const;

 private:
  evp_md_ctx_st* context_;
};

}  // namespace crypto
