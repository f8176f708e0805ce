#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/value.h"
#include "der/reader.h"
#include "der/writer.h"

namespace x509 {

// `other` are the other names that we do not know, X.400 addresses and EDI party names: read,
// shown, and written back as they came.
BOOST_DEFINE_ENUM_CLASS(GeneralNameType, dns, ip, email, uri, upn, rid, dir_name, other)

// A GeneralName (RFC 5280, section 4.2.1.6): once it exists, it is well-formed.
class GeneralName {
 public:
  // Reads "DNS:www.example.com", "IP:192.0.2.1", "email:a@example.com", "URI:https://...",
  // "UPN:a@example.com", "RID:1.2.3", "dirName:CN=a,O=b", and "other:" with the DER in hexadecimal.
  // The prefix is read in any case.
  static std::expected<GeneralName, base::ParseError> parse(std::string_view text);
  // The same without a prefix: an IP address, an e-mail address, a URI, or else a DNS name.
  static std::expected<GeneralName, base::ParseError> guess(std::string_view text);

  // LDH labels of 1 to 63 octets, 253 in all; a wildcard is the whole leftmost label, with a name
  // behind it. Lower-cased. Text beyond ASCII is refused: names come as A-labels, and those must
  // be well-formed.
  static std::expected<GeneralName, base::ParseError> dns(std::string_view name);
  static std::expected<GeneralName, base::ParseError> ip(std::string_view address);
  static std::expected<GeneralName, base::ParseError> email(std::string_view address);
  static std::expected<GeneralName, base::ParseError> uri(std::string_view uri);
  static std::expected<GeneralName, base::ParseError> upn(std::string_view name);
  static std::expected<GeneralName, base::ParseError> rid(std::string_view dotted);
  static std::expected<GeneralName, base::ParseError> dir_name(base::ByteView name_der);

  // Reads the next element. Foreign names follow the same rules as our own, so that what a request
  // smuggles in (an embedded NUL, a blank, a bad label) is refused here.
  static std::expected<GeneralName, base::ParseError> read(der::Reader& reader);
  // The same for certificates that exist already: names that break the rules become `other`.
  static std::expected<GeneralName, base::ParseError> read_leniently(der::Reader& reader);
  void write(der::Writer& writer) const;

  GeneralNameType type() const { return type_; }
  // The value without its prefix: "www.example.com", "2001:db8::1", "CN=a,O=b".
  std::string value() const { return text_; }
  // For IP the 4 or 16 octets, otherwise the content octets of the element.
  base::ByteView content() const { return content_; }
  std::string to_string() const;

  bool operator==(const GeneralName&) const = default;
  auto operator<=>(const GeneralName&) const = default;

 private:
  GeneralName(GeneralNameType type, std::string text, base::Bytes content, std::uint8_t tag)
      : type_{type}, tag_{tag}, text_{std::move(text)}, content_{std::move(content)} {}

  GeneralNameType type_;
  std::uint8_t tag_;
  std::string text_;
  base::Bytes content_;
};

static_assert(base::TextValue<GeneralName>);

// IP addresses as text and as the 4 or 16 octets of the network.
std::expected<base::Bytes, base::ParseError> ip_from_text(std::string_view text);
std::string ip_to_text(base::ByteView octets);

// The rules of GeneralName::dns, for identifiers that are not (yet) in a certificate.
std::expected<std::string, base::ParseError> normalize_dns_name(std::string_view name,
                                                                bool allow_wildcard);

}  // namespace x509
