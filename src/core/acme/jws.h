#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "core/acme/problem.h"
#include "crypto/jws.h"
#include "crypto/key.h"

namespace core::acme {

// The algorithms that requests may be signed with: RFC 8555, section 6.2, wants ES256, recommends
// EdDSA, and forbids "none" and MACs. RS384 and RS512 protect nothing better than RS256 does.
std::span<const std::string_view> accepted_algorithm_names();

// The nonce of an inner JWS is ignored (RFC 8555, section 7.3.5).
enum class NonceRule { required, ignored };

// A signed request (RFC 8555, section 6.2), read but not yet verified.
struct Jws {
  crypto::JwsAlgorithm algorithm;
  std::string nonce;
  std::string url;
  std::optional<crypto::PublicKey> key;  // of the jwk; either this or the kid is there
  std::string kid;
  base::Bytes payload;  // empty: POST-as-GET
  std::string signing_input;
  base::Bytes signature;

  // The problem is malformed for a signature that is not the key's, badSignatureAlgorithm when the
  // algorithm does not fit the key.
  Result<void> verify(const crypto::PublicKey& with) const;
};

inline constexpr std::size_t most_jws_octets = 128 * 1024;

// Reads the flattened JSON serialization (RFC 7515, section 7.2.2), and nothing else: no
// unprotected header, no critical extensions, no member twice, base64url without padding. The
// protected header has an accepted algorithm, a url, a nonce, and either a jwk or a kid.
Result<Jws> read_jws(std::string_view text, NonceRule nonce_rule = NonceRule::required);

}  // namespace core::acme
