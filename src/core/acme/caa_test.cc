#include "core/acme/caa.h"

#include <gtest/gtest.h>

namespace core::acme {
namespace {

bool allowed(const std::vector<CaaRecord>& records, bool wildcard = false) {
  return !caa_obstacle(records, {.issuer_names = {"ca.example", "ca.test"},
                                 .wildcard = wildcard,
                                 .challenge_type = "http-01",
                                 .account_url = "https://ca.example/acme/acct/1"});
}

// The examples of RFC 8659, section 4, and RFC 8657, appendix A, with our names.
TEST(Caa, AllowsTheIssuersThatAreNamed) {
  EXPECT_TRUE(allowed({}));
  EXPECT_TRUE(allowed({{.tag = "issue", .value = "ca.example"}}));
  EXPECT_TRUE(allowed({{.tag = "issue", .value = " CA.example ; account=230123 "}}));
  EXPECT_TRUE(
      allowed({{.tag = "issue", .value = "other.example"}, {.tag = "issue", .value = "ca.test"}}));
  EXPECT_TRUE(allowed({{.tag = "iodef", .value = "mailto:security@example.com"}}));
  EXPECT_FALSE(allowed({{.tag = "issue", .value = "other.example"}}));
  EXPECT_FALSE(allowed({{.tag = "issue", .value = ";"}}));
  EXPECT_FALSE(allowed({{.tag = "issue", .value = ""}}));
  EXPECT_FALSE(allowed({{.tag = "issue", .value = "%%%%%"}}));
  EXPECT_FALSE(allowed({{.tag = "issue", .value = "ca.example; broken"}}));
}

TEST(Caa, TellsWildcardsApart) {
  const std::vector<CaaRecord> only_wild{{.tag = "issuewild", .value = "ca.example"}};
  EXPECT_TRUE(allowed(only_wild, true));
  EXPECT_TRUE(allowed(only_wild, false));
  const std::vector<CaaRecord> no_wild{{.tag = "issue", .value = "ca.example"},
                                       {.tag = "issuewild", .value = ";"}};
  EXPECT_TRUE(allowed(no_wild, false));
  EXPECT_FALSE(allowed(no_wild, true));
  EXPECT_TRUE(allowed({{.tag = "issue", .value = "ca.example"}}, true));
}

TEST(Caa, IsForbiddenByWhatIsCriticalAndUnknown) {
  EXPECT_FALSE(allowed({{.tag = "issue", .value = "ca.example"},
                        {.critical = true, .tag = "tbs", .value = "Unknown"}}));
  EXPECT_TRUE(allowed({{.tag = "issue", .value = "ca.example"},
                       {.critical = false, .tag = "tbs", .value = "Unknown"}}));
}

TEST(Caa, BindsToAccountsAndMethods) {
  const auto with = [](const std::string& parameters) {
    return allowed({{.tag = "issue", .value = "ca.example; " + parameters}});
  };
  EXPECT_TRUE(with("accounturi=https://ca.example/acme/acct/1"));
  EXPECT_FALSE(with("accounturi=https://ca.example/acme/acct/2"));
  EXPECT_TRUE(with("validationmethods=dns-01,http-01"));
  EXPECT_FALSE(with("validationmethods=dns-01"));
  EXPECT_FALSE(with("accounturi=https://ca.example/acme/acct/1; validationmethods=dns-01"));
  EXPECT_FALSE(with("validationmethods=http-01; validationmethods=http-01"));
}

}  // namespace
}  // namespace core::acme
