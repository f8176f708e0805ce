#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/key.h"
#include "der/oid.h"
#include "der/reader.h"
#include "der/writer.h"
#include "x509/general_name.h"
#include "x509/key_usage.h"

// The extensions of certificates, requests and CRLs: a value, its encoding, and its reader.
namespace x509 {

struct Extension {
  der::Oid oid;
  bool critical = false;
  base::Bytes value;  // the DER inside of the OCTET STRING

  void write(der::Writer& writer) const;
  bool operator==(const Extension&) const = default;
};

struct BasicConstraints {
  bool is_ca = false;
  std::optional<int> path_length;
  bool operator==(const BasicConstraints&) const = default;
};

struct AuthorityInformation {
  std::vector<std::string> ocsp;        // URLs
  std::vector<std::string> ca_issuers;  // URLs
  bool operator==(const AuthorityInformation&) const = default;
};

struct Policy {
  der::Oid oid;
  std::string cps;          // URL; empty: none
  std::string user_notice;  // explicit text; empty: none
  bool operator==(const Policy&) const = default;
};

// Names as the extension writes them: a DNS name covers what is below it, a leading dot in e-mail
// and URI constraints covers subdomains, IP is "10.0.0.0/8" (RFC 5280, section 4.2.1.10).
struct NameConstraint {
  GeneralNameType type;
  std::string value;

  static std::expected<NameConstraint, base::ParseError> parse(std::string_view text);  // "DNS:a"
  std::string to_string() const;
  bool operator==(const NameConstraint&) const = default;
};

struct NameConstraints {
  std::vector<NameConstraint> permitted;
  std::vector<NameConstraint> excluded;
  bool operator==(const NameConstraints&) const = default;
};

struct IssuingDistributionPoint {
  std::vector<std::string> urls;
  bool only_user_certificates = false;
  bool only_ca_certificates = false;
  bool operator==(const IssuingDistributionPoint&) const = default;
};

// Writing. Criticality is what RFC 5280 asks for. Values that cannot be encoded (a URL with
// control characters, a bad constraint) throw invalid_request.
Extension basic_constraints(const BasicConstraints& constraints);
Extension key_usage(KeyUsages usages);
Extension extended_key_usage(const std::vector<der::Oid>& usages, bool critical = false);
Extension subject_alternative_name(std::span<const GeneralName> names, bool critical = false);
Extension subject_key_identifier(base::ByteView identifier);
Extension authority_key_identifier(base::ByteView identifier);
Extension crl_distribution_points(const std::vector<std::string>& urls);
Extension freshest_crl(const std::vector<std::string>& urls);
Extension authority_information_access(const AuthorityInformation& information);
Extension certificate_policies(const std::vector<Policy>& policies);
Extension name_constraints(const NameConstraints& constraints);
Extension must_staple();  // RFC 7633, status_request
Extension ocsp_nocheck();
Extension no_rev_avail();                                            // RFC 9608
Extension acme_identifier(base::ByteView key_authorization_sha256);  // RFC 8737
Extension crl_number(std::uint64_t number);
Extension delta_crl_indicator(std::uint64_t base_number);
Extension issuing_distribution_point(const IssuingDistributionPoint& point);
// Any other: the DER must be one element.
std::expected<Extension, base::ParseError> custom_extension(const der::Oid& oid, bool critical,
                                                            base::Bytes value);

// The identifier of a key: the leftmost 160 bits of the SHA-256 of its bits (RFC 7093, method 1).
base::Bytes key_identifier(const crypto::PublicKey& key);

// Reading; each takes the value of the extension.
std::expected<BasicConstraints, base::ParseError> read_basic_constraints(base::ByteView value);
std::expected<KeyUsages, base::ParseError> read_key_usage(base::ByteView value);
std::expected<std::vector<der::Oid>, base::ParseError> read_extended_key_usage(
    base::ByteView value);
enum class NameRules { strict, lenient };
std::expected<std::vector<GeneralName>, base::ParseError> read_general_names(
    base::ByteView value, NameRules rules = NameRules::strict);
std::expected<base::Bytes, base::ParseError> read_subject_key_identifier(base::ByteView value);
// Empty when the extension has no key identifier.
std::expected<base::Bytes, base::ParseError> read_authority_key_identifier(base::ByteView value);
std::expected<std::vector<std::string>, base::ParseError> read_distribution_points(
    base::ByteView value);
std::expected<AuthorityInformation, base::ParseError> read_authority_information_access(
    base::ByteView value);
std::expected<std::vector<Policy>, base::ParseError> read_certificate_policies(
    base::ByteView value);
std::expected<NameConstraints, base::ParseError> read_name_constraints(base::ByteView value);
std::expected<std::uint64_t, base::ParseError> read_number(base::ByteView value);
std::expected<std::vector<std::uint64_t>, base::ParseError> read_tls_feature(base::ByteView value);

// Reads `Extensions`, a SEQUENCE OF Extension; refuses an empty one and one with duplicates.
std::expected<std::vector<Extension>, base::ParseError> read_extensions(base::ByteView sequence);

const Extension* find_extension(std::span<const Extension> extensions, const der::Oid& oid);

// For people: the name of an extension ("Subject Alternative Name", or its OID) and its value as
// text ("DNS:a, DNS:b"), in hexadecimal when we do not know it.
struct ExtensionText {
  std::string oid;
  std::string name;
  bool critical = false;
  std::string value;
};
ExtensionText describe(const Extension& extension);

}  // namespace x509
