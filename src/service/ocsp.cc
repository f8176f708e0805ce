#include "service/ocsp.h"

#include "storage/authority_certificate_store.h"
#include "storage/certificate_store.h"

namespace service {
namespace {

OcspReply error_reply(x509::OcspError error) {
  return {.der = base::to_bytes(x509::ocsp_error(error)),
          .this_update = std::nullopt,
          .next_update = std::nullopt};
}

x509::OcspSingleAnswer single_answer(const x509::OcspCertId& id,
                                     const std::optional<core::Certificate>& certificate,
                                     base::Time now, base::Time until) {
  x509::OcspSingleAnswer answer{.cert_id = id.der,
                                .status = x509::OcspStatus::unknown,
                                .this_update = now,
                                .next_update = until};
  if (!certificate) {
    return answer;
  }
  if (certificate->revoked_at) {
    answer.status = x509::OcspStatus::revoked;
    answer.revoked_at = *certificate->revoked_at;
    answer.reason = certificate->revocation_reason.value_or(x509::RevocationReason::unspecified);
  } else {
    answer.status = x509::OcspStatus::good;
  }
  return answer;
}

// Authorities are certificates of the one above them; a root is its own.
std::shared_ptr<const Issuer> authority_with(
    const std::vector<std::shared_ptr<const Issuer>>& authorities, const core::AuthorityId& above,
    const x509::SerialNumber& serial) {
  for (const auto& each : authorities) {
    if (each->authority.serial_number == serial &&
        each->authority.parent_id.value_or(each->authority.id) == above) {
      return each;
    }
  }
  return nullptr;
}

template <class Revocable>
void say_of(x509::OcspSingleAnswer& answer, const Revocable& certificate) {
  answer.status = certificate.revoked_at ? x509::OcspStatus::revoked : x509::OcspStatus::good;
  answer.revoked_at = certificate.revoked_at.value_or(base::Time{});
  answer.reason = certificate.revocation_reason.value_or(x509::RevocationReason::unspecified);
}

}  // namespace

OcspReply Ocsp::answer(base::ByteView bytes) {
  const auto request = x509::OcspRequest::parse(bytes);
  if (!request) {
    return error_reply(x509::OcspError::malformed_request);
  }
  // One signature covers the whole answer, so all certificates asked about have one issuer.
  const auto issuer = issuer_of(request->certificates.front());
  const bool is_ours = issuer && issuer->signer &&
                       std::ranges::all_of(request->certificates,
                                           [&](const auto& id) { return issuer_of(id) == issuer; });
  if (!is_ours) {
    return error_reply(x509::OcspError::unauthorized);
  }

  const auto now = clock_.now();
  const auto responder = responders_.of(*issuer);
  // Nobody believes an answer longer than its signer.
  const auto until = std::min<base::Time>(
      now + lifetime_(), responder ? responder->not_after : issuer->authority.not_after);
  x509::OcspAnswer answer{
      .answers = {},
      .produced_at = now,
      .nonce = request->nonce,
      .responder_certificate = responder ? responder->certificate : base::Bytes{}};
  OcspReply reply{.der = {}, .this_update = std::nullopt, .next_update = std::nullopt};
  const auto authorities = authorities_.issuers();
  database_.read([&](db::Session& session) {
    const storage::CertificateStore certificates{session};
    for (const auto& id : request->certificates) {
      std::optional<core::Certificate> certificate;
      if (id.serial_number) {
        certificate = certificates.find_by_serial(issuer->authority.id, *id.serial_number);
        reply.serials.push_back(id.serial_number->to_string());
      }
      answer.answers.push_back(single_answer(id, certificate, now, until));
      if (id.serial_number && !certificate) {
        if (const auto other =
                authority_with(authorities, issuer->authority.id, *id.serial_number)) {
          say_of(answer.answers.back(), other->authority);
        } else if (const auto further = storage::AuthorityCertificateStore{session}.find_by_serial(
                       issuer->authority.id, *id.serial_number)) {
          say_of(answer.answers.back(), *further);
        }
      }
    }
  });
  const bool all_known = std::ranges::none_of(answer.answers, [](const auto& single) {
    return single.status == x509::OcspStatus::unknown;
  });
  reply.der = x509::write_ocsp_response(answer, responder ? *responder->signer : *issuer->signer);
  // "unknown" is not kept: the certificate may be issued the next moment.
  if (!request->nonce && all_known) {
    reply.this_update = now;
    reply.next_update = until;
  }
  return reply;
}

std::shared_ptr<const Issuer> Ocsp::issuer_of(const x509::OcspCertId& id) {
  for (const auto& issuer : authorities_.issuers()) {
    const auto hashes = x509::ocsp_issuer(id.digest, issuer->certificate.subject_der(),
                                          issuer->certificate.key_bits());
    if (hashes.name_hash == id.issuer_name_hash && hashes.key_hash == id.issuer_key_hash) {
      return issuer;
    }
  }
  return nullptr;
}

}  // namespace service
