#include "core/acme/allowed_identifier.h"

#include <gtest/gtest.h>

namespace core::acme {
namespace {

std::string read(IdentifierType type, std::string_view text) {
  const auto value = read_allowed_value(type, text);
  return value ? *value : "refused";
}

bool covers(IdentifierType type, const std::string& entry, const std::string& value) {
  const AllowedIdentifier allowed{.id = AllowedIdentifierId::from_number(1).value(),
                                  .identifier_type = type,
                                  .identifier_value = entry,
                                  .created_by = "admin",
                                  .created_at = {}};
  return pattern_of(allowed).covers({.type = type, .value = value});
}

TEST(AllowedIdentifier, ReadsNamesAndAddressesIntoTheirNormalForm) {
  using enum IdentifierType;
  EXPECT_EQ(read(dns, " WWW.Example.COM "), "www.example.com");
  EXPECT_EQ(read(dns, "*.Example.com"), "*.example.com");
  EXPECT_EQ(read(ip, "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(read(ip, "2001:DB8:0:0::1"), "2001:db8::1");
}

TEST(AllowedIdentifier, RefusesWhatNobodyCanHold) {
  using enum IdentifierType;
  for (const auto* text :
       {"", "*", "*.", "a.*.example", "*.*.example", "bad domain", "a..b", "-a.b"}) {
    EXPECT_EQ(read(dns, text), "refused") << text;
  }
  for (const auto* text : {"", "127.0.0.1", "0.0.0.0", "224.0.0.1", "::", "::1", "ff02::1",
                           "10.0.0.0/8", "www.example.com"}) {
    EXPECT_EQ(read(ip, text), "refused") << text;
  }
}

TEST(AllowedIdentifier, CoversANameAloneOrATreeWithItsTop) {
  using enum IdentifierType;
  EXPECT_TRUE(covers(dns, "www.example.com", "www.example.com"));
  EXPECT_FALSE(covers(dns, "www.example.com", "a.www.example.com"));
  EXPECT_FALSE(covers(dns, "www.example.com", "*.www.example.com"));
  EXPECT_TRUE(covers(dns, "*.example.com", "example.com"));
  EXPECT_TRUE(covers(dns, "*.example.com", "*.example.com"));
  EXPECT_TRUE(covers(dns, "*.example.com", "a.b.example.com"));
  EXPECT_FALSE(covers(dns, "*.example.com", "badexample.com"));
  EXPECT_TRUE(covers(ip, "192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(covers(ip, "192.0.2.1", "192.0.2.2"));
}

}  // namespace
}  // namespace core::acme
