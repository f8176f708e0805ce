#include "core/acme/identifier_rules.h"

#include <gtest/gtest.h>

namespace core::acme {
namespace {

const IdentifierRules rules{};

TEST(Identifiers, AreBroughtIntoTheirNormalForm) {
  const struct {
    const char* type;
    const char* value;
    const char* normal;
  } cases[] = {
      {"dns", "WWW.Example.COM", "www.example.com"},
      {"dns", "*.example.com", "*.example.com"},
      {"dns", "host.internal", "host.internal"},
      {"dns", "a.b.corp", "a.b.corp"},
      {"dns", "xn--bcher-kva.example", "xn--bcher-kva.example"},
      {"dns", "1.example.com", "1.example.com"},
      {"ip", "192.0.2.1", "192.0.2.1"},
      {"ip", "2001:DB8:0:0::1", "2001:db8::1"},
  };
  for (const auto& [type, value, normal] : cases) {
    const auto identifier = read_identifier({type, value}, rules);
    ASSERT_TRUE(identifier) << value << ": " << identifier.error().detail;
    EXPECT_EQ(identifier->value, normal);
  }
}

TEST(Identifiers, AreRefusedWhenTheyAreNobodysName) {
  const std::string label(64, 'a');
  const std::string long_name = std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                                std::string(60, 'c') + "." + std::string(60, 'd') + "." +
                                std::string(20, 'e') + ".com";
  const struct {
    const char* type;
    std::string value;
    ProblemType problem;
  } cases[] = {
      {"dns", "", ProblemType::malformed},
      {"dns", ".", ProblemType::malformed},
      {"dns", "example..com", ProblemType::malformed},
      {"dns", ".example.com", ProblemType::malformed},
      {"dns", "-a.example.com", ProblemType::malformed},
      {"dns", "a-.example.com", ProblemType::malformed},
      {"dns", "a_b.example.com", ProblemType::malformed},
      {"dns", "a b.example.com", ProblemType::malformed},
      {"dns", "example.com/", ProblemType::malformed},
      {"dns", "example.com:80", ProblemType::malformed},
      {"dns", std::string{"a.example\0.com", 14}, ProblemType::malformed},
      {"dns",
       "b\xc3\xbc"
       "cher.example",
       ProblemType::malformed},
      {"dns", label + ".example.com", ProblemType::malformed},
      {"dns", long_name, ProblemType::malformed},
      {"dns", "www.*.example.com", ProblemType::malformed},
      {"dns", "w*.example.com", ProblemType::malformed},
      {"dns", "*.*.example.com", ProblemType::malformed},
      {"dns", "*", ProblemType::malformed},
      {"dns", "localhost", ProblemType::rejectedIdentifier},
      {"dns", "com", ProblemType::rejectedIdentifier},
      {"dns", "co.uk", ProblemType::rejectedIdentifier},
      {"dns", "*.co.uk", ProblemType::rejectedIdentifier},
      {"dns", "*.com", ProblemType::rejectedIdentifier},
      {"dns", "github.io", ProblemType::rejectedIdentifier},
      {"dns", "192.0.2.1", ProblemType::malformed},
      {"ip", "192.0.2", ProblemType::malformed},
      {"ip", "192.0.2.1/32", ProblemType::malformed},
      {"ip", "www.example.com", ProblemType::malformed},
      {"email", "a@example.com", ProblemType::unsupportedIdentifier},
      {"", "example.com", ProblemType::unsupportedIdentifier},
  };
  for (const auto& [type, value, problem] : cases) {
    const auto identifier = read_identifier({type, value}, rules);
    ASSERT_FALSE(identifier) << value;
    EXPECT_EQ(identifier.error().type, problem) << value << ": " << identifier.error().detail;
  }
}

TEST(Identifiers, MustHaveALabelsThatIdnaMakes) {
  for (const auto* value : {"xn--a.example", "xn--zzzz9999zz.example", "xn--99zzzzzzz.example"}) {
    EXPECT_FALSE(read_identifier({"dns", value}, rules)) << value;
  }
}

TEST(Identifiers, MayBeAPublicSuffixOfOnesOwn) {
  EXPECT_TRUE(read_identifier({"dns", "github.io"}, {.allowed_suffixes = {"github.io"}}));
}

TEST(Identifiers, AreRefusedTogetherWithASubproblemForEach) {
  const auto read = read_identifiers(
      {{"dns", "a.example.com"}, {"dns", "co.uk"}, {"email", "x"}, {"dns", "com"}}, rules);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().type, ProblemType::compound);
  ASSERT_EQ(read.error().subproblems.size(), 3u);
  EXPECT_EQ(read.error().subproblems[0].identifier->value, "co.uk");
  EXPECT_EQ(read.error().subproblems[1].type, ProblemType::unsupportedIdentifier);
}

TEST(Identifiers, CountOnceInAnOrder) {
  const auto read = read_identifiers({{"dns", "a.example.com"}, {"dns", "A.example.com"}}, rules);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 1u);
  EXPECT_FALSE(read_identifiers({}, rules));
  EXPECT_FALSE(
      read_identifiers(std::vector<RequestedIdentifier>(101, {"dns", "a.example.com"}), rules));
}

}  // namespace
}  // namespace core::acme
