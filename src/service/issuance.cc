#include "service/issuance.h"

#include "base/fiber.h"
#include "service/key_making.h"
#include "storage/certificate_store.h"
#include "storage/tag_store.h"

namespace service {
namespace {

struct Issued {
  x509::SerialNumber serial_number;
  std::string authority;
  std::string names;
  std::string profile;
  core::Source source;
  base::Time not_after;
  std::optional<core::CertificateId> renews;
  std::optional<core::TemplateId> template_id;
  std::optional<std::int64_t> template_version;
  std::vector<core::Tag> tags;  // of those that it did not inherit
};
BOOST_DESCRIBE_STRUCT(Issued, (),
                      (serial_number, authority, names, profile, source, not_after, renews,
                       template_id, template_version, tags))

base::Uuid new_uuid(crypto::Random& random) {
  std::array<std::uint8_t, 16> octets{};
  random.fill(octets);
  return base::Uuid::from_random(octets);
}

std::string shown_name(const core::CertificateOrder& order) {
  if (auto common_name = order.subject.common_name()) {
    return *common_name;
  }
  return order.names.empty() ? order.subject.to_string() : order.names.front().value();
}

void refuse_if_it_does_not_issue(const Issuer& issuer) {
  if (const auto obstacle = issuing_obstacle(issuer)) {
    throw base::Error{base::ErrorCode::conflict, "this authority does not issue: " + *obstacle};
  }
}

}  // namespace

// What the key is asked to sign, and what the lints warned of.
struct Issuance::ToBeSigned {
  x509::TbsCertificate tbs;
  base::Bytes bytes;
  std::string warnings;
  base::Time decided_at;
};

// How a certificate comes into being (RFC 5280; what must be durable when):
//
// 1. Serial and intent are durable, made ahead or now.
// 2. The rules decide what will be signed, without I/O; the lints judge its bytes.
// 3. The key signs; no transaction is open. The signature is checked. Where logs of Certificate
//    Transparency are asked, it signs the pre-certificate first, and their promises go in.
// 4. Certificate, audit entry and what the caller adds commit in one transaction, which ends the
//    intent. Only now does anybody see the certificate. The unique index refuses a serial that
//    was drawn before.
//
// What fails in 3 or 4 voids its intent. A crash leaves it to the next start, which voids it;
// nobody has the certificate then.
core::Certificate Issuance::issue(const auth::Act& act, const Request& wanted) {
  std::optional<Request> by_template;
  if (wanted.template_id || core::rules_change(wanted.order)) {
    by_template = bound(wanted);
  }
  const auto& request = by_template ? *by_template : wanted;
  const auto now = clock_.now();
  const auto issuer = authorities_.issuer(request.authority_id);
  refuse_if_it_does_not_issue(*issuer);

  const auto intent = intents_.take(request.authority_id);
  std::optional<ToBeSigned> wanted_bytes;
  try {
    wanted_bytes = to_be_signed(request, *issuer, intent.serial_number, now);
  } catch (...) {
    intents_.give_back(intent);
    throw;
  }
  try {
    embed_promises(request, *issuer, *wanted_bytes);
    return sign_and_store(act, request, *issuer, *wanted_bytes, intent);
  } catch (...) {
    intents_.void_one(act, intent);
    throw;
  }
}

Issuance::Request Issuance::bound(const Request& request) {
  auto result = request;
  if (request.template_id) {
    result.order.rules = profiles_.current(*request.template_id);
    if (const auto days = result.order.rules->profile.validity_days) {
      result.order.usual_validity = std::chrono::days{*days};
    }
  }
  if (result.order.rules) {
    const auto& profile = result.order.rules->profile;
    const auto kind = crypto::parse_key_algorithm(profile.key_type);
    if (result.private_key && result.key_kind_is_open && kind &&
        result.order.key.algorithm() != *kind) {
      result.private_key = make_key(*kind);
      result.order.key = result.private_key->public_key();
    }
  }
  core::apply_rules(result.order);
  return result;
}

Issuance::ToBeSigned Issuance::to_be_signed(const Request& request, const Issuer& issuer,
                                            const x509::SerialNumber& serial, base::Time now) {
  auto tbs = core::decide_certificate(request.order, issuer.facts, serial, now);
  auto bytes = x509::write_tbs(tbs);
  const auto findings = core::judge(bytes, core::profile_of(request.order));
  return {.tbs = std::move(tbs),
          .bytes = std::move(bytes),
          .warnings = findings.empty() ? std::string{} : json::to_text(findings),
          .decided_at = now};
}

// The pre-certificate that logs receive and the certificate have the serial of one intent.
void Issuance::embed_promises(const Request& request, const Issuer& issuer,
                              ToBeSigned& wanted) const {
  const auto promises = transparency_ ? transparency_(request, issuer, wanted.tbs) : std::nullopt;
  if (!promises) {
    return;
  }
  wanted.tbs.extensions.push_back(*promises);
  wanted.bytes = x509::write_tbs(wanted.tbs);
  const auto findings = core::judge(wanted.bytes, core::profile_of(request.order));
  wanted.warnings = findings.empty() ? std::string{} : json::to_text(findings);
}

core::Certificate Issuance::sign_and_store(const auth::Act& act, const Request& request,
                                           const Issuer& issuer, const ToBeSigned& wanted,
                                           const storage::Intent& intent) {
  const auto& tbs = wanted.tbs;
  const auto sign = [&] { return issuer.signer->sign(wanted.bytes); };
  const auto signature = issuer.signer->is_quick() ? sign() : base::may_block(sign);
  if (!issuer.signer->public_key().verify(tbs.signature_algorithm, wanted.bytes, signature)) {
    throw base::Error{base::ErrorCode::internal, "the signature just made does not verify"};
  }
  const auto der = x509::assemble(wanted.bytes, tbs.signature_algorithm, signature);

  const auto* const rules = request.order.rules.get();

  return database_.write(act, [&](db::Session& session) {
    Intents::end(session, intent);
    storage::CertificateStore certificates{session};
    const auto id = certificates.new_id();
    const core::Certificate certificate{
        .id = id,
        .refid = new_uuid(random_),
        .authority_id = request.authority_id,
        .serial_number = intent.serial_number,
        .common_name = shown_name(request.order),
        .subject = request.order.subject.to_string(),
        .names = core::combined_text(request.order.names),
        .profile = request.order.profile,
        .source = request.source,
        .key_type = request.order.key.name(),
        .fingerprint = base::to_hex(crypto::sha256(der)),
        .not_before = tbs.not_before,
        .not_after = tbs.not_after,
        .revoked_at = std::nullopt,
        .revocation_reason = std::nullopt,
        .key_id = request.private_key
                      ? std::optional{keys_.store(session, *request.private_key, "certificate")}
                      : std::nullopt,
        .created_at = wanted.decided_at,
        .created_by = act.by,
        .description = request.description,
        .renewed_by = std::nullopt,
        .template_id = rules ? std::optional{rules->template_id} : std::nullopt,
        .template_version = rules ? std::optional{rules->version} : std::nullopt,
        .lint = wanted.warnings,
        .der = der};
    certificates.insert(certificate);
    if (!request.tags.empty()) {
      storage::TagStore{session}.add(id, request.tags);
    }
    if (request.renews) {
      certificates.set_renewed_by(*request.renews, id);
      storage::TagStore{session}.hand_down(*request.renews, id);
    }
    if (request.with) {
      request.with(session, certificate);
    }
    for (const auto& listener : listeners_) {
      listener(session, act, certificate);
    }
    session.record("certificate", id, certificate.common_name,
                   Issued{.serial_number = certificate.serial_number,
                          .authority = issuer.authority.name,
                          .names = certificate.names,
                          .profile = certificate.profile,
                          .source = certificate.source,
                          .not_after = certificate.not_after,
                          .renews = request.renews,
                          .template_id = certificate.template_id,
                          .template_version = certificate.template_version,
                          .tags = request.tags});
    return certificate;
  });
}

core::Certificate Issuance::renew(const auth::Act& act, const core::CertificateId& id,
                                  std::optional<std::chrono::seconds> validity) {
  const auto old = database_.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.find(id); });
  if (!old) {
    throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
  }
  if (old->revoked_at) {
    throw base::Error{base::ErrorCode::conflict, "the certificate was revoked: issue a new one"};
  }
  const auto certificate = x509::Certificate::parse(old->der).value();
  auto key = crypto::PublicKey::from_spki(certificate.spki());
  if (!key) {
    throw base::Error{base::ErrorCode::conflict,
                      "its key would not be certified today: " + key.error().reason};
  }
  std::optional<crypto::PrivateKey> private_key;
  if (old->key_id) {
    if (!key->algorithm()) {
      throw base::Error{base::ErrorCode::conflict, "no new key of this kind can be made"};
    }
    private_key = make_key(*key->algorithm());
  }
  // The rules that made it make its successor, whatever became of the template since.
  const auto recorded = old->template_id && old->template_version
                            ? profiles_.version(*old->template_id, *old->template_version)
                            : nullptr;
  Request request{.authority_id = old->authority_id,
                  .order = {.profile = old->profile,
                            .subject = certificate.subject(),
                            .names = certificate.subject_alternative_names(),
                            .key = private_key ? private_key->public_key() : *key,
                            .validity = validity,
                            .not_before = std::nullopt,
                            .not_after = std::nullopt,
                            .must_staple = certificate.must_staple(),
                            .usual_validity = old->not_after - old->not_before - core::backdating,
                            .rules = recorded,
                            .brought = {.key_usage = {},
                                        .extended_key_usage = certificate.extended_key_usage(),
                                        .extensions = certificate.extensions()}},
                  .source = old->source,
                  .description = old->description,
                  .private_key = private_key,
                  .renews = id};
  return issue(act, request);
}

}  // namespace service
