#include "der/oids.h"
#include "x509/extensions.h"
#include "x509/text.h"

namespace x509 {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;

constexpr std::size_t most_items = 10'000;

der::Result<der::Reader> only_sequence(base::ByteView value) {
  der::Reader outer{value};
  auto sequence = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  return sequence;
}

// The URLs of a GeneralNames; other forms are skipped.
der::Result<std::vector<std::string>> read_urls(der::Reader names) {
  std::vector<std::string> urls;
  while (!names.at_end()) {
    const auto element = DER_TRY(names.element());
    if (element.tag == tag::context(6) && urls.size() < most_items) {
      urls.emplace_back(base::as_text(element.content));
    }
  }
  return urls;
}

}  // namespace

std::expected<BasicConstraints, base::ParseError> read_basic_constraints(base::ByteView value) {
  auto sequence = DER_TRY(only_sequence(value));
  BasicConstraints constraints;
  if (sequence.next_is(tag::boolean)) {
    constraints.is_ca = DER_TRY(sequence.boolean());
  }
  if (sequence.next_is(tag::integer)) {
    const auto length = DER_TRY(sequence.small_integer());
    if (length > 1000) {
      return der::refuse("the path length is too large");
    }
    constraints.path_length = static_cast<int>(length);
  }
  DER_CHECK(sequence.end());
  return constraints;
}

std::expected<KeyUsages, base::ParseError> read_key_usage(base::ByteView value) {
  der::Reader reader{value};
  const auto bits = DER_TRY(reader.bit_string());
  DER_CHECK(reader.end());
  std::uint16_t usages = 0;
  for (std::size_t i = 0; i < 9 && i / 8 < bits.octets.size(); ++i) {
    if ((bits.octets[i / 8] >> (7 - i % 8) & 1) != 0) {
      usages = static_cast<std::uint16_t>(usages | 1u << i);
    }
  }
  return KeyUsages::from_bits(usages);
}

std::expected<std::vector<der::Oid>, base::ParseError> read_extended_key_usage(
    base::ByteView value) {
  auto sequence = DER_TRY(only_sequence(value));
  std::vector<der::Oid> usages;
  do {
    usages.push_back(DER_TRY(sequence.oid()));
  } while (!sequence.at_end());
  return usages;
}

std::expected<std::vector<GeneralName>, base::ParseError> read_general_names(base::ByteView value,
                                                                             NameRules rules) {
  auto sequence = DER_TRY(only_sequence(value));
  std::vector<GeneralName> names;
  do {
    if (names.size() == most_items) {
      return der::refuse("there are too many names");
    }
    names.push_back(DER_TRY(rules == NameRules::strict ? GeneralName::read(sequence)
                                                       : GeneralName::read_leniently(sequence)));
  } while (!sequence.at_end());
  return names;
}

std::expected<base::Bytes, base::ParseError> read_subject_key_identifier(base::ByteView value) {
  der::Reader reader{value};
  const auto identifier = DER_TRY(reader.octet_string());
  DER_CHECK(reader.end());
  return base::to_bytes(identifier);
}

std::expected<base::Bytes, base::ParseError> read_authority_key_identifier(base::ByteView value) {
  auto sequence = DER_TRY(only_sequence(value));
  if (!sequence.next_is(tag::context(0))) {
    return base::Bytes{};
  }
  const auto identifier = DER_TRY(sequence.content(tag::context(0)));
  return base::to_bytes(identifier);
}

std::expected<std::vector<std::string>, base::ParseError> read_distribution_points(
    base::ByteView value) {
  auto sequence = DER_TRY(only_sequence(value));
  std::vector<std::string> all;
  while (!sequence.at_end()) {
    auto point = DER_TRY(sequence.sequence());
    const auto name = DER_TRY(point.enter_optional(tag::context_constructed(0)));
    if (!name) {
      continue;
    }
    auto choice = *name;
    const auto full_name = DER_TRY(choice.enter_optional(tag::context_constructed(0)));
    if (full_name) {
      auto urls = DER_TRY(read_urls(*full_name));
      all.insert(all.end(), urls.begin(), urls.end());
    }
  }
  return all;
}

std::expected<AuthorityInformation, base::ParseError> read_authority_information_access(
    base::ByteView value) {
  auto sequence = DER_TRY(only_sequence(value));
  AuthorityInformation information;
  while (!sequence.at_end()) {
    auto description = DER_TRY(sequence.sequence());
    const auto method = DER_TRY(description.oid());
    const auto location = DER_TRY(description.element());
    if (location.tag != tag::context(6)) {
      continue;
    }
    if (method == oids::access_ocsp) {
      information.ocsp.emplace_back(base::as_text(location.content));
    } else if (method == oids::access_ca_issuers) {
      information.ca_issuers.emplace_back(base::as_text(location.content));
    }
  }
  return information;
}

std::expected<std::vector<Policy>, base::ParseError> read_certificate_policies(
    base::ByteView value) {
  auto sequence = DER_TRY(only_sequence(value));
  std::vector<Policy> policies;
  while (!sequence.at_end()) {
    auto information = DER_TRY(sequence.sequence());
    Policy policy{DER_TRY(information.oid()), {}, {}};
    auto qualifiers = DER_TRY(information.enter_optional(tag::sequence));
    while (qualifiers && !qualifiers->at_end()) {
      auto qualifier = DER_TRY(qualifiers->sequence());
      const auto id = DER_TRY(qualifier.oid());
      const auto content = DER_TRY(qualifier.element());
      if (id == oids::qualifier_cps && content.tag == tag::ia5_string) {
        policy.cps = base::as_text(content.content);
      } else if (id == oids::qualifier_user_notice && content.tag == tag::sequence) {
        der::Reader notice{content.content};
        while (!notice.at_end()) {
          const auto part = DER_TRY(notice.element());
          if (is_string_tag(part.tag)) {
            policy.user_notice = DER_TRY(text_of(part.tag, part.content));
          }
        }
      }
    }
    policies.push_back(std::move(policy));
  }
  return policies;
}

std::expected<std::uint64_t, base::ParseError> read_number(base::ByteView value) {
  der::Reader reader{value};
  const auto number = DER_TRY(reader.small_integer());
  DER_CHECK(reader.end());
  return number;
}

std::expected<std::vector<std::uint64_t>, base::ParseError> read_tls_feature(base::ByteView value) {
  auto sequence = DER_TRY(only_sequence(value));
  std::vector<std::uint64_t> features;
  while (!sequence.at_end()) {
    features.push_back(DER_TRY(sequence.small_integer()));
  }
  return features;
}

}  // namespace x509
