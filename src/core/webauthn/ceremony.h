#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/value.h"
#include "core/webauthn/authenticator_data.h"

// The rules by which an answer of an authenticator is believed (WebAuthn Level 2, section 7).
namespace core::webauthn {

// Who we are to the browser. The origin is the address of the console, the id its host.
struct RelyingParty {
  std::string id;      // "ca.example.com"
  std::string origin;  // "https://ca.example.com:8443"

  // From the address of the console. Refuses what cannot be one: no https, an address instead of a
  // name (section 5.1.2: an id is a domain).
  static std::expected<RelyingParty, base::ParseError> of(std::string_view base_url);
};

// What was asked for, and by whom.
struct Expected {
  RelyingParty party;
  std::string challenge;  // base64url
  bool user_verification = true;
};

// Section 7.1. Takes no attestation and self attestation (`none`, `packed` without certificates),
// since we ask for none: what matters is that it is the same key as the last time.
std::expected<AuthenticatorData, base::ParseError> verify_registration(
    const Expected& expected, base::ByteView client_data, base::ByteView attestation_object);

// Section 7.2, for a known credential. The counter is for the caller to compare.
std::expected<AuthenticatorData, base::ParseError> verify_assertion(
    const Expected& expected, base::ByteView client_data, base::ByteView authenticator_data,
    base::ByteView signature, const crypto::PublicKey& key);

// Whether a counter may follow another (section 7.2, step 21): authenticators that do not count say
// 0 always.
bool may_follow(std::int64_t stored, std::int64_t now);

}  // namespace core::webauthn
