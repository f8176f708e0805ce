#include "api/v2/template_preview.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "core/authority_order.h"
#include "crypto/pem.h"
#include "x509/certificate.h"

namespace api::v2 {
namespace {

// Long RSA keys take seconds to make: one of each kind does for all samples.
crypto::PrivateKey sample_key(crypto::KeyAlgorithm algorithm) {
  static std::mutex mutex;
  static std::map<crypto::KeyAlgorithm, crypto::PrivateKey> keys;
  const std::lock_guard lock{mutex};
  const auto found = keys.find(algorithm);
  return found != keys.end()
             ? found->second
             : keys.emplace(algorithm, crypto::PrivateKey::generate(algorithm)).first->second;
}

// Of each kind of name that the rules take one, where the person named none.
std::vector<x509::GeneralName> sample_names(const core::Profile& profile) {
  using x509::GeneralName;
  using x509::GeneralNameType;
  std::vector<GeneralName> names;
  for (const auto type : profile.name_types) {
    switch (type) {
      case GeneralNameType::dns:
        names.push_back(GeneralName::dns("www.sample.example").value());
        break;
      case GeneralNameType::email:
        names.push_back(GeneralName::email("sample@sample.example").value());
        break;
      case GeneralNameType::upn:
        names.push_back(GeneralName::upn("sample@sample.example").value());
        break;
      default:
        break;
    }
  }
  return names;
}

x509::TbsCertificate decided(const core::Profile& profile, const core::CertificateOrder& order,
                             const core::IssuerFacts& issuer, base::Time now) {
  const auto serial = x509::SerialNumber::parse("5a3c19e07f4d2b68a1c0ffee").value();
  if (!profile.is_ca) {
    return core::decide_certificate(order, issuer, serial, now);
  }
  const std::chrono::days usual{profile.validity_days.value_or(profile.max_validity_days)};
  return core::decide_authority(
      {.subject = order.subject,
       .type = core::AuthorityType::intermediate,
       .key = order.key,
       .validity = std::min<std::chrono::seconds>(usual, issuer.not_after - now),
       .path_length = profile.path_length},
      issuer, std::nullopt, serial, now);
}

core::CertificateOrder sample_order(const core::Profile& profile, const PreviewBody& wanted,
                                    std::vector<PreviewProblem>& problems) {
  const auto kind = crypto::parse_key_algorithm(profile.key_type).value();
  core::CertificateOrder order{
      .profile = profile.name,
      .subject = {},
      .names = wanted.san ? std::vector<x509::GeneralName>{} : sample_names(profile),
      .key = sample_key(kind).public_key(),
      .validity = std::nullopt,
      .not_before = std::nullopt,
      .not_after = std::nullopt,
      .usual_validity = std::chrono::days{profile.validity_days.value_or(90)},
      .rules = std::make_shared<const core::BoundProfile>(
          core::BoundProfile{core::TemplateId::from_number(1).value(), 1, profile})};
  for (const auto& text : wanted.san.value_or(std::vector<std::string>{})) {
    const auto name =
        text.find(':') != std::string::npos && !x509::GeneralName::guess(text).has_value()
            ? x509::GeneralName::parse(text)
            : x509::GeneralName::guess(text);
    if (name) {
      order.names.push_back(*name);
    } else {
      problems.push_back({"san", "'" + text + "': " + name.error().reason});
    }
  }
  const bool has_own = profile.subject_defaults.common_name || profile.pinned_subject.common_name;
  const auto common_name = wanted.common_name    ? *wanted.common_name
                           : has_own             ? std::string{}
                           : profile.is_ca       ? std::string{"Sample Authority"}
                           : order.names.empty() ? std::string{"Sample"}
                                                 : order.names.front().value();
  if (!common_name.empty()) {
    if (const auto added = order.subject.add("CN", common_name); !added) {
      problems.push_back({"common_name", added.error().reason});
    }
  }
  return order;
}

}  // namespace

PreviewView preview_of(const core::Profile& profile, const PreviewBody& wanted,
                       const core::IssuerFacts& issuer, base::Time now) {
  PreviewView preview{};
  for (const auto& [field, reason] : core::problems_of(profile)) {
    preview.problems.push_back({field, reason});
  }
  if (!preview.problems.empty()) {
    return preview;
  }
  auto order = sample_order(profile, wanted, preview.problems);
  // Everything is the chosen authority's but its name and key: a sample is good for nothing.
  auto facts = issuer;
  facts.subject_der = x509::Name::parse("CN=Sample issuer that nobody trusts").value().to_der();
  const crypto::KeySigner signer{sample_key(crypto::KeyAlgorithm::ec_p256)};
  try {
    core::apply_rules(order);
    auto tbs = decided(profile, order, facts, now);
    tbs.signature_algorithm = signer.algorithm();
    const auto bytes = x509::write_tbs(tbs);
    preview.lint = core::lint::examine(bytes, {.baseline = profile.baseline_requirements});
    const auto der = x509::assemble(bytes, tbs.signature_algorithm, signer.sign(bytes));
    const auto certificate = x509::Certificate::parse(der).value();
    preview.subject = certificate.subject().to_string();
    preview.san_combined = core::combined_text(order.names);
    preview.key_type = order.key.name();
    preview.valid_from = certificate.not_before();
    preview.valid_to = certificate.not_after();
    preview.pem = certificate.pem();
    for (const auto& each : certificate.describe_extensions()) {
      preview.extensions.push_back({each.oid, each.name, each.critical, each.value});
    }
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::invalid_request) {
      throw;
    }
    for (const auto& [field, reason] : error.fields()) {
      preview.problems.push_back({field, reason});
    }
  }
  return preview;
}

}  // namespace api::v2
