#include "x509/key_usage.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "der/oids.h"

namespace x509 {
namespace {

namespace oids = der::oids;

constexpr std::pair<der::Oid, std::string_view> usages[] = {
    {oids::server_auth, "serverAuth"},
    {oids::client_auth, "clientAuth"},
    {oids::code_signing, "codeSigning"},
    {oids::email_protection, "emailProtection"},
    {oids::time_stamping, "timeStamping"},
    {oids::ocsp_signing, "OCSPSigning"},
    {oids::ipsec_end_system, "ipsecEndSystem"},
    {oids::ipsec_tunnel, "ipsecTunnel"},
    {oids::ipsec_user, "ipsecUser"},
    {oids::ipsec_ike, "ipsecIKE"},
    {oids::cmc_ra, "cmcRA"},
    {oids::smart_card_logon, "smartcardLogon"},
    {oids::document_signing, "documentSigning"},
    {oids::kerberos_kdc, "pkInitKDC"},
    {oids::encrypting_file_system, "msEFS"},
    {oids::any_extended_key_usage, "anyExtendedKeyUsage"},
};

// digital_signature, digital-signature and digitalSignature are one name.
std::string plain(std::string_view text) {
  auto lower = base::lower(text);
  std::erase_if(lower, [](char c) { return c == '_' || c == '-' || c == ' '; });
  return lower;
}

}  // namespace

std::expected<KeyUsage, base::ParseError> KeyUsages::parse_one(std::string_view name) {
  const auto wanted = plain(name);
  if (wanted == "contentcommitment") {
    return KeyUsage::nonRepudiation;
  }
  std::optional<KeyUsage> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<KeyUsage>>([&](auto enumerator) {
    if (wanted == plain(enumerator.name)) {
      found = enumerator.value;
    }
  });
  if (!found) {
    return std::unexpected(base::ParseError{"not one of " + base::names_of<KeyUsage>()});
  }
  return *found;
}

std::vector<std::string> KeyUsages::names() const {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<KeyUsage>>([&](auto enumerator) {
    if (contains(enumerator.value)) {
      names.emplace_back(enumerator.name);
    }
  });
  return names;
}

std::string extended_key_usage_name(const der::Oid& usage) {
  for (const auto& [oid, name] : usages) {
    if (oid == usage) {
      return std::string{name};
    }
  }
  return usage.to_string();
}

std::expected<der::Oid, base::ParseError> parse_extended_key_usage(std::string_view text) {
  const auto wanted = plain(text);
  for (const auto& [oid, name] : usages) {
    if (wanted == plain(name)) {
      return oid;
    }
  }
  auto oid = der::Oid::parse(text);
  if (!oid) {
    return std::unexpected(base::ParseError{"neither the name of a usage nor a dotted OID"});
  }
  return oid;
}

}  // namespace x509
