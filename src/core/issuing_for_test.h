#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "core/authority_order.h"
#include "core/issuance.h"
#include "crypto/peers_for_test.h"
#include "crypto/pem.h"

// For tests of the rules: a root, what it may issue, and openssl to judge it.
namespace core {

using crypto::KeyAlgorithm;
using std::chrono::days;
using x509::GeneralName;

inline const auto now = base::SystemClock{}.now();
inline const auto serial = x509::SerialNumber::parse("5a1b2c3d").value();

inline GeneralName name(const char* text) {
  return GeneralName::guess(text).value();
}

// The fields that a work complains about.
template <class Work>
std::vector<std::string> complaints(Work work) {
  std::vector<std::string> fields;
  try {
    work();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::invalid_request);
    for (const auto& field : error.fields()) {
      fields.push_back(field.field);
    }
  }
  return fields;
}
using Fields = std::vector<std::string>;

class Issuing : public testing::Test {
 protected:
  static AuthorityOrder authority_order(const crypto::PrivateKey& key) {
    return {.subject = x509::Name::parse("CN=Test Root,O=Example,C=DE").value(),
            .type = AuthorityType::root,
            .key = key.public_key(),
            .validity = days{3650},
            .path_length = std::nullopt};
  }

  static IssuerFacts facts_of(const base::Bytes& der, const crypto::Signer& signer) {
    const auto certificate = x509::Certificate::parse(der).value();
    return {.subject_der = base::to_bytes(certificate.subject_der()),
            .subject_key_identifier = certificate.subject_key_identifier(),
            .not_before = certificate.not_before(),
            .not_after = certificate.not_after(),
            .signature_algorithm = signer.algorithm(),
            .addresses = {.crl = "http://ca.example.com/crl/1.crl",
                          .ocsp = "http://ca.example.com/ocsp",
                          .ca_issuers = "http://ca.example.com/ca/1.cer"}};
  }

  CertificateOrder order() const {
    return {.profile = "server",
            .subject = x509::Name::parse("CN=www.example.com").value(),
            .names = {name("www.example.com")},
            .key = leaf_key.public_key(),
            .validity = std::nullopt,
            .not_before = std::nullopt,
            .not_after = std::nullopt};
  }

  base::Bytes issue(const CertificateOrder& wanted) const {
    return sign_certificate(decide_certificate(wanted, issuer, serial, now), signer);
  }
  Fields refused(const CertificateOrder& wanted) const {
    return complaints([&] { decide_certificate(wanted, issuer, serial, now); });
  }

  // What openssl prints of a certificate.
  std::string printed(const base::Bytes& der, const std::string& arguments) const {
    shop.put("printed.pem", crypto::to_pem("CERTIFICATE", der));
    return shop.run("openssl x509 -in printed.pem -noout " + arguments).output;
  }

  crypto::Workshop shop;
  crypto::PrivateKey key = crypto::PrivateKey::generate(KeyAlgorithm::ec_p256);
  crypto::PrivateKey leaf_key = crypto::PrivateKey::generate(KeyAlgorithm::ec_p256);
  crypto::KeySigner signer{key};
  base::Bytes root = sign_certificate(
      decide_authority(authority_order(key), std::nullopt, std::nullopt, serial, now), signer);
  IssuerFacts issuer = facts_of(root, signer);
};

}  // namespace core
