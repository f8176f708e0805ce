#include "x509/general_name.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "der/oids.h"
#include "x509/name.h"
#include "x509/text.h"

namespace x509 {
namespace {

using der::refuse;

// Tags of GeneralName (RFC 5280, section 4.2.1.6). directoryName is EXPLICIT, since Name is a
// CHOICE.
constexpr std::uint8_t other_name_tag = der::tag::context_constructed(0);
constexpr std::uint8_t email_tag = der::tag::context(1);
constexpr std::uint8_t dns_tag = der::tag::context(2);
constexpr std::uint8_t x400_tag = der::tag::context_constructed(3);
constexpr std::uint8_t directory_tag = der::tag::context_constructed(4);
constexpr std::uint8_t edi_party_tag = der::tag::context_constructed(5);
constexpr std::uint8_t uri_tag = der::tag::context(6);
constexpr std::uint8_t ip_tag = der::tag::context(7);
constexpr std::uint8_t registered_id_tag = der::tag::context(8);

constexpr std::size_t most_uri_octets = 2048;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// RFC 1034, section 3.5, as RFC 1123, section 2.1, relaxed it.
std::optional<std::string> label_problem(std::string_view label) {
  if (label.empty() || label.size() > 63) {
    return "a label of a DNS name has 1 to 63 characters";
  }
  if (!std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; })) {
    return "a DNS name has only letters, digits and hyphens (IDNs as A-labels, \"xn--\")";
  }
  if (label.starts_with('-') || label.ends_with('-')) {
    return "a label of a DNS name neither begins nor ends with a hyphen";
  }
  if (label.starts_with("xn--") && !is_punycode(label.substr(4))) {
    return "a label of the DNS name is not a well-formed A-label";
  }
  return std::nullopt;
}

base::Bytes bytes_of(std::string_view text) {
  return base::to_bytes(base::as_bytes(text));
}

bool is_uri_character(char c) {
  return c > 0x20 && c < 0x7f && !std::string_view{"\"<>\\^`{|}"}.contains(c);
}

struct Prefix {
  GeneralNameType type;
  std::string_view text;
};
constexpr Prefix prefixes[] = {
    {GeneralNameType::dns, "DNS"},          {GeneralNameType::ip, "IP"},
    {GeneralNameType::email, "email"},      {GeneralNameType::uri, "URI"},
    {GeneralNameType::upn, "UPN"},          {GeneralNameType::rid, "RID"},
    {GeneralNameType::dir_name, "dirName"}, {GeneralNameType::other, "other"},
};

// OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }
der::Result<std::optional<std::string>> read_upn(base::ByteView content) {
  der::Reader reader{content};
  const auto type = DER_TRY(reader.oid());
  auto value = DER_TRY(reader.enter(der::tag::context_constructed(0)));
  DER_CHECK(reader.end());
  const auto element = DER_TRY(value.element());
  DER_CHECK(value.end());
  if (type != der::oids::user_principal_name) {
    return std::optional<std::string>{};
  }
  if (element.tag != der::tag::utf8_string) {
    return refuse("a UPN is not a UTF8String");
  }
  return std::optional{std::string{base::as_text(element.content)}};
}

}  // namespace

std::expected<std::string, base::ParseError> normalize_dns_name(std::string_view name,
                                                                bool allow_wildcard) {
  if (name.empty() || name.size() > 253) {
    return refuse("a DNS name has 1 to 253 characters");
  }
  auto lower = base::lower(name);
  std::string_view rest{lower};
  if (rest.starts_with("*.")) {
    if (!allow_wildcard) {
      return refuse("a wildcard is not allowed here");
    }
    rest.remove_prefix(2);
  }
  std::string_view label;
  for (;;) {
    const auto dot = rest.find('.');
    label = rest.substr(0, dot);
    if (auto problem = label_problem(label)) {
      return refuse(*std::move(problem));
    }
    if (dot == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(dot + 1);
  }
  if (std::ranges::all_of(label, is_digit)) {
    return refuse("a DNS name does not end in a number");  // RFC 3696, section 2
  }
  return lower;
}

std::expected<base::Bytes, base::ParseError> ip_from_text(std::string_view text) {
  base::Bytes octets(text.contains(':') ? 16 : 4);
  const int family = octets.size() == 16 ? AF_INET6 : AF_INET;
  if (text.size() > 45 || text.contains('\0') ||
      inet_pton(family, std::string{text}.c_str(), octets.data()) != 1) {
    return refuse("not an IP address");
  }
  return octets;
}

std::string ip_to_text(base::ByteView octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (octets.size() != 4 && octets.size() != 16) {
    return base::to_hex(octets);
  }
  inet_ntop(octets.size() == 16 ? AF_INET6 : AF_INET, octets.data(), text.data(), text.size());
  return text.data();
}

std::expected<GeneralName, base::ParseError> GeneralName::dns(std::string_view name) {
  auto lower = DER_TRY(normalize_dns_name(name, true));
  auto content = bytes_of(lower);
  return GeneralName{GeneralNameType::dns, std::move(lower), std::move(content), dns_tag};
}

std::expected<GeneralName, base::ParseError> GeneralName::ip(std::string_view address) {
  auto octets = DER_TRY(ip_from_text(address));
  auto text = ip_to_text(octets);
  return GeneralName{GeneralNameType::ip, std::move(text), std::move(octets), ip_tag};
}

std::expected<GeneralName, base::ParseError> GeneralName::email(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) {
    return refuse("not an e-mail address");
  }
  // RFC 5321, section 4.1.2: Dot-string; quoted local parts are nobody's.
  const auto local = address.substr(0, at);
  const bool is_local = std::ranges::all_of(local, [](char c) {
    return is_alphanumeric(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~."}.contains(c);
  });
  if (!is_local || local.starts_with('.') || local.ends_with('.') || local.contains("..")) {
    return refuse("not an e-mail address");
  }
  const auto domain = DER_TRY(normalize_dns_name(address.substr(at + 1), false));
  auto text = std::string{local} + "@" + domain;
  auto content = bytes_of(text);
  return GeneralName{GeneralNameType::email, std::move(text), std::move(content), email_tag};
}

std::expected<GeneralName, base::ParseError> GeneralName::uri(std::string_view uri) {
  const auto colon = uri.find(':');
  const auto scheme = uri.substr(0, colon);
  // RFC 3986, section 3.1; RFC 5280 wants more than the scheme.
  const bool is_scheme =
      !scheme.empty() && !is_digit(scheme[0]) && std::ranges::all_of(scheme, [](char c) {
        return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
      });
  if (colon == std::string_view::npos || colon + 1 == uri.size() || !is_scheme ||
      uri.size() > most_uri_octets || !std::ranges::all_of(uri, is_uri_character)) {
    return refuse("not an absolute URI");
  }
  return GeneralName{GeneralNameType::uri, std::string{uri}, bytes_of(uri), uri_tag};
}

std::expected<GeneralName, base::ParseError> GeneralName::upn(std::string_view name) {
  if (!name.contains('@') || name.size() > 1024 || !is_utf8(name) || has_control_characters(name)) {
    return refuse("not a user principal name");
  }
  der::Writer writer;
  writer.oid(der::oids::user_principal_name);
  writer.context(0, [&] { writer.utf8_string(name); });
  return GeneralName{GeneralNameType::upn, std::string{name}, std::move(writer).take(),
                     other_name_tag};
}

std::expected<GeneralName, base::ParseError> GeneralName::rid(std::string_view dotted) {
  const auto oid = DER_TRY(der::Oid::parse(dotted));
  return GeneralName{GeneralNameType::rid, oid.to_string(), base::to_bytes(oid.content()),
                     registered_id_tag};
}

std::expected<GeneralName, base::ParseError> GeneralName::dir_name(base::ByteView name_der) {
  const auto name = DER_TRY(Name::from_der(name_der));
  return GeneralName{GeneralNameType::dir_name, name.to_string(), base::to_bytes(name_der),
                     directory_tag};
}

std::expected<GeneralName, base::ParseError> GeneralName::parse(std::string_view text) {
  const auto colon = text.find(':');
  const auto value = text.substr(colon == std::string_view::npos ? text.size() : colon + 1);
  const auto prefix = base::lower(text.substr(0, colon));
  for (const auto& known : prefixes) {
    if (prefix != base::lower(known.text)) {
      continue;
    }
    switch (known.type) {
      case GeneralNameType::dns:
        return dns(value);
      case GeneralNameType::ip:
        return ip(value);
      case GeneralNameType::email:
        return email(value);
      case GeneralNameType::uri:
        return uri(value);
      case GeneralNameType::upn:
        return upn(value);
      case GeneralNameType::rid:
        return rid(value);
      case GeneralNameType::dir_name: {
        const auto name = DER_TRY(Name::parse(value));
        return dir_name(name.to_der());
      }
      case GeneralNameType::other: {
        const auto der = DER_TRY(base::from_hex(value));
        der::Reader reader{der};
        auto name = DER_TRY(read_leniently(reader));
        DER_CHECK(reader.end());
        return name;
      }
    }
  }
  return refuse("a name begins with DNS:, IP:, email:, URI:, UPN:, RID: or dirName:");
}

std::expected<GeneralName, base::ParseError> GeneralName::guess(std::string_view text) {
  if (ip_from_text(text)) {
    return ip(text);
  }
  if (text.contains("://")) {
    return uri(text);
  }
  if (text.contains('@')) {
    return email(text);
  }
  return dns(text);
}

std::expected<GeneralName, base::ParseError> GeneralName::read(der::Reader& reader) {
  const auto element = DER_TRY(reader.element());
  const auto text = base::as_text(element.content);
  switch (element.tag) {
    case dns_tag:
      return dns(text);
    case email_tag:
      return email(text);
    case uri_tag:
      return uri(text);
    case ip_tag:
      if (element.content.size() != 4 && element.content.size() != 16) {
        return refuse("an IP address has 4 or 16 octets");
      }
      return GeneralName{GeneralNameType::ip, ip_to_text(element.content),
                         base::to_bytes(element.content), ip_tag};
    case registered_id_tag: {
      const auto oid = DER_TRY(der::Oid::from_content(element.content));
      return rid(oid.to_string());
    }
    case directory_tag:
      return dir_name(element.content);
    case other_name_tag: {
      const auto name = DER_TRY(read_upn(element.content));
      if (name) {
        return upn(*name);
      }
      [[fallthrough]];
    }
    case x400_tag:
    case edi_party_tag:
      return GeneralName{GeneralNameType::other, base::to_hex(element.whole),
                         base::to_bytes(element.content), element.tag};
    default:
      return refuse("not a form of name that certificates have");
  }
}

std::expected<GeneralName, base::ParseError> GeneralName::read_leniently(der::Reader& reader) {
  auto copy = reader;
  const auto element = DER_TRY(reader.element());
  auto name = read(copy);
  if (name) {
    return name;
  }
  if ((element.tag & 0xc0) != 0x80 || (element.tag & 0x1f) > 8) {
    return refuse("not a form of name that certificates have");
  }
  return GeneralName{GeneralNameType::other, base::to_hex(element.whole),
                     base::to_bytes(element.content), element.tag};
}

void GeneralName::write(der::Writer& writer) const {
  writer.primitive(tag_, content_);
}

std::string GeneralName::to_string() const {
  return std::string{prefixes[static_cast<std::size_t>(type_)].text} + ":" + text_;
}

}  // namespace x509
