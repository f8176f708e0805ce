#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "crypto/key.h"
#include "crypto/peers_for_test.h"
#include "der/oids.h"
#include "x509/certificate.h"

// For tests: a root, and what it issues, for others to judge.
namespace x509 {

class TestAuthority {
 public:
  explicit TestAuthority(crypto::KeyAlgorithm algorithm = crypto::KeyAlgorithm::ec_p256)
      : signer{crypto::PrivateKey::generate(algorithm)},
        name{Name::parse("CN=Test Root,O=Example,C=DE").value()},
        key_id{key_identifier(signer.public_key())} {
    const auto now = base::SystemClock{}.now();
    root = sign_certificate(
        {.serial_number = SerialNumber::random(random),
         .signature_algorithm = signer.algorithm(),
         .issuer = name.to_der(),
         .not_before = now - std::chrono::hours{1},
         .not_after = now + std::chrono::days{3650},
         .subject = name.to_der(),
         .spki = base::to_bytes(signer.public_key().spki()),
         .extensions = {basic_constraints({.is_ca = true, .path_length = 1}),
                        x509::key_usage(
                            {KeyUsage::keyCertSign, KeyUsage::cRLSign, KeyUsage::digitalSignature}),
                        subject_key_identifier(key_id), authority_key_identifier(key_id)}},
        signer);
  }

  // A server certificate; the extra extensions come behind the usual ones.
  base::Bytes issue(const crypto::PublicKey& key, const std::vector<GeneralName>& names,
                    const std::vector<Extension>& extra = {}) {
    const auto now = base::SystemClock{}.now();
    const auto subject = Name::parse("CN=" + names.front().value()).value();
    TbsCertificate leaf{
        .serial_number = SerialNumber::random(random),
        .signature_algorithm = signer.algorithm(),
        .issuer = name.to_der(),
        .not_before = now - std::chrono::hours{1},
        .not_after = now + std::chrono::days{90},
        .subject = subject.to_der(),
        .spki = base::to_bytes(key.spki()),
        .extensions = {basic_constraints({}), x509::key_usage({KeyUsage::digitalSignature}),
                       extended_key_usage({der::oids::server_auth}),
                       subject_alternative_name(names), subject_key_identifier(key_identifier(key)),
                       authority_key_identifier(key_id)}};
    leaf.extensions.insert(leaf.extensions.end(), extra.begin(), extra.end());
    return sign_certificate(std::move(leaf), signer);
  }

  crypto::SystemRandom random;
  crypto::KeySigner signer;
  Name name;
  base::Bytes key_id;
  base::Bytes root;
};

}  // namespace x509
