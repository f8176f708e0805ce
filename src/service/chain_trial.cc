#include "service/chain_trial.h"

#include "crypto/x509_verify.h"
#include "der/oids.h"

namespace service {
namespace {

using x509::GeneralNameType;

struct Link {
  x509::Certificate certificate;
  crypto::KeySigner signer;
};

crypto::PrivateKey throwaway_key() {
  return crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
}

x509::Certificate signed_by(const x509::TbsCertificate& tbs, const crypto::Signer& signer) {
  return x509::Certificate::parse(x509::sign_certificate(tbs, signer)).value();
}

// The same certificate over another key, signed by another key: all that it says stays.
Link over_new_key(const x509::Certificate& original, const crypto::Signer* issuer) {
  crypto::KeySigner own{throwaway_key()};
  const x509::TbsCertificate tbs{.serial_number = original.serial_number(),
                                 .signature_algorithm = own.algorithm(),
                                 .issuer = base::to_bytes(original.issuer_der()),
                                 .not_before = original.not_before(),
                                 .not_after = original.not_after(),
                                 .subject = base::to_bytes(original.subject_der()),
                                 .spki = base::to_bytes(own.public_key().spki()),
                                 .extensions = original.extensions()};
  auto certificate = signed_by(tbs, issuer != nullptr ? *issuer : own);
  return {std::move(certificate), std::move(own)};
}

// A name that the constraints permit, if they permit any DNS names.
x509::GeneralName permitted_name(const std::vector<x509::Certificate>& chain) {
  for (const auto& certificate : chain) {
    const auto* extension = certificate.extension(der::oids::name_constraints);
    const auto constraints = extension == nullptr
                                 ? std::nullopt
                                 : std::optional{x509::read_name_constraints(extension->value)};
    if (!constraints || !*constraints) {
      continue;
    }
    for (const auto& each : (**constraints).permitted) {
      const auto name =
          x509::GeneralName::dns(each.value.starts_with('.') ? "sample" + each.value : each.value);
      if (each.type == GeneralNameType::dns && name) {
        return *name;
      }
    }
  }
  return x509::GeneralName::dns("www.sample.example").value();
}

x509::Certificate leaf_below(const Link& issuer, const der::Oid& purpose,
                             const x509::GeneralName& name, base::Time now) {
  const auto key = throwaway_key();
  const auto authority = issuer.certificate.subject_key_identifier();
  const x509::TbsCertificate tbs{
      .serial_number = x509::SerialNumber::parse("5a3c19e07f4d2b68").value(),
      .signature_algorithm = issuer.signer.algorithm(),
      .issuer = base::to_bytes(issuer.certificate.subject_der()),
      .not_before = now - core::backdating,
      .not_after = now + std::chrono::days{1},
      .subject = {0x30, 0x00},
      .spki = base::to_bytes(key.public_key().spki()),
      .extensions = {x509::basic_constraints({.is_ca = false, .path_length = std::nullopt}),
                     x509::key_usage({x509::KeyUsage::digitalSignature}),
                     x509::extended_key_usage({purpose}),
                     x509::subject_alternative_name(std::vector{name}, true),
                     x509::subject_key_identifier(x509::key_identifier(key.public_key())),
                     x509::authority_key_identifier(authority)}};
  return signed_by(tbs, issuer.signer);
}

}  // namespace

std::vector<Authorities::Trial> try_chain(const x509::Certificate& candidate,
                                          const std::vector<x509::Certificate>& above,
                                          base::Time now) {
  std::vector<Link> links;  // the root first
  for (auto each = above.rbegin(); each != above.rend(); ++each) {
    links.push_back(over_new_key(*each, links.empty() ? nullptr : &links.back().signer));
  }
  links.push_back(over_new_key(candidate, links.empty() ? nullptr : &links.back().signer));

  std::vector<x509::Certificate> all{candidate};
  all.insert(all.end(), above.begin(), above.end());
  const auto name = permitted_name(all);
  std::vector<base::Bytes> between;
  for (std::size_t i = 1; i < links.size(); ++i) {
    between.push_back(base::to_bytes(links[i].certificate.der()));
  }
  const std::pair<der::Oid, std::pair<const char*, const char*>> purposes[] = {
      {der::oids::server_auth, {"serverAuth", "sslserver"}},
      {der::oids::client_auth, {"clientAuth", "sslclient"}},
      {der::oids::email_protection, {"emailProtection", "smimesign"}}};
  std::vector<Authorities::Trial> trials;
  for (const auto& [oid, names] : purposes) {
    const auto leaf = leaf_below(links.back(), oid, name, now);
    const auto problem =
        crypto::chain_problem({.leaf = leaf.der(),
                               .intermediates = between,
                               .roots = {base::to_bytes(links.front().certificate.der())},
                               .at = now,
                               .host = {},
                               .crls = {},
                               .purpose = names.second});
    trials.push_back({"OpenSSL", names.first, !problem, problem.value_or("")});
  }
  return trials;
}

}  // namespace service
