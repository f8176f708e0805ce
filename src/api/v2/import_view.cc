#include "api/v2/import_view.h"

#include <algorithm>

#include "core/issuance.h"
#include "crypto/digest.h"

namespace api::v2 {
namespace {

using service::ImportCandidate;

constexpr int longest_chain = 16;

ImportObject object_of(const ImportCandidate& candidate, std::int64_t index, base::Time now) {
  const auto& certificate = candidate.certificate;
  return {.index = index,
          .type = candidate.is_authority ? "ca" : "certificate",
          .name = core::display_name(certificate),
          .subject = certificate.subject().to_string(),
          .issuer = certificate.issuer().to_string(),
          .serial_number = certificate.serial_number().to_string(),
          .not_before = certificate.not_before(),
          .not_after = certificate.not_after(),
          .expired = certificate.not_after() < now,
          .key_type = crypto::key_facts(certificate.spki()).name,
          .fingerprint = candidate.fingerprint,
          .self_signed = candidate.is_self_signed,
          .has_private_key = candidate.key.has_value(),
          .already_exists = candidate.known_authority || candidate.known_certificate,
          .problem = candidate.obstacle};
}

ImportObject object_of(const x509::CertificateRequest& request, std::int64_t index, bool has_key) {
  std::optional<std::string> problem;
  try {
    service::Requests::check(request);
  } catch (const base::Error& error) {
    problem = error.fields().empty() ? error.what() : error.fields().front().reason;
  }
  const auto subject = request.subject().to_string();
  return {.index = index,
          .type = "csr",
          .name = request.subject().common_name().value_or(subject),
          .subject = subject,
          .issuer = {},
          .serial_number = {},
          .not_before = std::nullopt,
          .not_after = std::nullopt,
          .expired = false,
          .key_type = request.public_key().name(),
          .fingerprint = base::to_hex(crypto::sha256(request.der())),
          .self_signed = false,
          .has_private_key = has_key,
          .already_exists = false,
          .problem = std::move(problem)};
}

ImportObject object_of(const crypto::PrivateKey& key, std::int64_t index) {
  return {.index = index,
          .type = "private_key",
          .name = key.public_key().name(),
          .subject = {},
          .issuer = {},
          .serial_number = {},
          .not_before = std::nullopt,
          .not_after = std::nullopt,
          .expired = false,
          .key_type = key.public_key().name(),
          .fingerprint = base::to_hex(crypto::sha256(key.public_key().spki())),
          .self_signed = false,
          .has_private_key = true,
          .already_exists = false,
          .problem = std::nullopt};
}

std::int64_t place_of(const std::vector<crypto::PrivateKey>& keys, const crypto::PrivateKey& key) {
  const auto found = std::ranges::find_if(
      keys, [&](const auto& other) { return other.public_key() == key.public_key(); });
  return found - keys.begin();
}

ImportChain chain_from(const ImportCandidate& first, const service::ImportPlan& plan) {
  ImportChain chain{.indexes = {}, .names = {}, .complete = false};
  const auto* at = &first;
  for (int depth = 0; depth < longest_chain; ++depth) {
    chain.indexes.push_back(at - plan.candidates.data());
    chain.names.push_back(core::display_name(at->certificate));
    if (at->is_self_signed || !at->issuer_fingerprint) {
      chain.complete = at->is_self_signed;
      break;
    }
    const auto issuer =
        std::ranges::find(plan.candidates, *at->issuer_fingerprint, &ImportCandidate::fingerprint);
    if (issuer == plan.candidates.end()) {
      chain.complete = true;  // goes on here
      break;
    }
    at = &*issuer;
  }
  return chain;
}

void add_certificates(Analysis& said, const service::ImportContent& content,
                      const service::ImportPlan& plan, std::int64_t first_key, base::Time now) {
  for (const auto& candidate : plan.candidates) {
    const auto index = std::ssize(said.objects);
    said.objects.push_back(object_of(candidate, index, now));
    const auto& object = said.objects.back();
    (candidate.is_authority ? said.summary.cas : said.summary.certificates) += 1;
    said.summary.duplicates += object.already_exists ? 1 : 0;
    if (candidate.key) {
      said.matching.matched_pairs.push_back(
          {first_key + place_of(content.keys, *candidate.key), index});
    } else {
      said.matching.certs_without_key.push_back(index);
    }
    if (!candidate.is_authority) {
      said.chains.push_back(chain_from(candidate, plan));
    }
    if (object.expired) {
      said.validation.warnings.push_back("'" + object.name + "' has expired");
    }
  }
}

}  // namespace

ImportedIds imported_ids(const service::Imports::Outcome& outcome) {
  return {outcome.authorities, outcome.certificates, outcome.requests};
}

Analysis analysis(const service::ImportContent& content, const service::ImportPlan& plan,
                  base::Time now) {
  Analysis said{};
  said.summary.format = content.format;
  said.summary.private_keys = std::ssize(content.keys);
  said.summary.csrs = std::ssize(plan.requests);
  const auto first_key = std::ssize(plan.candidates) + std::ssize(plan.requests);
  add_certificates(said, content, plan, first_key, now);
  for (std::size_t i = 0; i < plan.requests.size(); ++i) {
    const auto index = std::ssize(said.objects);
    const auto key = plan.request_keys.find(i);
    said.objects.push_back(object_of(plan.requests[i], index, key != plan.request_keys.end()));
    if (key != plan.request_keys.end()) {
      said.matching.csr_key_pairs.push_back(
          {first_key + place_of(content.keys, key->second), index});
    }
  }
  for (const auto& key : content.keys) {
    said.objects.push_back(object_of(key, std::ssize(said.objects)));
  }
  for (const auto& key : plan.unused_keys) {
    said.matching.orphan_keys.push_back(first_key + place_of(content.keys, key));
    said.validation.warnings.emplace_back("a private key belongs to nothing in the file");
  }
  for (const auto& object : said.objects) {
    if (object.problem) {
      said.validation.errors.push_back("'" + object.name + "': " + *object.problem);
    }
  }
  said.validation.valid = said.validation.errors.empty();
  said.summary.total = std::ssize(said.objects);
  return said;
}

}  // namespace api::v2
