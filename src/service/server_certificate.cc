#include "service/server_certificate.h"

#include "base/log.h"
#include "crypto/pem.h"
#include "storage/certificate_store.h"
#include "storage/settings_store.h"

namespace service {
namespace {

constexpr std::string_view setting = "server.certificate";

std::vector<x509::GeneralName> general_names(const std::vector<std::string>& names) {
  std::vector<x509::GeneralName> result;
  for (const auto& name : names) {
    if (auto parsed = x509::GeneralName::guess(name);
        parsed && std::ranges::find(result, *parsed) == result.end()) {
      result.push_back(*std::move(parsed));
    }
  }
  return result;
}

}  // namespace

ServerCertificate::Identity ServerCertificate::current() {
  auto certificate = stored();
  if (!certificate || !is_good(*certificate)) {
    try {
      certificate = issue();
    } catch (const base::Error& error) {
      // A server with an old certificate can still be mended from its console.
      if (!certificate || !certificate->key_id) {
        throw;
      }
      base::log_error("no new certificate for this server: the old one is served",
                      {{"error", error.what()}});
    }
  }
  const auto issuer = authorities_.issuer(certificate->authority_id);
  auto chain = crypto::to_pem("CERTIFICATE", certificate->der);
  for (const auto& above : issuer->chain) {
    if (!above.is_self_issued()) {
      chain += above.pem();
    }
  }
  const auto key = database_.read(
      [&](db::Session& session) { return keys_.load(session, certificate->key_id.value()); });
  return {.chain_pem = std::move(chain), .key_pem = key.to_pkcs8_pem()};
}

std::optional<core::Certificate> ServerCertificate::stored() {
  return database_.read([&](db::Session& session) -> std::optional<core::Certificate> {
    const auto text = storage::SettingsStore{session}.find(setting);
    const auto id =
        text ? base::from_text<core::CertificateId>(*text) : std::unexpected(base::ParseError{});
    return id ? storage::CertificateStore{session}.find(*id) : std::nullopt;
  });
}

bool ServerCertificate::is_good(const core::Certificate& certificate) {
  const auto now = clock_.now();
  const auto lifetime = certificate.not_after - certificate.not_before;
  return !certificate.revoked_at && certificate.key_id &&
         now < certificate.not_after - lifetime / 3 &&
         certificate.names == core::combined_text(general_names(names_)) &&
         certificate.authority_id == authorities_.default_authority();
}

core::Certificate ServerCertificate::issue() {
  const auth::Act act{.by = "system", .action = "certificate.issue"};
  const auto names = general_names(names_);
  x509::Name subject;
  if (!names.empty() && !subject.add("CN", names.front().value())) {
    subject = {};  // a host name may be too long for a common name
  }
  const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
  return issuance_.issue(act,
                         {.authority_id = authorities_.default_authority(),
                          .order = {.profile = "server",
                                    .subject = subject,
                                    .names = names,
                                    .key = key.public_key(),
                                    .validity = std::nullopt,
                                    .not_before = std::nullopt,
                                    .not_after = std::nullopt},
                          .source = core::Source::system,
                          .description = "The HTTPS certificate of this server",
                          .private_key = key,
                          .renews = std::nullopt,
                          .with = [&](db::Session& session, const core::Certificate& certificate) {
                            storage::SettingsStore{session}.put(
                                setting, std::to_string(certificate.id.to_number()), clock_.now());
                          }});
}

}  // namespace service
