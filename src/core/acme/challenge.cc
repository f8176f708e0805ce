#include "core/acme/challenge.h"

#include "base/bytes.h"
#include "crypto/digest.h"

namespace core::acme {
namespace {

constexpr std::pair<ChallengeType, std::string_view> names[] = {
    {ChallengeType::http_01, "http-01"},
    {ChallengeType::dns_01, "dns-01"},
};

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
    return {ChallengeType::http_01};
  }
  if (identifier.is_wildcard()) {
    return {ChallengeType::dns_01};
  }
  return {ChallengeType::http_01, ChallengeType::dns_01};
}

std::string key_authorization(std::string_view token, std::string_view account_key_thumbprint) {
  return std::string{token} + "." + std::string{account_key_thumbprint};
}

std::string dns01_record(std::string_view key_authorization) {
  return base::to_base64url(crypto::sha256(base::as_bytes(key_authorization)));
}

}  // namespace core::acme
