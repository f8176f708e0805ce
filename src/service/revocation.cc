#include "service/revocation.h"

#include "storage/authority_store.h"
#include "storage/certificate_store.h"

namespace service {
namespace {

struct Revoked {
  x509::SerialNumber serial_number;
  x509::RevocationReason reason;
  std::string comment;
};
BOOST_DESCRIBE_STRUCT(Revoked, (), (serial_number, reason, comment))

}  // namespace

core::Certificate Revocation::revoke(const auth::Act& act, const core::CertificateId& id,
                                     x509::RevocationReason reason, std::string_view comment) {
  const auto now = clock_.now();
  const auto revoked = database_.write(act, [&](db::Session& session) {
    storage::CertificateStore certificates{session};
    const auto certificate = certificates.find(id);
    if (!certificate) {
      throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
    }
    if (const auto obstacle = core::revocation_obstacle(*certificate, reason)) {
      throw base::Error{base::ErrorCode::conflict, *obstacle};
    }
    if (!certificates.revoke(id, reason, now)) {
      throw base::Error{base::ErrorCode::conflict, "the certificate was revoked just now"};
    }
    storage::AuthorityStore{session}.note_revocation(certificate->authority_id);
    session.record("certificate", id, certificate->common_name,
                   Revoked{certificate->serial_number, reason, std::string{comment}});
    return certificates.find(id).value();
  });
  for (const auto& listener : listeners_) {
    listener(revoked);
  }
  return revoked;
}

}  // namespace service
