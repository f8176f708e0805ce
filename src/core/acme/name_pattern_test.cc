#include "core/acme/name_pattern.h"

#include <gtest/gtest.h>

namespace core::acme {
namespace {

Identifier dns(const std::string& name) {
  return {.type = IdentifierType::dns, .value = name};
}
Identifier ip(const std::string& address) {
  return {.type = IdentifierType::ip, .value = address};
}
bool covers(const char* pattern, const Identifier& identifier) {
  return NamePattern::parse(pattern).value().covers(identifier);
}
bool touches(const char* pattern, const Identifier& identifier) {
  return NamePattern::parse(pattern).value().touches(identifier);
}

TEST(NamePattern, OfANameIsThatNameAlone) {
  EXPECT_TRUE(covers("www.example.com", dns("www.example.com")));
  EXPECT_TRUE(covers("WWW.Example.COM", dns("www.example.com")));
  EXPECT_FALSE(covers("www.example.com", dns("a.www.example.com")));
  EXPECT_FALSE(covers("www.example.com", dns("*.www.example.com")));
  EXPECT_FALSE(covers("example.com", dns("badexample.com")));
}

TEST(NamePattern, WithOneStarHasOneLabelMore) {
  EXPECT_TRUE(covers("*.example.com", dns("a.example.com")));
  EXPECT_TRUE(covers("*.example.com", dns("*.example.com")));
  EXPECT_FALSE(covers("*.example.com", dns("example.com")));
  EXPECT_FALSE(covers("*.example.com", dns("a.b.example.com")));
  EXPECT_FALSE(covers("*.example.com", dns("*.b.example.com")));
  EXPECT_FALSE(covers("*.example.com", dns("abexample.com")));
}

TEST(NamePattern, WithTwoStarsIsTheWholeTree) {
  for (const auto* name : {"corp", "a.corp", "a.b.corp", "*.corp", "*.a.corp"}) {
    EXPECT_TRUE(covers("**.corp", dns(name))) << name;
  }
  EXPECT_FALSE(covers("**.corp", dns("a.xcorp")));
  EXPECT_FALSE(covers("**.corp", dns("corp.example")));
}

TEST(NamePattern, OfANetworkHasItsAddresses) {
  EXPECT_TRUE(covers("192.0.2.1", ip("192.0.2.1")));
  EXPECT_FALSE(covers("192.0.2.1", ip("192.0.2.2")));
  EXPECT_TRUE(covers("10.0.0.0/8", ip("10.255.0.1")));
  EXPECT_FALSE(covers("10.0.0.0/9", ip("10.255.0.1")));
  EXPECT_TRUE(covers("2001:DB8::/32", ip("2001:db8::7")));
  EXPECT_FALSE(covers("2001:db8::/32", ip("10.0.0.1")));
  EXPECT_FALSE(covers("0.0.0.0/0", dns("a.example.com")));
  EXPECT_FALSE(covers("**.example.com", ip("192.0.2.1")));
}

TEST(NamePattern, ForbidsAWildcardThatHasAForbiddenNameInIt) {
  EXPECT_TRUE(touches("secret.example.com", dns("*.example.com")));
  EXPECT_TRUE(touches("**.secret.example.com", dns("*.example.com")));
  EXPECT_TRUE(touches("**.example.com", dns("*.a.example.com")));
  EXPECT_TRUE(touches("*.example.com", dns("*.example.com")));
  EXPECT_FALSE(touches("a.secret.example.com", dns("*.example.com")));
  EXPECT_FALSE(touches("example.com", dns("*.example.com")));
  EXPECT_TRUE(touches("example.com", dns("example.com")));
}

TEST(NamePattern, IsRefusedWhenItIsNone) {
  for (const auto* text : {"", "*", "**", "*.", "**.", "a.*.com", "***.com", "*a.com", "a..b",
                           "a b.com", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                           "2001:db8::/129", "b\xc3\xbc.de", "a_b.com"}) {
    EXPECT_FALSE(NamePattern::parse(text)) << text;
  }
}

}  // namespace
}  // namespace core::acme
