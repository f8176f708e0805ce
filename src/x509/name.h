#pragma once

#include <compare>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/value.h"
#include "der/oid.h"

namespace x509 {

struct NameAttribute {
  der::Oid type;
  std::string value;           // UTF-8
  std::uint8_t string_type{};  // the DER tag it has, or will be written with

  bool operator==(const NameAttribute&) const = default;
};

// A distinguished name (RFC 5280, section 4.1.2.4): a sequence of sets of attributes. Names that we
// make have one attribute per set; foreign ones may have several.
class Name {
 public:
  using Rdn = std::vector<NameAttribute>;

  Name() = default;

  // Reads RFC 4514: "CN=www.example.com,O=Example", the last attribute of the encoding first.
  // Types are the short names of attribute_types() or dotted OIDs.
  static std::expected<Name, base::ParseError> parse(std::string_view text);

  // Reads a Name element, with every string type of DirectoryString. Lengths beyond the upper
  // bounds are taken: it is not us who wrote them.
  static std::expected<Name, base::ParseError> from_der(base::ByteView der);

  // Appends an attribute in the order of the encoding (most significant first: C, O, OU, CN).
  // `type` is a short name ("CN") or a dotted OID. Refuses empty values, control characters, text
  // that is not UTF-8, and lengths beyond the upper bounds of RFC 5280, appendix A.1.
  std::expected<void, base::ParseError> add(std::string_view type, std::string_view value);
  std::expected<void, base::ParseError> add(const der::Oid& type, std::string_view value);

  base::Bytes to_der() const;
  std::string to_string() const;  // RFC 4514

  bool empty() const { return rdns_.empty(); }
  const std::vector<Rdn>& rdns() const { return rdns_; }

  // The value of the last attribute of that type, which is the most specific one.
  std::optional<std::string> get(const der::Oid& type) const;
  std::vector<std::string> all(const der::Oid& type) const;
  std::optional<std::string> common_name() const;

  bool operator==(const Name&) const = default;

 private:
  std::vector<Rdn> rdns_;
};

static_assert(base::TextValue<Name>);

// The short name of an attribute type ("CN"), or its dotted OID.
std::string attribute_name(const der::Oid& type);
std::optional<der::Oid> attribute_type(std::string_view name);

}  // namespace x509
