#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/value.h"
#include "core/acme/identifier.h"

namespace core::acme {

BOOST_DEFINE_ENUM_CLASS(ChallengeType, http_01, dns_01, tls_alpn_01, dns_account_01, dns_persist_01)

// What a service offers unless it says otherwise: what the RFCs define.
inline constexpr std::string_view usual_challenges = "http-01 dns-01 tls-alpn-01";

// "http-01", as the RFC writes it.
std::string_view wire_name(ChallengeType type);
std::optional<ChallengeType> challenge_type(std::string_view wire_name);

// The challenges that prove control of an identifier: a wildcard by DNS only (RFC 8555, section
// 7.1.3, leaves it to the server; one host's web server does not speak for all), an address by HTTP
// and TLS only (RFC 8738, section 7).
std::vector<ChallengeType> challenges_for(const Identifier& identifier);

// What the client shows (RFC 8555, section 8.1).
std::string key_authorization(std::string_view token, std::string_view account_key_thumbprint);

// The TXT record of dns-01 (section 8.4): the base64url of the SHA-256 of the key authorization.
std::string dns01_record(std::string_view key_authorization);

// Why a certificate is not that of tls-alpn-01 (RFC 8737, section 3; RFC 8738, section 6); nothing
// when it is: self-signed, with the identifier as its only alternative name, and with the SHA-256
// of the key authorization in a critical acmeIdentifier.
std::optional<std::string> tls_alpn01_obstacle(base::ByteView certificate,
                                               const Identifier& identifier,
                                               std::string_view key_authorization);

// What the client asks for as the server name (RFC 6066 has no addresses): the name itself, and for
// an address its name in the reverse tree (RFC 8738, section 6).
std::string tls_alpn01_server_name(const Identifier& identifier);

}  // namespace core::acme
