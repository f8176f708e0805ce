#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/value.h"
#include "crypto/key.h"
#include "x509/extensions.h"
#include "x509/general_name.h"
#include "x509/name.h"

namespace x509 {

// A PKCS#10 certification request (RFC 2986), strictly read: nothing follows it, version 1, no
// attribute and no extension twice, a key that we would certify, names that are well-formed.
class CertificateRequest {
 public:
  static constexpr std::size_t max_octets = 64 * 1024;

  // Takes DER; PEM as "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST". The signature is not
  // checked here.
  static std::expected<CertificateRequest, base::ParseError> parse(base::ByteView der_or_pem);

  // The requester has the key (proof of possession).
  bool verify_signature() const;

  base::ByteView der() const;
  std::string pem() const;
  const Name& subject() const;
  base::ByteView subject_der() const;
  base::ByteView spki() const;
  const crypto::PublicKey& public_key() const;
  crypto::SignatureAlgorithm signature_algorithm() const;

  // Of the extensionRequest attribute; empty when there is none.
  const std::vector<Extension>& extensions() const;
  const Extension* extension(const der::Oid& oid) const;
  const std::vector<GeneralName>& subject_alternative_names() const;
  std::optional<BasicConstraints> basic_constraints() const;
  std::optional<KeyUsages> key_usage() const;
  std::vector<der::Oid> extended_key_usage() const;
  bool must_staple() const;
  std::optional<std::string> challenge_password() const;
  // The types of all attributes, for those who refuse what they do not know.
  const std::vector<der::Oid>& attribute_types() const;

 private:
  struct State;
  explicit CertificateRequest(std::shared_ptr<const State> state) : state_{std::move(state)} {}
  std::shared_ptr<const State> state_;
};

// Makes a request; the names and other extensions go into the extensionRequest attribute.
struct RequestContent {
  Name subject;
  std::vector<Extension> extensions;
  std::string challenge_password;  // empty: none
};
base::Bytes make_request(const RequestContent& content, const crypto::Signer& signer);

}  // namespace x509
