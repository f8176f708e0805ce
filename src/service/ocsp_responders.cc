#include "service/ocsp_responders.h"

#include "base/log.h"
#include "storage/certificate_store.h"
#include "storage/crl_store.h"
#include "storage/ocsp_responder_store.h"
#include "storage/template_store.h"

namespace service {
namespace {

// Another node may have renewed it, or the settings may have changed there.
constexpr auto looked_up_again_after = std::chrono::minutes{1};
constexpr std::string_view template_name = "ocsp signing";

bool is_young(const core::Certificate& certificate, base::Time now) {
  return now < certificate.not_after - (certificate.not_after - certificate.not_before) / 2;
}

}  // namespace

std::shared_ptr<const OcspResponders::Responder> OcspResponders::of(const Issuer& issuer) {
  if (const auto responder = known(issuer)) {
    return *responder;
  }
  const std::lock_guard making{making_};
  if (const auto responder = known(issuer)) {
    return *responder;
  }
  auto responder = find_or_make(issuer);
  const std::lock_guard lock{mutex_};
  known_[issuer.authority.id] = {responder, clock_.now() + looked_up_again_after};
  return responder;
}

std::optional<std::shared_ptr<const OcspResponders::Responder>> OcspResponders::known(
    const Issuer& issuer) {
  const std::lock_guard lock{mutex_};
  const auto found = known_.find(issuer.authority.id);
  return found != known_.end() && clock_.now() < found->second.until
             ? std::optional{found->second.responder}
             : std::nullopt;
}

std::shared_ptr<const OcspResponders::Responder> OcspResponders::find_or_make(
    const Issuer& issuer) {
  const bool is_wanted = database_.read([&](db::Session& session) {
    return storage::CrlStore{session}.settings(issuer.authority.id).ocsp_delegated;
  });
  if (!is_wanted || !issuer.signer) {
    return nullptr;
  }
  const auto now = clock_.now();
  auto certificate = stored(issuer);
  if (!certificate || !is_young(*certificate, now)) {
    try {
      certificate = issue(issuer);
    } catch (const base::Error& error) {
      base::log_error("no new certificate for an OCSP responder",
                      {{"authority", issuer.authority.name}, {"error", error.what()}});
    }
  }
  if (!certificate || certificate->not_after <= now) {
    return nullptr;
  }
  const auto key = database_.read(
      [&](db::Session& session) { return keys_.load(session, certificate->key_id.value()); });
  return std::make_shared<Responder>(Responder{.signer = std::make_shared<crypto::KeySigner>(key),
                                               .certificate = certificate->der,
                                               .id = certificate->id,
                                               .not_before = certificate->not_before,
                                               .not_after = certificate->not_after});
}

std::optional<core::Certificate> OcspResponders::stored(const Issuer& issuer) const {
  return database_.read([&](db::Session& session) -> std::optional<core::Certificate> {
    const auto id = storage::OcspResponderStore{session}.find(issuer.authority.id);
    auto certificate = id ? storage::CertificateStore{session}.find(*id) : std::nullopt;
    const bool is_good = certificate && certificate->key_id && !certificate->revoked_at;
    return is_good ? certificate : std::nullopt;
  });
}

core::Certificate OcspResponders::issue(const Issuer& issuer) {
  const auto responder_template = database_.read([&](db::Session& session) {
    return storage::TemplateStore{session}.find_by_name(template_name);
  });
  if (!responder_template) {
    throw base::Error{base::ErrorCode::conflict, "the template for OCSP signing is not there"};
  }
  const auto& authority = issuer.authority;
  const auto key = crypto::PrivateKey::generate(
      issuer.signer->public_key().type() == crypto::KeyType::rsa ? crypto::KeyAlgorithm::rsa_2048
                                                                 : crypto::KeyAlgorithm::ec_p256);
  x509::Name subject;
  if (!subject.add("CN", authority.common_name + " OCSP")) {
    subject = x509::Name::parse("CN=OCSP responder").value();
  }
  return issuance_.issue(
      {.by = "system", .action = "certificate.issue"},
      {.authority_id = authority.id,
       .order = {.profile = "server",
                 .subject = subject,
                 .names = {},
                 .key = key.public_key(),
                 .validity = std::nullopt,
                 .not_before = std::nullopt,
                 .not_after = std::min<base::Time>(clock_.now() + lifetime, authority.not_after)},
       .source = core::Source::system,
       .description = "Signs the OCSP answers of " + authority.name,
       .private_key = key,
       .renews = std::nullopt,
       .template_id = responder_template->id,
       .with = [&](db::Session& session, const core::Certificate& certificate) {
         storage::OcspResponderStore{session}.put(authority.id, certificate.id);
       }});
}

void OcspResponders::renew_all() {
  forget();
  for (const auto& issuer : authorities_.issuers()) {
    try {
      of(*issuer);
    } catch (const std::exception& error) {
      // The other authorities' responders must not wait for this one.
      base::log_error("an OCSP responder was not renewed",
                      {{"authority", issuer->authority.name}, {"error", error.what()}});
    }
  }
}

void OcspResponders::forget() {
  const std::lock_guard lock{mutex_};
  known_.clear();
}

}  // namespace service
