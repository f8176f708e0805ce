#include "x509/authority_extensions.h"

#include "base/error.h"
#include "der/oids.h"

namespace x509 {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;

constexpr der::Oid access_ca_repository{"1.3.6.1.5.5.7.48.5"};

// SkipCerts ::= INTEGER (0..MAX), in a tag of its own.
std::expected<std::optional<int>, base::ParseError> read_skip(der::Reader& reader, int number) {
  if (!reader.next_is(tag::context(number))) {
    return std::nullopt;
  }
  const auto content = DER_TRY(reader.content(tag::context(number)));
  if (content.size() != 1 || content[0] > 127) {
    return der::refuse("a number of certificates to skip is beyond 127");
  }
  return content[0];
}

void write_skip(der::Writer& writer, int number, std::optional<int> skip) {
  if (skip) {
    const auto octet = static_cast<std::uint8_t>(*skip);
    writer.primitive(tag::context(number), {&octet, 1});
  }
}

void check_skip(std::optional<int> skip) {
  if (skip && (*skip < 0 || *skip > 127)) {
    throw base::Error{base::ErrorCode::invalid_request,
                      "a number of certificates to skip is not between 0 and 127"};
  }
}

}  // namespace

Extension policy_constraints(const PolicyConstraints& constraints) {
  check_skip(constraints.require_explicit);
  check_skip(constraints.inhibit_mapping);
  der::Writer writer;
  writer.sequence([&] {
    write_skip(writer, 0, constraints.require_explicit);
    write_skip(writer, 1, constraints.inhibit_mapping);
  });
  return {oids::policy_constraints, true, std::move(writer).take()};
}

Extension inhibit_any_policy(int skip_certificates) {
  check_skip(skip_certificates);
  der::Writer writer;
  writer.integer(static_cast<std::uint64_t>(skip_certificates));
  return {oids::inhibit_any_policy, true, std::move(writer).take()};
}

Extension subject_information_access(const std::vector<std::string>& repositories) {
  der::Writer writer;
  writer.sequence([&] {
    for (const auto& url : repositories) {
      const auto name = GeneralName::uri(url);
      if (!name) {
        throw base::Error{base::ErrorCode::invalid_request, url + ": " + name.error().reason};
      }
      writer.sequence([&] {
        writer.oid(access_ca_repository);
        name->write(writer);
      });
    }
  });
  return {oids::subject_information_access, false, std::move(writer).take()};
}

std::expected<PolicyConstraints, base::ParseError> read_policy_constraints(base::ByteView value) {
  der::Reader outer{value};
  auto sequence = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  PolicyConstraints constraints;
  constraints.require_explicit = DER_TRY(read_skip(sequence, 0));
  constraints.inhibit_mapping = DER_TRY(read_skip(sequence, 1));
  DER_CHECK(sequence.end());
  return constraints;
}

std::expected<std::vector<std::string>, base::ParseError> read_subject_information_access(
    base::ByteView value) {
  der::Reader outer{value};
  auto sequence = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  std::vector<std::string> repositories;
  while (!sequence.at_end()) {
    auto description = DER_TRY(sequence.sequence());
    const auto method = DER_TRY(description.oid());
    const auto location = DER_TRY(description.element());
    if (method == access_ca_repository && location.tag == tag::context(6)) {
      repositories.emplace_back(base::as_text(location.content));
    }
  }
  return repositories;
}

}  // namespace x509
