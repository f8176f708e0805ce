#pragma once

#include <array>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/value.h"
#include "crypto/key.h"
#include "x509/extensions.h"
#include "x509/name.h"
#include "x509/serial_number.h"

namespace x509 {

// What an authority says in a certificate, before it signs (RFC 5280, section 4.1.2).
struct TbsCertificate {
  SerialNumber serial_number;
  crypto::SignatureAlgorithm signature_algorithm;
  base::Bytes issuer;  // the subject of the authority, byte for byte
  base::Time not_before;
  base::Time not_after;
  base::Bytes subject;  // Name::to_der
  base::Bytes spki;
  std::vector<Extension> extensions;  // written in this order
};

base::Bytes write_tbs(const TbsCertificate& certificate);

// The certificate, from what was signed and its signature.
base::Bytes assemble(base::ByteView tbs, crypto::SignatureAlgorithm algorithm,
                     base::ByteView signature);

// Both, when nothing needs to happen in between: self-signed certificates, tests. The algorithm is
// the signer's, whatever the value says.
base::Bytes sign_certificate(TbsCertificate certificate, const crypto::Signer& signer);

// "No well-defined expiration date": 99991231235959Z (RFC 5280, section 4.1.2.5).
base::Time no_expiration();

// A certificate that exists. Keeps its DER; cheap to copy.
class Certificate {
 public:
  // Reads the structure strictly and the extensions as they are: what an extension means is read
  // when asked for. Foreign serials longer than 20 octets, zero or negative are refused.
  static std::expected<Certificate, base::ParseError> parse(base::ByteView der);
  static std::expected<Certificate, base::ParseError> parse_pem_or_der(base::ByteView bytes);

  base::ByteView der() const;
  base::ByteView tbs() const;
  std::string pem() const;

  const SerialNumber& serial_number() const;
  base::ByteView issuer_der() const;
  base::ByteView subject_der() const;
  const Name& issuer() const;
  const Name& subject() const;
  base::Time not_before() const;
  base::Time not_after() const;
  base::ByteView spki() const;      // may hold a key that PublicKey would refuse
  base::ByteView key_bits() const;  // the subjectPublicKey in it
  base::ByteView signature_algorithm_der() const;
  base::ByteView signature() const;
  const std::vector<Extension>& extensions() const;
  const Extension* extension(const der::Oid& oid) const;

  bool is_ca() const;
  std::optional<BasicConstraints> basic_constraints() const;
  bool is_self_issued() const;  // subject and issuer are the same
  std::optional<KeyUsages> key_usage() const;
  std::vector<der::Oid> extended_key_usage() const;  // empty: no such extension
  std::vector<GeneralName> subject_alternative_names() const;
  base::Bytes subject_key_identifier() const;    // empty: none
  base::Bytes authority_key_identifier() const;  // empty: none
  AuthorityInformation authority_information() const;
  std::vector<std::string> crl_distribution_points() const;
  bool must_staple() const;

  std::array<std::uint8_t, 20> sha1_fingerprint() const;
  std::array<std::uint8_t, 32> sha256_fingerprint() const;

  // The signature is the issuer's. Says nothing about validity, constraints or revocation.
  bool is_signed_by(const crypto::PublicKey& issuer) const;

  std::vector<ExtensionText> describe_extensions() const;

  bool operator==(const Certificate& other) const;  // the same bytes

 private:
  struct State;
  explicit Certificate(std::shared_ptr<const State> state) : state_{std::move(state)} {}
  std::shared_ptr<const State> state_;
};

}  // namespace x509
