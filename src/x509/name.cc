#include "x509/name.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "der/oids.h"
#include "der/reader.h"
#include "der/writer.h"
#include "x509/text.h"

namespace x509 {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;
using der::refuse;

struct AttributeFacts {
  der::Oid type;
  std::string_view name;       // what to_string writes
  std::string_view long_name;  // also read
  std::uint8_t string_type;
  std::size_t upper_bound;  // in characters (RFC 5280, appendix A.1)
};

constexpr std::size_t ub_name = 32768;

constexpr AttributeFacts attributes[] = {
    {oids::common_name, "CN", "commonName", tag::utf8_string, 64},
    {oids::organization, "O", "organizationName", tag::utf8_string, 64},
    {oids::organizational_unit, "OU", "organizationalUnitName", tag::utf8_string, 64},
    {oids::country, "C", "countryName", tag::printable_string, 2},
    {oids::state_or_province, "ST", "stateOrProvinceName", tag::utf8_string, 128},
    {oids::locality, "L", "localityName", tag::utf8_string, 128},
    {oids::street, "STREET", "streetAddress", tag::utf8_string, 128},
    {oids::postal_code, "postalCode", "postalCode", tag::utf8_string, 40},
    {oids::serial_number, "serialNumber", "serialNumber", tag::printable_string, 64},
    {oids::email_address, "emailAddress", "E", tag::ia5_string, 255},
    {oids::domain_component, "DC", "domainComponent", tag::ia5_string, 63},
    {oids::user_id, "UID", "userId", tag::utf8_string, 256},
    {oids::surname, "SN", "surname", tag::utf8_string, ub_name},
    {oids::given_name, "GN", "givenName", tag::utf8_string, ub_name},
    {oids::initials, "initials", "initials", tag::utf8_string, ub_name},
    {oids::generation_qualifier, "generationQualifier", "generationQualifier", tag::utf8_string,
     ub_name},
    {oids::name, "name", "name", tag::utf8_string, ub_name},
    {oids::title, "title", "T", tag::utf8_string, 64},
    {oids::dn_qualifier, "dnQualifier", "dnQualifier", tag::printable_string, 64},
    {oids::pseudonym, "pseudonym", "pseudonym", tag::utf8_string, 128},
    {oids::business_category, "businessCategory", "businessCategory", tag::utf8_string, 128},
    {oids::organization_identifier, "organizationIdentifier", "organizationIdentifier",
     tag::utf8_string, 256},
    {oids::jurisdiction_country, "jurisdictionC", "jurisdictionCountryName", tag::printable_string,
     2},
    {oids::jurisdiction_state, "jurisdictionST", "jurisdictionStateOrProvinceName",
     tag::utf8_string, 128},
    {oids::jurisdiction_locality, "jurisdictionL", "jurisdictionLocalityName", tag::utf8_string,
     128},
    // Other spellings; to_string writes the first entry of a type.
    {oids::state_or_province, "S", "SP", tag::utf8_string, 128},
    {oids::email_address, "email", "emailAddress", tag::ia5_string, 255},
};

const AttributeFacts* facts_of(const der::Oid& type) {
  const auto found = std::ranges::find(attributes, type, &AttributeFacts::type);
  return found == std::end(attributes) ? nullptr : found;
}

std::expected<void, base::ParseError> check_value(const der::Oid& type, std::string_view value) {
  const auto name = attribute_name(type);
  if (value.empty()) {
    return refuse(name + " is empty");
  }
  if (!is_utf8(value) || has_control_characters(value)) {
    return refuse(name + " has control characters, or is not UTF-8");
  }
  const auto* const facts = facts_of(type);
  if (facts == nullptr) {
    return {};
  }
  if (count_characters(value) > facts->upper_bound) {
    return refuse(name + " has more than " + std::to_string(facts->upper_bound) + " characters");
  }
  if (facts->upper_bound == 2 &&
      (value.size() != 2 ||
       value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") !=
           std::string_view::npos)) {
    return refuse(name + " is not a country code of two letters");
  }
  if (facts->string_type == tag::printable_string && !is_printable_string(value)) {
    return refuse(name + " has characters that a PrintableString does not have");
  }
  if (facts->string_type == tag::ia5_string && !is_ascii(value)) {
    return refuse(name + " is not ASCII");
  }
  return {};
}

// A value that is no string (a BIT STRING, a SEQUENCE) is kept as "#" and the DER in hexadecimal,
// like RFC 4514 writes it, with 0 as its string type.
der::Result<NameAttribute> make_attribute(const der::Oid& type, const der::Element& value) {
  if (value.tag == tag::bit_string || value.tag == tag::sequence) {
    DER_CHECK(der::check_nested(value.whole));
    return NameAttribute{type, "#" + base::to_hex(value.whole), 0};
  }
  if (value.tag == tag::visible_string) {
    return refuse("a name has a value of a type that names do not have");
  }
  auto text = DER_TRY(text_of(value.tag, value.content));
  return NameAttribute{type, std::move(text), value.tag};
}

der::Result<NameAttribute> read_attribute(der::Reader& set) {
  auto pair = DER_TRY(set.sequence());
  const auto type = DER_TRY(pair.oid());
  const auto value = DER_TRY(pair.element());
  DER_CHECK(pair.end());
  return make_attribute(type, value);
}

void write_value(der::Writer& writer, const NameAttribute& attribute) {
  switch (attribute.string_type) {
    case 0:
      writer.raw(
          base::from_hex(std::string_view{attribute.value}.substr(1)).value_or(base::Bytes{}));
      break;
    case tag::t61_string:
    case tag::bmp_string:
    case tag::universal_string:
      writer.utf8_string(attribute.value);  // RFC 5280, 4.1.2.4: not for new names
      break;
    default:
      writer.text(attribute.string_type, attribute.value);
      break;
  }
}

base::Bytes encode(const NameAttribute& attribute) {
  der::Writer writer{attribute.value.size() + 24};
  writer.sequence([&] {
    writer.oid(attribute.type);
    write_value(writer, attribute);
  });
  return std::move(writer).take();
}

void append_escaped(std::string& text, std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const auto octet = static_cast<unsigned char>(c);
    const bool at_edge = i == 0 || i + 1 == value.size();
    if (octet < 0x20 || octet == 0x7f) {
      text += "\\" + base::to_hex({&octet, 1});
    } else if (std::string_view{"\"+,;<>\\="}.contains(c) || (c == ' ' && at_edge) ||
               (c == '#' && i == 0)) {
      text += '\\';
      text += c;
    } else {
      text += c;
    }
  }
}

void append_attribute(std::string& text, const NameAttribute& attribute) {
  text += attribute_name(attribute.type) + "=";
  if (attribute.string_type == 0) {
    text += attribute.value;
  } else {
    append_escaped(text, attribute.value);
  }
}

int hex_value(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// Reads an attribute value up to an unescaped separator; blanks around it do not count.
der::Result<std::string> take_value(std::string_view& text) {
  std::string value;
  std::size_t kept = 0;  // trailing blanks beyond this are dropped unless escaped
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  while (!text.empty() && text.front() != ',' && text.front() != '+' && text.front() != ';') {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\') {
      if (std::string_view{"\"<>"}.contains(c)) {
        return refuse("a name has a character that must be escaped");
      }
      value += c;
      kept = c == ' ' ? kept : value.size();
      continue;
    }
    if (text.empty()) {
      return refuse("a name ends within an escape");
    }
    const int high = hex_value(text[0]);
    const int low = text.size() > 1 ? hex_value(text[1]) : -1;
    value += high >= 0 && low >= 0 ? static_cast<char>(high << 4 | low) : text[0];
    text.remove_prefix(high >= 0 && low >= 0 ? 2 : 1);
    kept = value.size();
  }
  value.resize(kept);
  return value;
}

der::Result<NameAttribute> take_attribute(std::string_view& text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    return refuse("a name is made of type=value");
  }
  auto name = text.substr(0, equals);
  text.remove_prefix(equals + 1);
  while (name.starts_with(' ')) {
    name.remove_prefix(1);
  }
  while (name.ends_with(' ')) {
    name.remove_suffix(1);
  }
  const auto type = attribute_type(name);
  if (!type) {
    return refuse("unknown attribute type " + std::string{name});
  }
  const bool is_hex = text.starts_with('#');
  auto value = DER_TRY(take_value(text));
  if (is_hex) {
    const auto der = DER_TRY(base::from_hex(std::string_view{value}.substr(1)));
    const auto element = DER_TRY(der::read_only_element(der));
    return make_attribute(*type, element);
  }
  DER_CHECK(check_value(*type, value));
  const auto* const facts = facts_of(*type);
  return NameAttribute{*type, std::move(value),
                       facts == nullptr ? tag::utf8_string : facts->string_type};
}

}  // namespace

std::string attribute_name(const der::Oid& type) {
  const auto* const facts = facts_of(type);
  return facts == nullptr ? type.to_string() : std::string{facts->name};
}

std::optional<der::Oid> attribute_type(std::string_view name) {
  const auto wanted = base::lower(name);
  for (const auto& facts : attributes) {
    if (wanted == base::lower(facts.name) || wanted == base::lower(facts.long_name)) {
      return facts.type;
    }
  }
  const auto oid = der::Oid::parse(name);
  return oid ? std::optional{*oid} : std::nullopt;
}

std::expected<Name, base::ParseError> Name::parse(std::string_view text) {
  Name name;
  if (text.find_first_not_of(' ') == std::string_view::npos) {
    return name;
  }
  Rdn rdn;
  for (;;) {
    rdn.push_back(DER_TRY(take_attribute(text)));
    const char separator = text.empty() ? ',' : text.front();
    const bool at_end = text.empty();
    text.remove_prefix(at_end ? 0 : 1);
    if (separator != '+') {
      name.rdns_.push_back(std::move(rdn));
      rdn.clear();
    }
    if (at_end) {
      break;
    }
  }
  std::ranges::reverse(name.rdns_);
  return name;
}

std::expected<Name, base::ParseError> Name::from_der(base::ByteView der) {
  Name name;
  der::Reader outer{der};
  auto sequence = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  while (!sequence.at_end()) {
    auto set = DER_TRY(sequence.enter(tag::set));
    Rdn rdn;
    do {  // SET SIZE (1..MAX)
      rdn.push_back(DER_TRY(read_attribute(set)));
    } while (!set.at_end());
    name.rdns_.push_back(std::move(rdn));
  }
  return name;
}

std::expected<void, base::ParseError> Name::add(std::string_view type, std::string_view value) {
  const auto oid = attribute_type(type);
  if (!oid) {
    return refuse("unknown attribute type " + std::string{type});
  }
  return add(*oid, value);
}

std::expected<void, base::ParseError> Name::add(const der::Oid& type, std::string_view value) {
  DER_CHECK(check_value(type, value));
  const auto* const facts = facts_of(type);
  rdns_.push_back(Rdn{NameAttribute{type, std::string{value},
                                    facts == nullptr ? tag::utf8_string : facts->string_type}});
  return {};
}

base::Bytes Name::to_der() const {
  der::Writer writer;
  writer.sequence([&] {
    for (const auto& rdn : rdns_) {
      std::vector<base::Bytes> encoded(rdn.size());
      std::ranges::transform(rdn, encoded.begin(), encode);
      std::ranges::sort(encoded);  // X.690, section 11.6
      writer.set([&] {
        for (const auto& attribute : encoded) {
          writer.raw(attribute);
        }
      });
    }
  });
  return std::move(writer).take();
}

std::string Name::to_string() const {
  std::string text;
  for (auto rdn = rdns_.rbegin(); rdn != rdns_.rend(); ++rdn) {
    for (std::size_t i = 0; i < rdn->size(); ++i) {
      text += text.empty() ? "" : i == 0 ? "," : "+";
      append_attribute(text, (*rdn)[i]);
    }
  }
  return text;
}

std::vector<std::string> Name::all(const der::Oid& type) const {
  std::vector<std::string> values;
  for (const auto& rdn : rdns_) {
    for (const auto& attribute : rdn) {
      if (attribute.type == type) {
        values.push_back(attribute.value);
      }
    }
  }
  return values;
}

std::optional<std::string> Name::get(const der::Oid& type) const {
  auto values = all(type);
  return values.empty() ? std::nullopt : std::optional{std::move(values.back())};
}

std::optional<std::string> Name::common_name() const {
  return get(oids::common_name);
}

}  // namespace x509
