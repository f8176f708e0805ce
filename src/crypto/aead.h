#pragma once

#include <array>
#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/value.h"
#include "crypto/random.h"

// AES-256-GCM (NIST SP 800-38D), for what is kept wrapped: nonce (12 octets), ciphertext, tag (16).
// The associated data names what is wrapped, so that one row's secret does not open in another.
// Random nonces are good for 2^32 messages under one key.
namespace crypto {

inline constexpr std::size_t aead_key_octets = 32;

base::Bytes seal(base::ByteView key, base::ByteView plaintext, base::ByteView associated_data,
                 Random& random);

std::expected<base::Bytes, base::ParseError> open(base::ByteView key, base::ByteView sealed,
                                                  base::ByteView associated_data);

}  // namespace crypto
