#include "core/acme/challenge.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/digest.h"
#include "der/oids.h"
#include "x509/certificate.h"
#include "x509/extensions.h"
#include "x509/general_name.h"

namespace core::acme {
namespace {

constexpr std::pair<ChallengeType, std::string_view> names[] = {
    {ChallengeType::http_01, "http-01"},
    {ChallengeType::dns_01, "dns-01"},
    {ChallengeType::tls_alpn_01, "tls-alpn-01"},
    {ChallengeType::dns_account_01, "dns-account-01"},
    {ChallengeType::dns_persist_01, "dns-persist-01"},
};

bool is_only_name(const x509::Certificate& certificate, const Identifier& identifier) {
  const auto names = certificate.subject_alternative_names();
  const auto type = identifier.type == IdentifierType::ip ? x509::GeneralNameType::ip
                                                          : x509::GeneralNameType::dns;
  return names.size() == 1 && names.front().type() == type &&
         names.front().value() == identifier.value;
}

}  // namespace

std::string_view wire_name(ChallengeType type) {
  for (const auto& [value, name] : names) {
    if (value == type) {
      return name;
    }
  }
  return {};
}

std::optional<ChallengeType> challenge_type(std::string_view wire_name) {
  for (const auto& [value, name] : names) {
    if (name == wire_name) {
      return value;
    }
  }
  return std::nullopt;
}

std::vector<ChallengeType> challenges_for(const Identifier& identifier) {
  if (identifier.type == IdentifierType::ip) {
    return {ChallengeType::http_01, ChallengeType::tls_alpn_01};
  }
  if (identifier.is_wildcard()) {
    return {ChallengeType::dns_01, ChallengeType::dns_account_01, ChallengeType::dns_persist_01};
  }
  return {ChallengeType::http_01, ChallengeType::dns_01, ChallengeType::tls_alpn_01,
          ChallengeType::dns_account_01, ChallengeType::dns_persist_01};
}

std::string key_authorization(std::string_view token, std::string_view account_key_thumbprint) {
  return std::string{token} + "." + std::string{account_key_thumbprint};
}

std::string dns01_record(std::string_view key_authorization) {
  return base::to_base64url(crypto::sha256(base::as_bytes(key_authorization)));
}

std::optional<std::string> tls_alpn01_obstacle(base::ByteView certificate,
                                               const Identifier& identifier,
                                               std::string_view key_authorization) {
  const auto read = x509::Certificate::parse(certificate);
  if (!read) {
    return "it showed a certificate that is not readable: " + read.error().reason;
  }
  const auto* extension = read->extension(der::oids::acme_identifier);
  if (extension == nullptr) {
    return "its certificate has no acmeIdentifier, so it is not one made for this challenge";
  }
  if (!extension->critical) {
    return "the acmeIdentifier of its certificate is not critical";
  }
  const auto digest = crypto::sha256(base::as_bytes(key_authorization));
  if (extension->value != x509::acme_identifier(digest).value) {
    return "the acmeIdentifier of its certificate is not the SHA-256 of the key authorization";
  }
  if (!is_only_name(*read, identifier)) {
    return "its certificate does not have " + identifier.value +
           " as the one and only alternative name";
  }
  if (!read->is_self_issued()) {
    return "its certificate is not self-signed";
  }
  return std::nullopt;
}

std::string tls_alpn01_server_name(const Identifier& identifier) {
  if (identifier.type == IdentifierType::dns) {
    return identifier.value;
  }
  const auto octets = x509::ip_from_text(identifier.value).value_or(base::Bytes{});
  std::string name;
  if (octets.size() == 4) {
    for (auto octet = octets.rbegin(); octet != octets.rend(); ++octet) {
      name += std::to_string(*octet) + ".";
    }
    return name + "in-addr.arpa";
  }
  const auto digits = base::to_hex(octets);
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    name.append(1, *digit).append(".");
  }
  return name + "ip6.arpa";
}

}  // namespace core::acme
