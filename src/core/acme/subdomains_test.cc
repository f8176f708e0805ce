#include "core/acme/subdomains.h"

#include <gtest/gtest.h>

namespace core::acme {
namespace {

Identifier dns(std::string name) {
  return {IdentifierType::dns, std::move(name)};
}

TEST(Subdomains, AreBelowEachDomainAbove) {
  EXPECT_EQ(ancestors_of("a.b.example"),
            (std::vector<std::string>{"a.b.example", "b.example", "example"}));
  EXPECT_EQ(ancestors_of("example"), std::vector<std::string>{"example"});
}

TEST(Subdomains, NameAnAncestorThatIsAboveThem) {
  const auto read = [](const Identifier& identifier, const std::string& ancestor) {
    return read_ancestor(identifier, ancestor, {});
  };
  EXPECT_EQ(read(dns("a.b.shop.example"), "Shop.Example")->value, "shop.example");
  EXPECT_EQ(read(dns("shop.example"), "shop.example")->value, "shop.example");
  EXPECT_EQ(read(dns("*.shop.example"), "shop.example")->value, "shop.example");
  EXPECT_EQ(read(dns("a.workshop.example"), "shop.example").error().type, ProblemType::malformed);
  EXPECT_EQ(read(dns("shop.example"), "a.shop.example").error().type, ProblemType::malformed);
  EXPECT_EQ(read(dns("a.shop.example"), "*.shop.example").error().type, ProblemType::malformed);
  EXPECT_EQ(read({IdentifierType::ip, "192.0.2.1"}, "shop.example").error().type,
            ProblemType::malformed);
  EXPECT_FALSE(read(dns("a.co.uk"), "co.uk"));  // nobody's
  EXPECT_FALSE(read(dns("a.shop.example"), ""));
}

TEST(Subdomains, AreProvenByDnsOnly) {
  EXPECT_TRUE(proves_subdomains(ChallengeType::dns_01));
  EXPECT_TRUE(proves_subdomains(ChallengeType::dns_account_01));
  EXPECT_TRUE(proves_subdomains(ChallengeType::dns_persist_01));
  EXPECT_FALSE(proves_subdomains(ChallengeType::http_01));
  EXPECT_FALSE(proves_subdomains(ChallengeType::tls_alpn_01));
}

}  // namespace
}  // namespace core::acme
