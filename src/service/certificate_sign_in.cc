#include "service/certificate_sign_in.h"

#include <algorithm>

#include "crypto/digest.h"
#include "der/oids.h"
#include "storage/certificate_store.h"
#include "storage/sign_in_certificate_store.h"
#include "storage/user_store.h"
#include "x509/certificate.h"

namespace service {
namespace {

constexpr std::int64_t longest_days = 3650;
constexpr std::int64_t usual_days = 365;

struct About {
  std::string certificate;
  std::string what;
};
BOOST_DESCRIBE_STRUCT(About, (), (certificate, what))

core::UserId self(const auth::Caller& caller) {
  return core::UserId::from_number(caller.user_id).value();
}

std::string fingerprint_of(base::ByteView der) {
  return base::to_hex(crypto::sha256(der));
}

[[noreturn]] void refuse_field(const char* field, const std::string& reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{field, reason}}};
}

void check_name(std::string_view name) {
  if (name.empty() || name.size() > 100) {
    refuse_field("name", "has 1 to 100 characters");
  }
}

// Why a certificate may not sign anybody in, whoever has it.
std::optional<std::string> unfit(const x509::Certificate& certificate, base::Time now) {
  if (now < certificate.not_before() || now > certificate.not_after()) {
    return "has ended, or is not valid yet";
  }
  const auto purposes = certificate.extended_key_usage();
  if (certificate.is_ca() ||
      (!purposes.empty() &&
       std::ranges::find(purposes, der::oids::client_auth) == purposes.end())) {
    return "is not meant for clients";
  }
  return std::nullopt;
}

core::SignInCertificate existing(storage::SignInCertificateStore& store,
                                 const core::SignInCertificateId& id,
                                 const std::optional<core::UserId>& owner) {
  auto found = store.find(id);
  if (!found || (owner && found->user_id != *owner)) {
    throw base::Error{base::ErrorCode::not_found, "no sign-in certificate has this id"};
  }
  return *std::move(found);
}

void refuse_too_many(storage::SignInCertificateStore& store, const core::UserId& user) {
  if (store.of_user(user).size() >= CertificateSignIn::most_certificates) {
    throw base::Error{base::ErrorCode::conflict, "you have twenty certificates: remove one first"};
  }
}

}  // namespace

MtlsSettings CertificateSignIn::change(const auth::Act& act, const MtlsSettings& settings) {
  if (settings.issuing_ca_id != 0) {
    issuing_authority(settings.issuing_ca_id);
  }
  settings_.put(act, settings);
  changed_();
  return settings_.get();
}

CertificateSignIn::Shown CertificateSignIn::look_at(base::ByteView der) {
  Shown shown;
  const auto certificate = x509::Certificate::parse(der);
  if (!certificate) {
    shown.problem = "not a certificate";
    return shown;
  }
  const auto fingerprint = fingerprint_of(der);
  const bool is_revoked = database_.read([&](db::Session& session) {
    shown.certificate = storage::SignInCertificateStore{session}.find(fingerprint);
    if (shown.certificate) {
      shown.user = storage::UserStore{session}.find(shown.certificate->user_id);
    }
    const auto ours = storage::CertificateStore{session}.find_by_fingerprint(fingerprint);
    return ours && ours->revoked_at.has_value();
  });
  if (!shown.certificate) {
    shown.problem = "not enrolled";
  } else if (!shown.certificate->is_enabled) {
    shown.problem = "switched off";
  } else if (is_revoked) {
    shown.problem = "revoked";
  } else if (const auto reason = unfit(*certificate, clock_.now())) {
    shown.problem = *reason;
  } else if (!shown.user || !shown.user->is_active) {
    shown.problem = "its user may not sign in";
  }
  return shown;
}

CertificateSignIn::SignedIn CertificateSignIn::sign_in(const auth::Act& act, base::ByteView der) {
  sign_in_.refuse_while_locked(act, "");
  if (!settings_.get().enabled) {
    throw base::Error{base::ErrorCode::unauthenticated,
                      "signing in with a certificate is switched off"};
  }
  if (der.empty()) {
    throw base::Error{base::ErrorCode::unauthenticated, "no certificate was presented"};
  }
  const auto shown = look_at(der);
  auto own = act;
  if (shown.user) {
    own.by = shown.user->username;
  }
  if (!shown.problem.empty()) {
    sign_in_.note_failure(own, shown.user, "", "certificate: " + shown.problem);
    throw base::Error{base::ErrorCode::unauthenticated,
                      "this certificate does not sign anybody in"};
  }
  database_.write(own, [&](db::Session& session) {
    session.bookkeeping("when a certificate was last used; the sign-in is recorded");
    storage::SignInCertificateStore{session}.note_use(shown.certificate->id, clock_.now());
  });
  return {.opened = sign_in_.open_session(own, *shown.user, "mtls"),
          .certificate = *shown.certificate};
}

std::vector<core::SignInCertificate> CertificateSignIn::list(const core::UserId& user) {
  return database_.read(
      [&](db::Session& session) { return storage::SignInCertificateStore{session}.of_user(user); });
}

CertificateSignIn::Page CertificateSignIn::list(const std::optional<core::UserId>& user, int limit,
                                                std::int64_t offset) {
  return database_.read([&](db::Session& session) {
    const storage::SignInCertificateStore store{session};
    return Page{store.list(user, limit, offset), store.count(user)};
  });
}

core::SignInCertificate CertificateSignIn::find(const core::SignInCertificateId& id) {
  return database_.read([&](db::Session& session) {
    storage::SignInCertificateStore store{session};
    return existing(store, id, std::nullopt);
  });
}

core::SignInCertificate CertificateSignIn::enroll(const auth::Act& act, const auth::Caller& caller,
                                                  std::string_view name, base::ByteView der) {
  check_name(name);
  const auto certificate = x509::Certificate::parse(der);
  if (!certificate) {
    throw base::Error{base::ErrorCode::invalid_request,
                      "show a client certificate in this connection: it becomes yours"};
  }
  if (const auto reason = unfit(*certificate, clock_.now())) {
    throw base::Error{base::ErrorCode::invalid_request, "the certificate " + *reason};
  }
  const auto fingerprint = fingerprint_of(der);
  return database_.write(act, [&](db::Session& session) {
    storage::SignInCertificateStore store{session};
    if (store.find(fingerprint)) {
      throw base::Error{base::ErrorCode::conflict, "this certificate is enrolled already"};
    }
    refuse_too_many(store, self(caller));
    const auto ours = storage::CertificateStore{session}.find_by_fingerprint(fingerprint);
    const core::SignInCertificate enrolled{
        .id = store.new_id(),
        .user_id = self(caller),
        .fingerprint = fingerprint,
        .name = std::string{name},
        .pem = certificate->pem(),
        .certificate_id = ours ? std::optional{ours->id} : std::nullopt,
        .is_enabled = true,
        .not_after = certificate->not_after(),
        .created_at = clock_.now(),
        .last_used_at = std::nullopt};
    store.insert(enrolled);
    session.record("user", self(caller), caller.username, About{enrolled.name, "enrolled"});
    return enrolled;
  });
}

core::AuthorityId CertificateSignIn::issuing_authority(const std::optional<std::int64_t>& wanted) {
  const auto chosen = wanted.value_or(settings_.get().issuing_ca_id);
  if (chosen == 0) {
    return authorities_.default_authority();
  }
  const auto id = core::AuthorityId::from_number(chosen);
  const auto issuers = authorities_.issuers();
  const bool can = id && std::ranges::any_of(issuers, [&](const auto& issuer) {
                     return issuer->authority.id == *id && issuer->signer;
                   });
  if (!can) {
    refuse_field("issuing_ca_id", "no authority that can issue has this id");
  }
  return *id;
}

CertificateSignIn::Made CertificateSignIn::create(const auth::Act& act, const auth::Caller& caller,
                                                  const Order& order) {
  check_name(order.name);
  const auto days = order.validity_days.value_or(usual_days);
  if (days < 1 || days > longest_days) {
    refuse_field("validity_days", "not between 1 and 3650");
  }
  const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
  auto subject = x509::Name::parse("CN=" + caller.username + "@mtls");
  if (!subject) {
    refuse_field("name", "your username does not fit into a certificate");
  }
  std::optional<core::SignInCertificate> made;
  issuance_.issue(
      act, {.authority_id = issuing_authority(order.authority_id),
            .order = {.profile = "client",
                      .subject = *std::move(subject),
                      .names = {},
                      .key = key.public_key(),
                      .validity = std::chrono::days{days},
                      .not_before = std::nullopt,
                      .not_after = std::nullopt},
            .source = core::Source::manual,
            .description = "Sign-in of " + caller.username + ": " + order.name,
            .with = [&](db::Session& session, const core::Certificate& issued) {
              storage::SignInCertificateStore store{session};
              refuse_too_many(store, self(caller));
              made.emplace(
                  core::SignInCertificate{.id = store.new_id(),
                                          .user_id = self(caller),
                                          .fingerprint = issued.fingerprint,
                                          .name = order.name,
                                          .pem = x509::Certificate::parse(issued.der).value().pem(),
                                          .certificate_id = issued.id,
                                          .is_enabled = true,
                                          .not_after = issued.not_after,
                                          .created_at = clock_.now(),
                                          .last_used_at = std::nullopt});
              store.insert(*made);
              session.record("user", self(caller), caller.username, About{made->name, "created"});
            }});
  return {.certificate = *std::move(made), .private_key = key.to_pkcs8_pem()};
}

core::SignInCertificate CertificateSignIn::set_enabled(const auth::Act& act,
                                                       const auth::Caller& caller,
                                                       const core::SignInCertificateId& id,
                                                       bool is_enabled) {
  return database_.write(act, [&](db::Session& session) {
    storage::SignInCertificateStore store{session};
    auto found = existing(store, id, self(caller));
    found.is_enabled = is_enabled;
    store.set_enabled(id, is_enabled);
    session.record("user", self(caller), caller.username,
                   About{found.name, is_enabled ? "switched on" : "switched off"});
    return found;
  });
}

void CertificateSignIn::remove(const auth::Act& act, const auth::Caller& caller,
                               const core::SignInCertificateId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::SignInCertificateStore store{session};
    const auto found = existing(store, id, self(caller));
    store.remove(id);
    session.record("user", self(caller), caller.username, About{found.name, "removed"});
  });
}

core::SignInCertificate CertificateSignIn::revoke(const auth::Act& act,
                                                  const core::SignInCertificateId& id,
                                                  x509::RevocationReason reason) {
  const auto found = find(id);
  if (!found.certificate_id) {
    throw base::Error{base::ErrorCode::conflict,
                      "another authority issued it: switch it off or delete it here"};
  }
  revocation_.revoke(act, *found.certificate_id, reason);
  return found;
}

}  // namespace service
