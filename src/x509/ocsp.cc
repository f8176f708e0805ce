#include "x509/ocsp.h"

#include <algorithm>
#include <array>

#include "der/oids.h"
#include "der/reader.h"
#include "der/writer.h"
#include "x509/extensions.h"

namespace x509 {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;
using crypto::DigestAlgorithm;
using der::refuse;

constexpr std::pair<DigestAlgorithm, der::Oid> digests[] = {
    {DigestAlgorithm::sha1, oids::sha1},
    {DigestAlgorithm::sha256, oids::sha256},
    {DigestAlgorithm::sha384, oids::sha384},
    {DigestAlgorithm::sha512, oids::sha512},
};

std::size_t digest_octets(DigestAlgorithm digest) {
  constexpr std::array<std::size_t, 4> octets{20, 32, 48, 64};
  return octets[static_cast<std::size_t>(digest)];
}

der::Result<DigestAlgorithm> read_digest(der::Reader algorithm) {
  const auto oid = DER_TRY(algorithm.oid());
  if (!algorithm.at_end()) {
    DER_CHECK(algorithm.null());
    DER_CHECK(algorithm.end());
  }
  const auto found = std::ranges::find(digests, oid, [](const auto& pair) { return pair.second; });
  if (found == std::end(digests)) {
    return refuse("the digest " + oid.to_string() + " is not supported");
  }
  return found->first;
}

// CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash, issuerKeyHash OCTET STRING, serialNumber }
der::Result<OcspCertId> read_cert_id(der::Reader& reader) {
  const auto element = DER_TRY(reader.element(tag::sequence));
  der::Reader id{element.content};
  const auto algorithm = DER_TRY(id.sequence());
  const auto digest = DER_TRY(read_digest(algorithm));
  const auto name_hash = DER_TRY(id.octet_string());
  const auto key_hash = DER_TRY(id.octet_string());
  const auto serial = DER_TRY(id.integer());
  DER_CHECK(id.end());
  if (name_hash.size() != digest_octets(digest) || key_hash.size() != digest_octets(digest)) {
    return refuse("a hash in the request has the wrong length");
  }
  const auto number = SerialNumber::from_octets(serial);
  return OcspCertId{digest, base::to_bytes(name_hash), base::to_bytes(key_hash),
                    number ? std::optional{*number} : std::nullopt, base::to_bytes(element.whole)};
}

// Request ::= SEQUENCE { reqCert CertID, singleRequestExtensions [0] EXPLICIT Extensions OPTIONAL }
der::Result<OcspCertId> read_single(der::Reader& list) {
  auto request = DER_TRY(list.sequence());
  auto id = DER_TRY(read_cert_id(request));
  const auto wrapped = DER_TRY(request.enter_optional(tag::context_constructed(0)));
  DER_CHECK(request.end());
  if (wrapped) {
    const auto extensions = DER_TRY(read_extensions(wrapped->rest()));
    if (std::ranges::any_of(extensions, &Extension::critical)) {
      return refuse("the request has an unknown critical extension");
    }
  }
  return id;
}

der::Result<void> read_request_extensions(base::ByteView sequence, OcspRequest& request) {
  const auto extensions = DER_TRY(read_extensions(sequence));
  for (const auto& extension : extensions) {
    if (extension.oid == oids::ocsp_nonce) {
      der::Reader reader{extension.value};
      const auto nonce = DER_TRY(reader.octet_string());
      DER_CHECK(reader.end());
      if (nonce.empty() || nonce.size() > 128) {  // RFC 9654, section 2.1
        return refuse("a nonce has 1 to 128 octets");
      }
      request.nonce = base::to_bytes(nonce);
    } else if (extension.critical) {
      return refuse("the request has an unknown critical extension");
    }
  }
  return {};
}

// TBSRequest ::= SEQUENCE { version [0] EXPLICIT DEFAULT v1, requestorName [1] EXPLICIT OPTIONAL,
//                           requestList SEQUENCE OF Request, requestExtensions [2] OPTIONAL }
der::Result<void> read_tbs_request(der::Reader reader, OcspRequest& request) {
  auto version = DER_TRY(reader.enter_optional(tag::context_constructed(0)));
  if (version) {
    const auto number = DER_TRY(version->small_integer());
    DER_CHECK(version->end());
    if (number != 0) {
      return refuse("the OCSP request is not of version 1");
    }
  }
  if (reader.next_is(tag::context_constructed(1))) {
    DER_CHECK(reader.element());
  }
  auto list = DER_TRY(reader.sequence());
  do {
    if (request.certificates.size() == OcspRequest::max_certificates) {
      return refuse("the OCSP request asks about too many certificates");
    }
    request.certificates.push_back(DER_TRY(read_single(list)));
  } while (!list.at_end());
  const auto extensions = DER_TRY(reader.enter_optional(tag::context_constructed(2)));
  DER_CHECK(reader.end());
  if (extensions) {
    DER_CHECK(read_request_extensions(extensions->rest(), request));
  }
  return {};
}

void write_nonce(der::Writer& writer, base::ByteView nonce) {
  der::Writer value{nonce.size() + 4};
  value.octet_string(nonce);
  writer.sequence(
      [&] { Extension{oids::ocsp_nonce, false, std::move(value).take()}.write(writer); });
}

// CertStatus ::= CHOICE { good [0] IMPLICIT NULL, revoked [1] IMPLICIT RevokedInfo, unknown [2] }
void write_status(der::Writer& writer, const OcspSingleAnswer& answer) {
  switch (answer.status) {
    case OcspStatus::good:
      writer.primitive(tag::context(0), {});
      return;
    case OcspStatus::unknown:
      writer.primitive(tag::context(2), {});
      return;
    case OcspStatus::revoked:
      break;
  }
  writer.context(1, [&] {
    writer.generalized_time(answer.revoked_at);
    if (answer.reason != RevocationReason::unspecified) {
      writer.context(0, [&] { writer.enumerated(static_cast<std::uint8_t>(answer.reason)); });
    }
  });
}

// SingleResponse ::= SEQUENCE { certID, certStatus, thisUpdate, nextUpdate [0] EXPLICIT OPTIONAL }
void write_single(der::Writer& writer, const OcspSingleAnswer& answer) {
  writer.sequence([&] {
    writer.raw(answer.cert_id);
    write_status(writer, answer);
    writer.generalized_time(answer.this_update);
    if (answer.next_update) {
      writer.context(0, [&] { writer.generalized_time(*answer.next_update); });
    }
  });
}

// ResponseData ::= SEQUENCE { version [0] DEFAULT v1, responderID, producedAt,
//                             responses SEQUENCE OF SingleResponse, [1] Extensions OPTIONAL }
base::Bytes write_response_data(const OcspAnswer& answer, base::ByteView key_hash) {
  der::Writer writer{256};
  writer.sequence([&] {
    writer.context(2, [&] { writer.octet_string(key_hash); });  // byKey
    writer.generalized_time(answer.produced_at);
    writer.sequence([&] {
      for (const auto& single : answer.answers) {
        write_single(writer, single);
      }
    });
    if (answer.nonce) {
      writer.context(1, [&] { write_nonce(writer, *answer.nonce); });
    }
  });
  return std::move(writer).take();
}

}  // namespace

std::expected<OcspRequest, base::ParseError> OcspRequest::parse(base::ByteView der) {
  if (der.size() > max_octets) {
    return refuse("the OCSP request is too large");
  }
  DER_CHECK(der::check_nested(der));
  OcspRequest request;
  der::Reader outer{der};
  auto sequence = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  const auto tbs = DER_TRY(sequence.sequence());
  if (sequence.next_is(tag::context_constructed(0))) {
    DER_CHECK(sequence.element());  // optionalSignature
  }
  DER_CHECK(sequence.end());
  DER_CHECK(read_tbs_request(tbs, request));
  return request;
}

base::Bytes make_ocsp_request(const std::vector<OcspCertId>& certificates,
                              const std::optional<base::Bytes>& nonce) {
  der::Writer writer;
  writer.sequence([&] {
    writer.sequence([&] {
      writer.sequence([&] {
        for (const auto& certificate : certificates) {
          writer.sequence([&] { writer.raw(certificate.der); });
        }
      });
      if (nonce) {
        writer.context(2, [&] { write_nonce(writer, *nonce); });
      }
    });
  });
  return std::move(writer).take();
}

OcspIssuer ocsp_issuer(DigestAlgorithm digest, base::ByteView issuer_name_der,
                       base::ByteView issuer_key_bits) {
  return {crypto::digest(digest, issuer_name_der), crypto::digest(digest, issuer_key_bits)};
}

OcspCertId ocsp_cert_id(DigestAlgorithm digest, base::ByteView issuer_name_der,
                        base::ByteView issuer_key_bits, const SerialNumber& serial) {
  auto issuer = ocsp_issuer(digest, issuer_name_der, issuer_key_bits);
  der::Writer writer;
  writer.sequence([&] {
    writer.sequence([&] {
      writer.oid(digests[static_cast<std::size_t>(digest)].second);
      writer.null();
    });
    writer.octet_string(issuer.name_hash);
    writer.octet_string(issuer.key_hash);
    writer.unsigned_integer(serial.octets());
  });
  return {digest, std::move(issuer.name_hash), std::move(issuer.key_hash), serial,
          std::move(writer).take()};
}

base::Bytes write_ocsp_response(const OcspAnswer& answer, const crypto::Signer& signer) {
  const auto data = write_response_data(answer, crypto::sha1(signer.public_key().key_bits()));
  const auto signature = signer.sign(data);
  der::Writer writer{data.size() + signature.size() + answer.responder_certificate.size() + 96};
  const auto write_basic = [&] {
    writer.raw(data);
    writer.raw(crypto::algorithm_identifier(signer.algorithm()));
    writer.bit_string(signature);
    if (!answer.responder_certificate.empty()) {
      writer.context(0,
                     [&] { writer.sequence([&] { writer.raw(answer.responder_certificate); }); });
    }
  };
  // OCSPResponse ::= SEQUENCE { responseStatus, responseBytes [0] EXPLICIT
  //                             SEQUENCE { responseType, response OCTET STRING } }
  writer.sequence([&] {
    writer.enumerated(0);
    writer.context(0, [&] {
      writer.sequence([&] {
        writer.oid(oids::ocsp_basic);
        writer.wrapped_octet_string([&] { writer.sequence(write_basic); });
      });
    });
  });
  return std::move(writer).take();
}

std::expected<OcspTimes, base::ParseError> read_ocsp_times(base::ByteView response) {
  der::Reader outer{response};
  auto sequence = DER_TRY(outer.sequence());
  if (const auto status = DER_TRY(sequence.enumerated()); status != 0) {
    return refuse("the responder refuses with status " + std::to_string(status));
  }
  auto wrapped = DER_TRY(sequence.enter_optional(tag::context_constructed(0)));
  if (!wrapped) {
    return refuse("the response has no content");
  }
  auto bytes = DER_TRY(wrapped->sequence());
  if (DER_TRY(bytes.oid()) != oids::ocsp_basic) {
    return refuse("the response is of an unknown type");
  }
  der::Reader content{DER_TRY(bytes.octet_string())};
  auto basic = DER_TRY(content.sequence());
  auto data = DER_TRY(basic.sequence());
  DER_CHECK(data.enter_optional(tag::context_constructed(0)));  // version
  DER_CHECK(data.element());                                    // responderID
  OcspTimes times{.produced_at = DER_TRY(data.generalized_time())};
  auto list = DER_TRY(data.sequence());
  auto single = DER_TRY(list.sequence());
  DER_CHECK(single.element(tag::sequence));  // certID
  DER_CHECK(single.element());               // certStatus
  times.this_update = DER_TRY(single.generalized_time());
  if (auto next = DER_TRY(single.enter_optional(tag::context_constructed(0)))) {
    times.next_update = DER_TRY(next->generalized_time());
  }
  return times;
}

base::ByteView ocsp_error(OcspError error) {
  static constexpr std::array<std::array<std::uint8_t, 5>, 7> responses{{
      {0x30, 0x03, 0x0a, 0x01, 0},
      {0x30, 0x03, 0x0a, 0x01, 1},
      {0x30, 0x03, 0x0a, 0x01, 2},
      {0x30, 0x03, 0x0a, 0x01, 3},
      {0x30, 0x03, 0x0a, 0x01, 4},
      {0x30, 0x03, 0x0a, 0x01, 5},
      {0x30, 0x03, 0x0a, 0x01, 6},
  }};
  return responses[static_cast<std::size_t>(error)];
}

}  // namespace x509
