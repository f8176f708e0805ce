#include "service/authority_revocation.h"

#include "storage/authority_certificate_store.h"
#include "storage/authority_store.h"
#include "storage/revocation_store.h"

namespace service {
namespace {

constexpr int most_certificates = 1000;

struct Revoked {
  std::string subject;
  std::vector<x509::SerialNumber> serial_numbers;
  x509::RevocationReason reason;
  std::string comment;
  std::optional<base::Time> invalidity_at;
};
BOOST_DESCRIBE_STRUCT(Revoked, (), (subject, serial_numbers, reason, comment, invalidity_at))

struct Released {
  std::string subject;
  std::vector<x509::SerialNumber> serial_numbers;
};
BOOST_DESCRIBE_STRUCT(Released, (), (subject, serial_numbers))

using Changed = AuthorityRevocation::Changed;

[[noreturn]] void refuse(const std::string& reason) {
  throw base::Error{base::ErrorCode::conflict, reason};
}

std::vector<x509::SerialNumber> serials_of(const std::vector<Changed>& changed) {
  std::vector<x509::SerialNumber> serials;
  for (const auto& [issuer, serial] : changed) {
    serials.push_back(serial);
  }
  return serials;
}

void check(const Revocation::Why& why, base::Time now) {
  if (why.invalidity_at && *why.invalidity_at > now) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"invalidity_date", "lies in the future"}}};
  }
}

core::Authority existing(const storage::AuthorityStore& authorities, const core::AuthorityId& id) {
  auto authority = authorities.find(id);
  if (!authority) {
    throw base::Error{base::ErrorCode::not_found, "no authority has this id"};
  }
  return *std::move(authority);
}

core::AuthorityCertificate existing(const storage::AuthorityCertificateStore& certificates,
                                    const core::AuthorityId& id,
                                    const core::AuthorityCertificateId& certificate_id) {
  auto certificate = certificates.find(certificate_id);
  if (!certificate || certificate->authority_id != id) {
    throw base::Error{base::ErrorCode::not_found,
                      "the authority has no further certificate of this id"};
  }
  return *std::move(certificate);
}

core::AuthorityId parent_of(const core::Authority& authority) {
  if (authority.type == core::AuthorityType::root) {
    refuse("a root is on nobody's list: it is taken out of the stores of those who trust it");
  }
  if (!authority.parent_id) {
    refuse("the authority that signed its certificate is not here: it is revoked there");
  }
  return *authority.parent_id;
}

core::AuthorityId issuer_of(const core::AuthorityCertificate& certificate) {
  if (!certificate.issuer_id) {
    refuse("no authority here has signed this certificate");
  }
  return *certificate.issuer_id;
}

// Writes down what the record says of its revocation, for the lists of the one that signed it.
template <class Revocable>
void note(db::Session& session, const core::AuthorityId& by, const Revocable& certificate,
          std::optional<base::Time> invalidity_at, std::vector<Changed>& changed) {
  storage::RevocationStore{session}.note({.authority_id = by,
                                          .serial_number = certificate.serial_number,
                                          .not_after = certificate.not_after,
                                          .revoked_at = certificate.revoked_at,
                                          .reason = certificate.revocation_reason,
                                          .invalidity_at = invalidity_at});
  changed.emplace_back(by, certificate.serial_number);
}

template <class Revocable>
void mark(Revocable& certificate, x509::RevocationReason reason, base::Time now) {
  certificate.revoked_at = certificate.revoked_at.value_or(now);  // that of a hold stays
  certificate.revocation_reason = reason;
}

template <class Revocable>
void unmark(Revocable& certificate) {
  certificate.revoked_at = std::nullopt;
  certificate.revocation_reason = std::nullopt;
}

template <class Revocable>
void refuse_unless_held(const Revocable& certificate) {
  if (!certificate.revoked_at) {
    refuse("it is not revoked");
  }
  if (!core::is_held(certificate)) {
    refuse("it was revoked for good: only a hold can be lifted");
  }
}

}  // namespace

core::Authority AuthorityRevocation::revoke(const auth::Act& act, const core::AuthorityId& id,
                                            const Revocation::Why& why) {
  const auto now = clock_.now();
  check(why, now);
  std::vector<Changed> changed;
  const auto revoked = database_.write(act, [&](db::Session& session) {
    changed.clear();
    storage::AuthorityStore authorities{session};
    auto authority = existing(authorities, id);
    const auto parent = parent_of(authority);
    if (const auto obstacle = core::revocation_obstacle(authority, why.reason)) {
      refuse(*obstacle);
    }
    mark(authority, why.reason, now);
    authorities.set_revocation(authority);
    note(session, parent, authority, why.invalidity_at, changed);
    storage::AuthorityCertificateStore further{session};
    for (auto& certificate : further.of_authority(id, most_certificates)) {
      if (!certificate.issuer_id || certificate.not_after <= now ||
          core::revocation_obstacle(certificate, why.reason)) {
        continue;
      }
      mark(certificate, why.reason, now);
      further.set_revocation(certificate);
      note(session, *certificate.issuer_id, certificate, why.invalidity_at, changed);
    }
    session.record("ca", id, authority.name,
                   Revoked{authority.subject, serials_of(changed), why.reason, why.comments,
                           why.invalidity_at});
    return authority;
  });
  told(changed);
  return revoked;
}

core::Authority AuthorityRevocation::release(const auth::Act& act, const core::AuthorityId& id) {
  std::vector<Changed> changed;
  const auto released = database_.write(act, [&](db::Session& session) {
    changed.clear();
    storage::AuthorityStore authorities{session};
    auto authority = existing(authorities, id);
    const auto parent = parent_of(authority);
    refuse_unless_held(authority);
    unmark(authority);
    authorities.set_revocation(authority);
    note(session, parent, authority, std::nullopt, changed);
    storage::AuthorityCertificateStore further{session};
    for (auto& certificate : further.of_authority(id, most_certificates)) {
      if (certificate.issuer_id && core::is_held(certificate)) {
        unmark(certificate);
        further.set_revocation(certificate);
        note(session, *certificate.issuer_id, certificate, std::nullopt, changed);
      }
    }
    session.record("ca", id, authority.name, Released{authority.subject, serials_of(changed)});
    return authority;
  });
  told(changed);
  return released;
}

core::AuthorityCertificate AuthorityRevocation::revoke(
    const auth::Act& act, const core::AuthorityId& id,
    const core::AuthorityCertificateId& certificate_id, const Revocation::Why& why) {
  const auto now = clock_.now();
  check(why, now);
  std::vector<Changed> changed;
  const auto revoked = database_.write(act, [&](db::Session& session) {
    changed.clear();
    const auto authority = existing(storage::AuthorityStore{session}, id);
    storage::AuthorityCertificateStore further{session};
    auto certificate = existing(further, id, certificate_id);
    const auto issuer = issuer_of(certificate);
    if (const auto obstacle = core::revocation_obstacle(certificate, why.reason)) {
      refuse(*obstacle);
    }
    mark(certificate, why.reason, now);
    further.set_revocation(certificate);
    note(session, issuer, certificate, why.invalidity_at, changed);
    session.record("ca", id, authority.name,
                   Revoked{authority.subject, serials_of(changed), why.reason, why.comments,
                           why.invalidity_at});
    return certificate;
  });
  told(changed);
  return revoked;
}

core::AuthorityCertificate AuthorityRevocation::release(
    const auth::Act& act, const core::AuthorityId& id,
    const core::AuthorityCertificateId& certificate_id) {
  std::vector<Changed> changed;
  const auto released = database_.write(act, [&](db::Session& session) {
    changed.clear();
    const auto authority = existing(storage::AuthorityStore{session}, id);
    storage::AuthorityCertificateStore further{session};
    auto certificate = existing(further, id, certificate_id);
    const auto issuer = issuer_of(certificate);
    refuse_unless_held(certificate);
    unmark(certificate);
    further.set_revocation(certificate);
    note(session, issuer, certificate, std::nullopt, changed);
    session.record("ca", id, authority.name, Released{authority.subject, serials_of(changed)});
    return certificate;
  });
  told(changed);
  return released;
}

void AuthorityRevocation::told(const std::vector<Changed>& changed) {
  authorities_.forget();
  for (const auto& each : changed) {
    if (listener_) {
      listener_(each);
    }
  }
}

}  // namespace service
