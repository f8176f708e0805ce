#include <algorithm>

#include "core/issuance.h"
#include "service/imports.h"
#include "storage/certificate_store.h"

namespace service {
namespace {

// Indexes of btrees hold no longer texts.
constexpr std::size_t longest_name = 1000;

std::string fingerprint_of(const x509::Certificate& certificate) {
  return base::to_hex(certificate.sha256_fingerprint());
}

// Name, key identifiers where both say one, and signature (RFC 5280, sections 4.2.1.1 and 6.1.3).
bool is_issued_by(const x509::Certificate& certificate, const x509::Certificate& issuer) {
  if (!std::ranges::equal(certificate.issuer_der(), issuer.subject_der()) || !issuer.is_ca()) {
    return false;
  }
  const auto wanted = certificate.authority_key_identifier();
  const auto offered = issuer.subject_key_identifier();
  if (!wanted.empty() && !offered.empty() && wanted != offered) {
    return false;
  }
  const auto key = crypto::PublicKey::from_spki(issuer.spki());
  return key && certificate.is_signed_by(*key);
}

// Why a certificate cannot be kept, whoever issued it.
std::optional<std::string> own_obstacle(const ImportCandidate& candidate) {
  const auto& certificate = candidate.certificate;
  const auto name = core::display_name(certificate);
  if (name.size() > longest_name || !json::is_storable(name) ||
      !json::is_storable(certificate.subject().to_string()) ||
      !json::is_storable(core::combined_text(certificate.subject_alternative_names()))) {
    return "its names are too long, or have characters that cannot be kept";
  }
  if (!candidate.is_authority) {
    return std::nullopt;
  }
  if (const auto key = crypto::PublicKey::from_spki(certificate.spki()); !key) {
    return "its key is none that an authority may have: " + key.error().reason;
  }
  const auto usage = certificate.key_usage();
  if (usage && !usage->contains(x509::KeyUsage::keyCertSign)) {
    return "its key usage does not allow it to sign certificates";
  }
  if (candidate.key && certificate.subject_key_identifier().empty()) {
    return "it has no subject key identifier, which all that it issues must name";
  }
  return std::nullopt;
}

// Issuers before what they issued; in a circle of cross-signed ones, as they come.
void put_issuers_first(std::vector<ImportCandidate>& candidates) {
  std::vector<ImportCandidate> sorted;
  const auto waits = [&](const ImportCandidate& candidate) {
    return candidate.issuer_fingerprint && !candidate.is_self_signed &&
           std::ranges::find(candidates, *candidate.issuer_fingerprint,
                             &ImportCandidate::fingerprint) != candidates.end();
  };
  while (!candidates.empty()) {
    auto next = std::ranges::find_if_not(candidates, waits);
    next = next == candidates.end() ? candidates.begin() : next;
    auto moved = std::move(*next);
    candidates.erase(next);
    sorted.push_back(std::move(moved));
  }
  candidates = std::move(sorted);
}

}  // namespace

ImportPlan Imports::plan(const ImportContent& content) {
  ImportPlan plan{
      .candidates = {}, .requests = content.requests, .request_keys = {}, .unused_keys = {}};
  const auto issuers = authorities_.issuers();
  std::vector<bool> used(content.keys.size(), false);
  const auto key_for = [&](base::ByteView spki) -> std::optional<crypto::PrivateKey> {
    for (std::size_t i = 0; i < content.keys.size(); ++i) {
      if (std::ranges::equal(content.keys[i].public_key().spki(), spki)) {
        used[i] = true;
        return content.keys[i];
      }
    }
    return std::nullopt;
  };
  const auto issuer_of = [&](const x509::Certificate& certificate) -> std::optional<std::string> {
    for (const auto& issuer : issuers) {
      if (is_issued_by(certificate, issuer->certificate)) {
        return issuer->authority.fingerprint;
      }
    }
    for (const auto& other : content.certificates) {
      if (is_issued_by(certificate, other)) {
        return fingerprint_of(other);
      }
    }
    return std::nullopt;
  };
  for (const auto& certificate : content.certificates) {
    ImportCandidate candidate{.certificate = certificate,
                              .fingerprint = fingerprint_of(certificate),
                              .is_authority = certificate.is_ca(),
                              .is_self_signed = is_issued_by(certificate, certificate),
                              .issuer_fingerprint = std::nullopt,
                              .key = key_for(certificate.spki()),
                              .known_authority = std::nullopt,
                              .known_certificate = std::nullopt,
                              .obstacle = std::nullopt};
    candidate.issuer_fingerprint =
        candidate.is_self_signed ? std::optional{candidate.fingerprint} : issuer_of(certificate);
    candidate.obstacle = own_obstacle(candidate);
    if (!candidate.obstacle && !candidate.is_authority && !candidate.issuer_fingerprint) {
      candidate.obstacle =
          certificate.is_self_issued()
              ? "it is self-signed and no authority: there would be nobody to revoke it"
              : "its issuer '" + certificate.issuer().to_string() +
                    "' is not known here: import the certificate of that authority first, or "
                    "together with it";
    }
    const auto known = std::ranges::find(issuers, candidate.fingerprint, [](const auto& issuer) {
      return issuer->authority.fingerprint;
    });
    if (known != issuers.end()) {
      candidate.known_authority = (*known)->authority.id;
    }
    plan.candidates.push_back(std::move(candidate));
  }
  for (std::size_t i = 0; i < plan.requests.size(); ++i) {
    if (auto key = key_for(plan.requests[i].spki())) {
      plan.request_keys.emplace(i, *std::move(key));
    }
  }
  for (std::size_t i = 0; i < content.keys.size(); ++i) {
    if (!used[i]) {
      plan.unused_keys.push_back(content.keys[i]);
    }
  }
  put_issuers_first(plan.candidates);
  database_.read([&](db::Session& session) {
    const storage::CertificateStore certificates{session};
    for (auto& candidate : plan.candidates) {
      if (const auto known = certificates.find_by_fingerprint(candidate.fingerprint)) {
        candidate.known_certificate = known->id;
        continue;
      }
      const auto issuer = std::ranges::find(
          issuers, candidate.issuer_fingerprint,
          [](const auto& each) { return std::optional{each->authority.fingerprint}; });
      if (!candidate.obstacle && !candidate.is_authority && issuer != issuers.end() &&
          certificates.find_by_serial((*issuer)->authority.id,
                                      candidate.certificate.serial_number())) {
        candidate.obstacle = "another certificate of its authority has the same serial number";
      }
    }
  });
  return plan;
}

}  // namespace service
