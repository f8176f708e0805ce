#include "service/revocation.h"

#include "storage/certificate_store.h"
#include "storage/revocation_store.h"

namespace service {
namespace {

struct Revoked {
  x509::SerialNumber serial_number;
  x509::RevocationReason reason;
  std::string comment;
  std::optional<base::Time> invalidity_at;
};
BOOST_DESCRIBE_STRUCT(Revoked, (), (serial_number, reason, comment, invalidity_at))

struct Released {
  x509::SerialNumber serial_number;
  base::Time held_since;
};
BOOST_DESCRIBE_STRUCT(Released, (), (serial_number, held_since))

core::Certificate existing(const storage::CertificateStore& certificates,
                           const core::CertificateId& id) {
  auto certificate = certificates.find(id);
  if (!certificate) {
    throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
  }
  return *std::move(certificate);
}

[[noreturn]] void refuse(const std::string& reason) {
  throw base::Error{base::ErrorCode::conflict, reason};
}

}  // namespace

core::Certificate Revocation::revoke(const auth::Act& act, const core::CertificateId& id,
                                     x509::RevocationReason reason, std::string_view comments) {
  return revoke(act, id, {.reason = reason, .comments = std::string{comments}});
}

core::Certificate Revocation::revoke(const auth::Act& act, const core::CertificateId& id,
                                     const Why& why) {
  const auto revoked =
      database_.write(act, [&](db::Session& session) { return revoke_in(session, id, why); });
  told({&revoked, 1});
  return revoked;
}

core::Certificate Revocation::revoke_in(db::Session& session, const core::CertificateId& id,
                                        const Why& why) {
  const auto now = clock_.now();
  storage::CertificateStore certificates{session};
  auto certificate = existing(certificates, id);
  if (const auto obstacle = core::revocation_obstacle(certificate, why.reason)) {
    refuse(*obstacle);
  }
  if (why.invalidity_at && *why.invalidity_at > now) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"invalidity_date", "lies in the future"}}};
  }
  if (!certificates.revoke(id, why.reason, now)) {
    refuse("the certificate was revoked just now");
  }
  certificate.revoked_at = certificate.revoked_at.value_or(now);
  certificate.revocation_reason = why.reason;
  storage::RevocationStore{session}.note(certificate, why.invalidity_at);
  session.record("certificate", id, certificate.common_name,
                 Revoked{certificate.serial_number, why.reason, why.comments, why.invalidity_at});
  return certificate;
}

core::Certificate Revocation::release(const auth::Act& act, const core::CertificateId& id) {
  const auto released = database_.write(act, [&](db::Session& session) {
    storage::CertificateStore certificates{session};
    auto certificate = existing(certificates, id);
    if (!certificate.revoked_at) {
      refuse("the certificate is not revoked");
    }
    if (!core::is_on_hold(certificate)) {
      refuse("the certificate was revoked for good: only a hold can be lifted");
    }
    const auto held_since = *certificate.revoked_at;
    if (!certificates.release(id)) {
      refuse("the certificate was revoked just now");
    }
    certificate.revoked_at = std::nullopt;
    certificate.revocation_reason = std::nullopt;
    storage::RevocationStore{session}.note(certificate);
    session.record("certificate", id, certificate.common_name,
                   Released{certificate.serial_number, held_since});
    return certificate;
  });
  told({&released, 1});
  return released;
}

void Revocation::told(std::span<const core::Certificate> changed) {
  for (const auto& certificate : changed) {
    for (const auto& listener : listeners_) {
      listener(certificate);
    }
  }
}

}  // namespace service
