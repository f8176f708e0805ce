#include "x509/general_name.h"

#include "input.h"
#include "x509/extensions.h"
#include "x509/name.h"

namespace {

// A name that exists is read back from its text and from its DER.
void check(const x509::GeneralName& name) {
  if (name.type() != x509::GeneralNameType::dir_name) {  // whose text is for people
    const auto from_text = x509::GeneralName::parse(name.to_string());
    REQUIRE(from_text.has_value() && *from_text == name);
  }
  der::Writer writer;
  name.write(writer);
  der::Reader reader{writer.bytes()};
  const auto from_der = x509::GeneralName::read_leniently(reader);
  REQUIRE(from_der.has_value());
  REQUIRE(*from_der == name);
  REQUIRE(reader.at_end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView input{data, size};
  const auto text = base::as_text(input);
  if (const auto name = x509::GeneralName::parse(text)) {
    check(*name);
  }
  if (const auto name = x509::GeneralName::guess(text)) {
    check(*name);
  }
  der::Reader reader{input};
  if (const auto name = x509::GeneralName::read(reader)) {
    check(*name);
  }
  if (const auto name = x509::Name::parse(text)) {
    const auto again = x509::Name::from_der(name->to_der());
    REQUIRE(again.has_value());
    REQUIRE(again->to_der() == name->to_der());  // a SET may come back in another order
  }
  if (const auto constraint = x509::NameConstraint::parse(text)) {
    const x509::NameConstraints constraints{{*constraint}, {}};
    REQUIRE(x509::read_name_constraints(x509::name_constraints(constraints).value).has_value());
  }
  return 0;
}
