#include "service/acme_revocation.h"

#include "crypto/digest.h"
#include "storage/acme_store.h"
#include "storage/certificate_store.h"
#include "x509/certificate.h"

namespace service {
namespace {

using core::acme::Identifier;
using core::acme::IdentifierType;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

// Those that a subscriber can know of (RFC 5280, section 5.3.1): neither what concerns authorities,
// nor what only a delta CRL says, nor a hold, which ACME has no way to end.
Result<x509::RevocationReason> read_reason(std::optional<std::int64_t> number) {
  using enum x509::RevocationReason;
  const auto reason = x509::revocation_reason(number.value_or(0));
  if (!reason) {
    return refuse(ProblemType::badRevocationReason, "the reason code is none of RFC 5280");
  }
  switch (*reason) {
    case unspecified:
    case keyCompromise:
    case affiliationChanged:
    case superseded:
    case cessationOfOperation:
    case privilegeWithdrawn:
      return *reason;
    default:
      return refuse(ProblemType::badRevocationReason,
                    "this reason is not for subscribers; 0, 1, 3, 4, 5 and 9 are");
  }
}

// Nothing when the certificate has names that no authorization can be held for.
std::optional<std::vector<Identifier>> identifiers_in(const x509::Certificate& certificate) {
  std::vector<Identifier> identifiers;
  for (const auto& name : certificate.subject_alternative_names()) {
    if (name.type() != x509::GeneralNameType::dns && name.type() != x509::GeneralNameType::ip) {
      return std::nullopt;
    }
    identifiers.push_back({.type = name.type() == x509::GeneralNameType::dns ? IdentifierType::dns
                                                                             : IdentifierType::ip,
                           .value = name.value()});
  }
  return identifiers.empty() ? std::nullopt : std::optional{std::move(identifiers)};
}

}  // namespace

struct AcmeRevocation::Subject {
  core::Certificate record;
  x509::Certificate certificate;
  x509::RevocationReason reason;
};

Result<AcmeRevocation::Subject> AcmeRevocation::find(base::ByteView der,
                                                     std::optional<std::int64_t> reason) const {
  auto certificate = x509::Certificate::parse(der);
  if (!certificate) {
    return refuse(ProblemType::malformed,
                  "\"certificate\" is not a certificate: " + certificate.error().reason);
  }
  auto record = database_.read([&](db::Session& session) {
    return storage::CertificateStore{session}.find_by_fingerprint(
        base::to_hex(crypto::sha256(der)));
  });
  if (!record) {
    return refuse(ProblemType::malformed, "this server did not issue the certificate", 404);
  }
  const auto read = ACME_TRY(read_reason(reason));
  return Subject{*std::move(record), *std::move(certificate), read};
}

Result<void> AcmeRevocation::revoke(const auth::Act& act, const AcmeAccount& account,
                                    base::ByteView der, std::optional<std::int64_t> reason) {
  const auto subject = ACME_TRY(find(der, reason));
  const auto identifiers = identifiers_in(subject.certificate);
  const auto now = clock_.now();
  const bool may = database_.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    if (!store.may_act(account.account.id, account.account.key_thumbprint)) {
      return false;
    }
    const auto order = store.find_order_of(subject.record.id);
    if (order && order->account_id == account.account.id) {
      return true;
    }
    return identifiers && std::ranges::all_of(*identifiers, [&](const auto& identifier) {
             return store.is_authorized(account.account.id, identifier, now);
           });
  });
  if (!may) {
    return refuse(ProblemType::unauthorized,
                  "the account neither ordered the certificate nor holds authorizations for all of "
                  "its names");
  }
  return carry_out(account.act(act), subject);
}

Result<void> AcmeRevocation::revoke(const auth::Act& act, const crypto::PublicKey& key,
                                    base::ByteView der, std::optional<std::int64_t> reason) {
  const auto subject = ACME_TRY(find(der, reason));
  if (!std::ranges::equal(subject.certificate.spki(), key.spki())) {
    return refuse(ProblemType::unauthorized,
                  "the request is not signed with the certificate's key");
  }
  auto by_key = act;
  by_key.by = "acme:certificate-key";
  by_key.credential = "key of certificate " + subject.record.serial_number.to_string();
  return carry_out(by_key, subject);
}

Result<void> AcmeRevocation::carry_out(const auth::Act& act, const Subject& subject) {
  const auto already = [] {
    return refuse(ProblemType::alreadyRevoked, "the certificate is revoked already");
  };
  if (subject.record.revoked_at) {
    return already();
  }
  try {
    revocation_.revoke(act, subject.record.id, subject.reason, "over ACME");
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::conflict) {
      return already();  // by somebody else, in between
    }
    throw;
  }
  return {};
}

}  // namespace service
