// What certificates, OCSP answers, requests and CRLs cost, in µs of one core.
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "crypto/aead.h"
#include "crypto/jws.h"
#include "crypto/key.h"
#include "der/oids.h"
#include "x509/certificate.h"
#include "x509/crl.h"
#include "x509/csr.h"
#include "x509/ocsp.h"

namespace {

using namespace std::chrono_literals;

const base::Time now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

// CPU time of this process, in µs: it survives a machine that is busy with other things.
double spent() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

template <class Work>
void measure(std::string_view what, Work work, double duration = 500'000) {
  work();
  std::size_t count = 0;
  const auto start = spent();
  while (spent() - start < duration) {
    for (int i = 0; i < 16; ++i, ++count) {
      work();
    }
  }
  std::printf("%-46.*s %9.2f µs\n", static_cast<int>(what.size()), what.data(),
              (spent() - start) / static_cast<double>(count));
}

void require(bool holds) {
  if (!holds) {
    std::fputs("a benchmark did not do what it measures\n", stderr);
    std::exit(1);
  }
}

x509::Name name(std::string_view text) {
  return x509::Name::parse(text).value();
}

x509::TbsCertificate leaf(const crypto::PublicKey& key, const base::Bytes& issuer,
                          const base::Bytes& issuer_key, crypto::Random& random) {
  const std::vector names{x509::GeneralName::dns("www.example.com").value()};
  return {
      .serial_number = x509::SerialNumber::random(random),
      .signature_algorithm = crypto::SignatureAlgorithm::ecdsa_sha256,
      .issuer = issuer,
      .not_before = now,
      .not_after = now + std::chrono::days{90},
      .subject = name("CN=www.example.com").to_der(),
      .spki = base::to_bytes(key.spki()),
      .extensions = {
          x509::authority_key_identifier(issuer_key),
          x509::subject_key_identifier(x509::key_identifier(key)),
          x509::key_usage({x509::KeyUsage::digitalSignature}),
          x509::extended_key_usage({der::oids::server_auth, der::oids::client_auth}),
          x509::basic_constraints({}),
          x509::subject_alternative_name(names),
          x509::crl_distribution_points({"http://pki.example.com/crl/1.crl"}),
          x509::authority_information_access({.ocsp = {"http://pki.example.com/ocsp"},
                                              .ca_issuers = {"http://pki.example.com/ca/1.cer"}}),
      }};
}

void measure_crl(const crypto::Signer& signer, const base::Bytes& issuer,
                 const base::Bytes& issuer_key, crypto::Random& random) {
  constexpr std::size_t entries = 1'000'000;
  std::vector<x509::CrlEntry> revoked;
  revoked.reserve(entries);
  for (std::size_t i = 0; i < entries; ++i) {
    revoked.push_back({.serial_number = x509::SerialNumber::random(random),
                       .revoked_at = now,
                       .reason = x509::RevocationReason::superseded});
  }
  const auto start = spent();
  x509::CrlWriter writer{{.issuer = issuer,
                          .this_update = now,
                          .next_update = now + std::chrono::days{7},
                          .number = 1,
                          .authority_key_identifier = issuer_key},
                         signer,
                         entries};
  for (const auto& entry : revoked) {
    writer.add(entry);
  }
  const auto crl = std::move(writer).finish();
  std::printf("%-46s %9.2f ms, %.1f MB\n", "CRL of 1,000,000 entries", (spent() - start) / 1e3,
              static_cast<double>(crl.size()) / 1e6);
}

void measure_threads(const crypto::PrivateKey& key, unsigned count) {
  constexpr int each = 20'000;
  const auto message = base::as_bytes("to be signed");
  const auto start = spent();
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < count; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < each; ++n) {
        require(!key.sign(crypto::SignatureAlgorithm::ecdsa_sha256, message).empty());
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  std::printf("P-256 signature by %u threads with one key       %9.2f µs\n", count,
              (spent() - start) / (count * each));
}

}  // namespace

int main() {
  crypto::SystemRandom random;
  const auto ca_key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
  const crypto::KeySigner signer{ca_key};
  const auto issuer = name("CN=Example Issuing CA,O=Example").to_der();
  const auto issuer_key = x509::key_identifier(ca_key.public_key());
  const auto leaf_key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
  const auto message = base::as_bytes(std::string_view{"0123456789abcdef0123456789abcdef"});
  const auto signature = ca_key.sign(crypto::SignatureAlgorithm::ecdsa_sha256, message);

  measure("P-256 signature",
          [&] { ca_key.sign(crypto::SignatureAlgorithm::ecdsa_sha256, message); });
  measure("P-256 verification", [&] {
    require(
        ca_key.public_key().verify(crypto::SignatureAlgorithm::ecdsa_sha256, message, signature));
  });
  measure("P-256 key generation",
          [&] { crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256); });
  measure("P-256 public key from SPKI",
          [&] { require(crypto::PublicKey::from_spki(ca_key.public_key().spki()).has_value()); });
  const auto rsa = crypto::PrivateKey::generate(crypto::KeyAlgorithm::rsa_2048);
  measure("RSA 2048 public key from SPKI",
          [&] { require(crypto::PublicKey::from_spki(rsa.public_key().spki()).has_value()); });
  measure("RSA 2048 search for weaknesses", [&] { require(!rsa.public_key().weakness()); });
  measure("RSA 2048 signature", [&] { rsa.sign(crypto::SignatureAlgorithm::rsa_sha256, message); });
  measure("certificate: values to TBS",
          [&] { x509::write_tbs(leaf(leaf_key.public_key(), issuer, issuer_key, random)); });
  const auto prepared = leaf(leaf_key.public_key(), issuer, issuer_key, random);
  measure("certificate: prepared values to TBS", [&] { x509::write_tbs(prepared); });
  measure("certificate: values, TBS, P-256 signature", [&] {
    x509::sign_certificate(leaf(leaf_key.public_key(), issuer, issuer_key, random), signer);
  });
  const auto certificate = x509::sign_certificate(prepared, signer);
  measure("certificate: read", [&] { require(x509::Certificate::parse(certificate).has_value()); });

  const std::vector names{x509::GeneralName::dns("www.example.com").value()};
  const auto csr = x509::make_request({.subject = name("CN=www.example.com"),
                                       .extensions = {x509::subject_alternative_name(names)}},
                                      crypto::KeySigner{leaf_key});
  measure("request: read", [&] { require(x509::CertificateRequest::parse(csr).has_value()); });
  measure("request: read and verified",
          [&] { require(x509::CertificateRequest::parse(csr)->verify_signature()); });

  const auto cert_id = x509::ocsp_cert_id(crypto::DigestAlgorithm::sha1, issuer,
                                          ca_key.public_key().key_bits(), prepared.serial_number);
  const auto ocsp_request = x509::make_ocsp_request({cert_id}, std::nullopt);
  measure("OCSP request: read",
          [&] { require(x509::OcspRequest::parse(ocsp_request).has_value()); });
  measure("OCSP answer: written and signed", [&] {
    x509::write_ocsp_response({.answers = {{.cert_id = cert_id.der,
                                            .status = x509::OcspStatus::good,
                                            .this_update = now,
                                            .next_update = now + 1h}},
                               .produced_at = now,
                               .nonce = std::nullopt,
                               .responder_certificate = {}},
                              signer);
  });
  const base::Bytes key(crypto::aead_key_octets, 7);
  measure("AES-256-GCM of 32 octets", [&] { crypto::seal(key, message, message, random); });
  measure("SHA-256 of 1 kB", [&] { crypto::sha256(base::Bytes(1024)); });
  measure_crl(signer, issuer, issuer_key, random);
  measure_threads(ca_key, 1);
  measure_threads(ca_key, 2);
}
