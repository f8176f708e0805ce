#include <charconv>

#include "base/error.h"
#include "der/oids.h"
#include "x509/extensions.h"
#include "x509/name.h"

namespace x509 {
namespace {

namespace tag = der::tag;
using der::refuse;

constexpr std::uint8_t other_tag = tag::context_constructed(0);
constexpr std::uint8_t email_tag = tag::context(1);
constexpr std::uint8_t dns_tag = tag::context(2);
constexpr std::uint8_t directory_tag = tag::context_constructed(4);
constexpr std::uint8_t uri_tag = tag::context(6);
constexpr std::uint8_t ip_tag = tag::context(7);
constexpr std::uint8_t rid_tag = tag::context(8);

// "10.0.0.0/8": the address and its mask (RFC 4632), 8 or 32 octets.
std::expected<base::Bytes, base::ParseError> network_from_text(std::string_view text) {
  const auto slash = text.find('/');
  auto octets = DER_TRY(ip_from_text(text.substr(0, slash)));
  const auto bits = octets.size() * 8;
  std::size_t prefix = bits;
  if (slash != std::string_view::npos) {
    const auto length = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), prefix);
    if (error != std::errc{} || end != length.data() + length.size() || prefix > bits) {
      return refuse("the prefix of a network is at most " + std::to_string(bits));
    }
  }
  const auto size = octets.size();
  octets.resize(2 * size);
  for (std::size_t i = 0; i < size; ++i) {
    const auto ones = std::min<std::size_t>(8, prefix > 8 * i ? prefix - 8 * i : 0);
    octets[size + i] = static_cast<std::uint8_t>(0xff00 >> ones);
    octets[i] &= octets[size + i];
  }
  return octets;
}

std::string network_to_text(base::ByteView content) {
  const auto size = content.size() / 2;
  const auto mask = content.subspan(size);
  std::size_t prefix = 0;
  while (prefix < 8 * size && (mask[prefix / 8] >> (7 - prefix % 8) & 1) != 0) {
    ++prefix;
  }
  for (auto rest = prefix; rest < 8 * size; ++rest) {
    if ((mask[rest / 8] >> (7 - rest % 8) & 1) != 0) {
      return ip_to_text(content.first(size)) + "/" + ip_to_text(mask);  // no prefix says this
    }
  }
  return ip_to_text(content.first(size)) + "/" + std::to_string(prefix);
}

// Host names may begin with a dot: subdomains only.
std::expected<void, base::ParseError> check_domain(std::string_view domain) {
  if (domain.starts_with('.')) {
    domain.remove_prefix(1);
  }
  DER_CHECK(normalize_dns_name(domain, false));
  return {};
}

// A whole user principal name, or a domain with or without its "@".
std::expected<void, base::ParseError> check_upn(std::string_view value) {
  if (value.find('@', 1) != std::string_view::npos) {
    DER_CHECK(GeneralName::upn(value));
    return {};
  }
  return check_domain(value.starts_with('@') ? value.substr(1) : value);
}

std::expected<base::Bytes, base::ParseError> encode(const NameConstraint& constraint) {
  der::Writer writer;
  const std::string_view value{constraint.value};
  switch (constraint.type) {
    case GeneralNameType::dns:
      if (!value.empty()) {  // the empty name stands for all
        DER_CHECK(check_domain(value));
      }
      writer.text(dns_tag, value);
      break;
    case GeneralNameType::email:
      if (value.contains('@')) {
        DER_CHECK(GeneralName::email(value));
      } else {
        DER_CHECK(check_domain(value));
      }
      writer.text(email_tag, value);
      break;
    case GeneralNameType::uri:
      DER_CHECK(check_domain(value));
      writer.text(uri_tag, value);
      break;
    case GeneralNameType::ip: {
      const auto network = DER_TRY(network_from_text(value));
      writer.primitive(ip_tag, network);
      break;
    }
    case GeneralNameType::dir_name: {
      const auto name = DER_TRY(Name::parse(value));
      writer.primitive(directory_tag, name.to_der());
      break;
    }
    case GeneralNameType::upn:
      DER_CHECK(check_upn(value));
      writer.constructed(other_tag, [&] {
        writer.oid(der::oids::user_principal_name);
        writer.context(0, [&] { writer.utf8_string(value); });
      });
      break;
    case GeneralNameType::rid: {
      const auto name = DER_TRY(GeneralName::rid(value));
      name.write(writer);
      break;
    }
    default:
      return refuse("a name constraint is about DNS, IP, email, URI, dirName, UPN or RID");
  }
  return std::move(writer).take();
}

constexpr std::pair<GeneralNameType, std::string_view> kinds[] = {
    {GeneralNameType::dns, "DNS"},          {GeneralNameType::ip, "IP"},
    {GeneralNameType::email, "email"},      {GeneralNameType::uri, "URI"},
    {GeneralNameType::dir_name, "dirName"}, {GeneralNameType::upn, "UPN"},
    {GeneralNameType::rid, "RID"},
};

// Nothing for an other name of a kind that we do not know.
std::optional<std::string> upn_of(base::ByteView other_name) {
  der::Reader reader{other_name};
  const auto type = reader.oid();
  auto value = reader.enter(tag::context_constructed(0));
  if (!type || *type != der::oids::user_principal_name || !value) {
    return std::nullopt;
  }
  const auto text = value->content(tag::utf8_string);
  return text ? std::optional{std::string{base::as_text(*text)}} : std::nullopt;
}

// GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] DEFAULT 0, maximum [1] OPTIONAL };
// RFC 5280 has neither minimum nor maximum.
std::expected<NameConstraint, base::ParseError> read_subtree(der::Reader& list) {
  auto subtree = DER_TRY(list.sequence());
  const auto element = DER_TRY(subtree.element());
  DER_CHECK(subtree.end());
  std::string text{base::as_text(element.content)};
  switch (element.tag) {
    case dns_tag:
      return NameConstraint{GeneralNameType::dns, std::move(text)};
    case email_tag:
      return NameConstraint{GeneralNameType::email, std::move(text)};
    case uri_tag:
      return NameConstraint{GeneralNameType::uri, std::move(text)};
    case ip_tag:
      if (element.content.size() != 8 && element.content.size() != 32) {
        return refuse("a network has 8 or 32 octets");
      }
      return NameConstraint{GeneralNameType::ip, network_to_text(element.content)};
    case directory_tag: {
      const auto name = DER_TRY(Name::from_der(element.content));
      return NameConstraint{GeneralNameType::dir_name, name.to_string()};
    }
    case other_tag:
      if (auto upn = upn_of(element.content)) {
        return NameConstraint{GeneralNameType::upn, *std::move(upn)};
      }
      break;
    case rid_tag: {
      der::Reader whole{element.whole};
      const auto name = GeneralName::read_leniently(whole);
      if (name && name->type() == GeneralNameType::rid) {
        return NameConstraint{GeneralNameType::rid, name->value()};
      }
      break;
    }
    default:
      break;
  }
  return NameConstraint{GeneralNameType::other, base::to_hex(element.whole)};
}

std::expected<std::vector<NameConstraint>, base::ParseError> read_subtrees(
    std::optional<der::Reader> list) {
  std::vector<NameConstraint> constraints;
  while (list && !list->at_end()) {
    constraints.push_back(DER_TRY(read_subtree(*list)));
  }
  return constraints;
}

}  // namespace

std::expected<NameConstraint, base::ParseError> NameConstraint::parse(std::string_view text) {
  const auto colon = std::min(text.find(':'), text.size());
  for (const auto& [type, prefix] : kinds) {
    if (text.substr(0, colon) == prefix && colon < text.size()) {
      NameConstraint constraint{type, std::string{text.substr(colon + 1)}};
      DER_CHECK(encode(constraint));
      return constraint;
    }
  }
  return refuse("a name constraint begins with DNS:, IP:, email:, URI:, dirName:, UPN: or RID:");
}

std::string NameConstraint::to_string() const {
  for (const auto& [kind, prefix] : kinds) {
    if (kind == type) {
      return std::string{prefix} + ":" + value;
    }
  }
  return "other:" + value;
}

Extension name_constraints(const NameConstraints& constraints) {
  der::Writer writer;
  const auto write = [&](int number, const std::vector<NameConstraint>& list) {
    if (list.empty()) {
      return;
    }
    writer.context(number, [&] {
      for (const auto& constraint : list) {
        const auto encoded = encode(constraint);
        if (!encoded) {
          throw base::Error{base::ErrorCode::invalid_request,
                            constraint.to_string() + ": " + encoded.error().reason};
        }
        writer.sequence([&] { writer.raw(*encoded); });
      }
    });
  };
  writer.sequence([&] {
    write(0, constraints.permitted);
    write(1, constraints.excluded);
  });
  return {der::oids::name_constraints, true, std::move(writer).take()};
}

std::expected<NameConstraints, base::ParseError> read_name_constraints(base::ByteView value) {
  der::Reader outer{value};
  auto sequence = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  auto permitted = DER_TRY(sequence.enter_optional(tag::context_constructed(0)));
  auto excluded = DER_TRY(sequence.enter_optional(tag::context_constructed(1)));
  DER_CHECK(sequence.end());
  NameConstraints constraints;
  constraints.permitted = DER_TRY(read_subtrees(permitted));
  constraints.excluded = DER_TRY(read_subtrees(excluded));
  return constraints;
}

}  // namespace x509
