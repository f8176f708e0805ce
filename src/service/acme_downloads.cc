#include "service/acme_downloads.h"

#include <algorithm>

#include "crypto/pem.h"
#include "service/acme_ownership.h"
#include "storage/certificate_store.h"

namespace service {
namespace {

// Other certificates for the same name and key: of an authority that several others vouch for.
std::vector<std::shared_ptr<const Issuer>> crossed_with(
    const Issuer& issuer, const std::vector<std::shared_ptr<const Issuer>>& all) {
  std::vector<std::shared_ptr<const Issuer>> others;
  for (const auto& other : all) {
    if (other->authority.id != issuer.authority.id &&
        std::ranges::equal(other->certificate.spki(), issuer.certificate.spki()) &&
        std::ranges::equal(other->certificate.subject_der(), issuer.certificate.subject_der())) {
      others.push_back(other);
    }
  }
  return others;
}

}  // namespace

core::acme::Result<AcmeDownloads::Download> AcmeDownloads::certificate(
    const AcmeAccount& account, const core::acme::OrderReference& reference, std::size_t chain,
    const AcmeSettings& settings) {
  std::optional<core::Certificate> certificate;
  const auto order = database_.read([&](db::Session& session) {
    auto found = storage::AcmeStore{session}.find(reference.id());
    if (is_own(found, account, reference) && found->certificate_id) {
      certificate = storage::CertificateStore{session}.find(*found->certificate_id);
    }
    return found;
  });
  if (!is_own(order, account, reference) || order->service_id != settings.service_id ||
      !certificate) {
    return no_such("certificate");
  }
  const auto issuer = authorities_.issuer(certificate->authority_id);
  const auto others = crossed_with(*issuer, authorities_.issuers());
  const bool has_root = issuer->chain.size() > 1 && issuer->chain.back().is_self_issued();
  Download download{.pem = crypto::to_pem("CERTIFICATE", certificate->der),
                    .chains = 1 + others.size() + (has_root ? 1 : 0)};
  if (chain >= download.chains) {
    return no_such("chain");
  }
  const bool with_root = has_root && chain == download.chains - 1;
  const auto& chosen = chain == 0 || with_root ? *issuer : *others[chain - 1];
  for (const auto& link : chosen.chain) {
    // Who trusts a root has it. Only when it issued by itself it comes along, since clients take
    // an answer without a chain for a broken one; and in the last alternate, for those who ask.
    if (&link == &chosen.chain.front() || !link.is_self_issued() || with_root) {
      download.pem += link.pem();
    }
  }
  return download;
}

}  // namespace service
