#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "core/acme/identifier_rules.h"
#include "core/acme/name_pattern.h"
#include "core/acme/subdomains.h"
#include "core/regular_expression.h"
#include "input.h"

// What administrators write about names, and the names that clients order: the first line against
// the second. A pattern that covers a name touches it; a normal form stays as it is; no expression
// takes for ever.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = base::as_text({data, size});
  const auto end = std::min(input.find('\n'), input.size());
  const std::string first{input.substr(0, end)};
  const std::string second{input.substr(std::min(end + 1, input.size()))};

  const auto identifier = core::acme::read_identifier(
      {.type = first.size() % 2 == 0 ? "dns" : "ip", .value = second}, {});
  if (identifier) {
    const auto again = core::acme::read_identifier(
        {.type = identifier->type == core::acme::IdentifierType::dns ? "dns" : "ip",
         .value = identifier->value},
        {});
    REQUIRE(again && *again == *identifier);
    for (const auto& domain : core::acme::ancestors_of(identifier->base_name())) {
      REQUIRE(identifier->value.ends_with(domain));
    }
  }
  if (const auto pattern = core::acme::NamePattern::parse(first)) {
    const auto again = core::acme::NamePattern::parse(pattern->to_string());
    REQUIRE(again && *again == *pattern);
    REQUIRE(!identifier || !pattern->covers(*identifier) || pattern->touches(*identifier));
  }
  if (const auto expression = core::RegularExpression::parse(first)) {
    static_cast<void>(expression->matches(second));
  }
  return 0;
}
