#include "service/ocsp.h"

#include <algorithm>

#include "storage/authority_certificate_store.h"
#include "storage/certificate_store.h"

namespace service {
namespace {

OcspReply error_reply(x509::OcspError error) {
  return {.der = base::to_bytes(x509::ocsp_error(error)),
          .this_update = std::nullopt,
          .next_update = std::nullopt};
}

// Of a certificate, an authority or a further certificate of one.
template <class Revocable>
void say_of(x509::OcspSingleAnswer& answer, const Revocable& certificate) {
  answer.status = certificate.revoked_at ? x509::OcspStatus::revoked : x509::OcspStatus::good;
  answer.revoked_at = certificate.revoked_at.value_or(base::Time{});
  answer.reason = certificate.revocation_reason.value_or(x509::RevocationReason::unspecified);
}

x509::OcspSingleAnswer unknown(const x509::OcspCertId& id) {
  return {
      .cert_id = id.der, .status = x509::OcspStatus::unknown, .this_update = {}, .next_update = {}};
}

// Authorities are certificates of the one above them; a root is its own.
std::shared_ptr<const Issuer> authority_with(const Authorities::Issuers& authorities,
                                             const core::AuthorityId& above,
                                             const x509::SerialNumber& serial) {
  for (const auto& [id, each] : authorities) {
    if (each->authority.serial_number == serial &&
        each->authority.parent_id.value_or(each->authority.id) == above) {
      return each;
    }
  }
  return nullptr;
}

}  // namespace

OcspReply Ocsp::answer(base::ByteView bytes) {
  const auto directory = directory_of(authorities_.all());
  const auto question = understand(bytes, *directory);
  if (!question) {
    return error_reply(question.error());
  }
  const auto responder = responders_.of(*question->issuer);
  const auto now = clock_.now();
  std::vector<x509::OcspSingleAnswer> answers;
  database_.read([&](db::Session& session) {
    for (const auto& id : question->request.certificates) {
      answers.push_back(look_up(session, *directory, *question->issuer, id));
    }
  });
  return sign(*question, std::move(answers), responder, now);
}

std::optional<OcspReply> Ocsp::answer_at_once(base::ByteView bytes) {
  auto authorities = authorities_.at_hand();
  if (!authorities) {
    return std::nullopt;
  }
  const auto directory = directory_of(std::move(authorities));
  const auto question = understand(bytes, *directory);
  if (!question) {
    return error_reply(question.error());
  }
  const auto& issuer = *question->issuer;
  const auto responder = responders_.known(issuer);
  if (!responder || !(*responder ? *(*responder)->signer : *issuer.signer).is_quick() ||
      question->request.certificates.size() > 1) {
    return std::nullopt;
  }
  const auto& id = question->request.certificates.front();
  const auto now = clock_.now();
  const auto status =
      id.serial_number ? statuses_.find(issuer.authority.id, *id.serial_number, now) : std::nullopt;
  if (!status) {
    return std::nullopt;
  }
  auto answer = unknown(id);
  say_of(answer, *status);
  return sign(*question, {std::move(answer)}, *responder, now);
}

std::expected<Ocsp::Question, x509::OcspError> Ocsp::understand(base::ByteView bytes,
                                                                const Directory& directory) {
  auto request = x509::OcspRequest::parse(bytes);
  if (!request) {
    return std::unexpected{x509::OcspError::malformed_request};
  }
  // One signature covers the whole answer, so all certificates asked about have one issuer.
  std::shared_ptr<const Issuer> issuer;
  for (const auto& id : request->certificates) {
    const auto found = directory.by_hashes.find({id.issuer_name_hash, id.issuer_key_hash});
    const bool fits = found != directory.by_hashes.end() && found->second->signer &&
                      (!issuer || issuer == found->second);
    if (!fits) {
      return std::unexpected{x509::OcspError::unauthorized};
    }
    issuer = found->second;
  }
  return Question{std::move(*request), std::move(issuer)};
}

x509::OcspSingleAnswer Ocsp::look_up(db::Session& session, const Directory& directory,
                                     const Issuer& issuer, const x509::OcspCertId& id) {
  auto answer = unknown(id);
  if (!id.serial_number) {
    return answer;
  }
  const auto& authority = issuer.authority.id;
  const auto generation = statuses_.generation();
  if (const auto status =
          storage::CertificateStore{session}.revocation_of(authority, *id.serial_number)) {
    statuses_.put(authority, *id.serial_number, *status, clock_.now(), generation);
    say_of(answer, *status);
  } else if (const auto other = authority_with(*directory.of, authority, *id.serial_number)) {
    say_of(answer, other->authority);
  } else if (const auto further = storage::AuthorityCertificateStore{session}.find_by_serial(
                 authority, *id.serial_number)) {
    say_of(answer, *further);
  }
  return answer;
}

OcspReply Ocsp::sign(const Question& question, std::vector<x509::OcspSingleAnswer> answers,
                     const Responder& responder, base::Time now) const {
  const auto& issuer = *question.issuer;
  // Nobody believes an answer longer than its signer.
  const auto until = std::min<base::Time>(
      now + lifetime_(), responder ? responder->not_after : issuer.authority.not_after);
  OcspReply reply{.der = {}, .this_update = std::nullopt, .next_update = std::nullopt};
  bool all_known = true;
  for (auto& answer : answers) {
    answer.this_update = now;
    answer.next_update = until;
    all_known = all_known && answer.status != x509::OcspStatus::unknown;
  }
  for (const auto& id : question.request.certificates) {
    if (id.serial_number) {
      reply.serials.push_back(id.serial_number->to_string());
    }
  }
  const x509::OcspAnswer answer{
      .answers = std::move(answers),
      .produced_at = now,
      .nonce = question.request.nonce,
      .responder_certificate = responder ? responder->certificate : base::Bytes{}};
  reply.der = x509::write_ocsp_response(answer, responder ? *responder->signer : *issuer.signer);
  // "unknown" is not kept: the certificate may be issued the next moment.
  if (!question.request.nonce && all_known) {
    reply.this_update = now;
    reply.next_update = until;
  }
  return reply;
}

std::shared_ptr<const Ocsp::Directory> Ocsp::directory_of(
    std::shared_ptr<const Authorities::Issuers> all) {
  if (auto kept = directory_.load(); kept && kept->of == all) {
    return kept;
  }
  using enum crypto::DigestAlgorithm;
  auto made = std::make_shared<Directory>();
  for (const auto& [id, issuer] : *all) {
    for (const auto digest : {sha1, sha256, sha384, sha512}) {
      made->by_hashes.emplace(x509::ocsp_issuer(digest, issuer->certificate.subject_der(),
                                                issuer->certificate.key_bits()),
                              issuer);
    }
  }
  made->of = std::move(all);
  directory_.store(made);
  return made;
}

}  // namespace service
