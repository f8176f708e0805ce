#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/value.h"
#include "crypto/key.h"

namespace core::webauthn {

// A credential that an authenticator just made (WebAuthn Level 2, section 6.5.1).
struct NewCredential {
  std::string aaguid;  // "08987058-cadc-4b81-b6e1-30de50dcbe96": the model of the authenticator
  base::Bytes id;
  crypto::PublicKey key;
};

// What an authenticator says of itself and of the person (section 6.1).
struct AuthenticatorData {
  std::array<std::uint8_t, 32> rp_id_hash;
  bool user_present;
  bool user_verified;
  bool backup_eligible;
  bool backed_up;
  std::int64_t sign_count;
  std::optional<NewCredential> credential;

  static std::expected<AuthenticatorData, base::ParseError> parse(base::ByteView octets);
};

// A key as COSE writes it (RFC 9052, section 7; RFC 9053): P-256 for ES256, RSA for RS256, Ed25519
// for EdDSA. The algorithm must be stated, and fit.
std::expected<crypto::PublicKey, base::ParseError> read_cose_key(base::ByteView& rest);

// What is asked of authenticators, the best first: EdDSA, ES256, RS256 (IANA COSE algorithms).
inline constexpr std::array<int, 3> algorithms{-8, -7, -257};

// How a credential with this key signs: one way per kind of key.
crypto::SignatureAlgorithm signature_algorithm(const crypto::PublicKey& key);
int cose_algorithm(const crypto::PublicKey& key);

}  // namespace core::webauthn
