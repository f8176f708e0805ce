#include "core/acme/csr_check.h"

#include <set>

#include "der/oids.h"
#include "x509/general_name.h"

namespace core::acme {
namespace {

std::unexpected<Problem> bad(std::string detail) {
  return refuse(ProblemType::badCSR, "the CSR " + std::move(detail));
}

Result<Identifier> read_common_name(const std::string& text) {
  if (const auto octets = x509::ip_from_text(text)) {
    return Identifier{.type = IdentifierType::ip, .value = x509::ip_to_text(*octets)};
  }
  auto name = x509::normalize_dns_name(text, true);
  if (!name) {
    return bad("has a common name that is no DNS name: " + name.error().reason);
  }
  return Identifier{.type = IdentifierType::dns, .value = *std::move(name)};
}

Result<std::set<Identifier>> names_of(const x509::CertificateRequest& request) {
  std::set<Identifier> names;
  for (const auto& name : request.subject_alternative_names()) {
    if (name.type() == x509::GeneralNameType::dns) {
      names.insert({.type = IdentifierType::dns, .value = name.value()});
    } else if (name.type() == x509::GeneralNameType::ip) {
      names.insert({.type = IdentifierType::ip, .value = name.value()});
    } else {
      return bad(std::string{"asks for an alternative name of the type "} +
                 boost::describe::enum_to_string(name.type(), "other") +
                 "; only names and addresses can be ordered");
    }
  }
  const auto common_names = request.subject().all(der::oids::common_name);
  if (common_names.size() > 1) {
    return bad("has several common names");
  }
  if (!common_names.empty()) {
    names.insert(ACME_TRY(read_common_name(common_names.front())));
  }
  if (!request.subject().all(der::oids::email_address).empty()) {
    return bad("has an e-mail address in its subject");
  }
  return names;
}

std::string list_of(const std::set<Identifier>& names) {
  std::string list;
  for (const auto& name : names) {
    list += (list.empty() ? "" : ", ") + name.value;
  }
  return list;
}

Result<void> compare(const std::set<Identifier>& found, std::span<const Identifier> ordered) {
  std::set<Identifier> missing;
  auto surplus = found;
  for (const auto& identifier : ordered) {
    if (surplus.erase(identifier) == 0) {
      missing.insert(identifier);
    }
  }
  if (!surplus.empty()) {
    return bad("asks for names that the order does not have: " + list_of(surplus));
  }
  if (!missing.empty()) {
    return bad("lacks names of the order: " + list_of(missing));
  }
  return {};
}

}  // namespace

Result<void> check_csr(const x509::CertificateRequest& request,
                       std::span<const Identifier> identifiers,
                       const crypto::PublicKey& account_key) {
  ACME_CHECK(compare(ACME_TRY(names_of(request)), identifiers));
  if (const auto constraints = request.basic_constraints(); constraints && constraints->is_ca) {
    return bad("asks for the certificate of an authority");
  }
  // Whoever holds the key of a certificate, such as a web server, must not act as the account.
  if (request.public_key() == account_key) {
    return bad("has the account's key; a certificate needs a key of its own");
  }
  if (!request.verify_signature()) {
    return bad("is not signed with the key in it");
  }
  return {};
}

}  // namespace core::acme
