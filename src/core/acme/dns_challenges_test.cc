// Figures of draft-ietf-acme-dns-account-label and draft-ietf-acme-dns-persist.
#include "core/acme/dns_challenges.h"

#include <gtest/gtest.h>

#include "core/acme/challenge.h"
#include "core/acme/service.h"

namespace core::acme {
namespace {

const base::Time now{std::chrono::seconds{1'720'000'000}};
constexpr const char* account_url = "https://ca.example/acct/123";
constexpr const char* thumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";  // RFC 7638, 3.1
constexpr const char* prefix = "https://ca.example/account-hash/";

PersistQuestion question(bool wildcard = false) {
  return {.name = "example.com",
          .wildcard = wildcard,
          .issuer_names = {"authority.example", "ca.example.net"},
          .account_url = account_url,
          .account_key_thumbprint = thumbprint,
          .now = now};
}

TEST(DnsAccount01, HasTheLabelOfTheDraftsExample) {
  EXPECT_EQ(dns_account01_name("www.example.org", "https://example.com/acme/acct/ExampleAccount"),
            "_ujmmovf2vn55tgye._acme-challenge.www.example.org");
  EXPECT_EQ(dns01_record("LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"
                         ".9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"),
            "LPsIwTo7o8BoG0-vjCyGQGBWSVIPxI-i_X336eUOQZo");
}

TEST(DnsPersist01, HashesAccountsAsTheDraftsExample) {
  EXPECT_EQ(hashed_account_uri(prefix, "example.com", thumbprint, account_url),
            "https://ca.example/account-hash/sha-256/5SQm7n6tPh2-PlLbCKGnViTXX5z19SCN4cPGQHSk-kw");
  EXPECT_EQ(hashed_account_uri(prefix, "*", thumbprint, account_url),
            "https://ca.example/account-hash/sha-256/NpDnSwUthQK8zCgFdefYxAdAVPnygMLbs9US6oO-5ug");
  EXPECT_EQ(account_hash_prefix("https://h.example:8443/acme/vpn/acct/x"),
            "https://h.example:8443/acme/account-hash/");
  EXPECT_EQ(account_hash_prefix("https://h.example/"), std::nullopt);
}

TEST(DnsPersist01, TakesTheRecordThatNamesUsAndTheAccount) {
  struct Case {
    const char* text;
    bool for_name;
    bool for_wildcard;
  };
  const Case cases[] = {
      {"authority.example; accounturi=https://ca.example/acct/123", true, false},
      {"ca.example.net;accounturi=https://ca.example/acct/123;", true, false},
      {"AUTHORITY.example; AccountURI=https://ca.example/acct/123", true, false},
      {"authority.example; accounturi=https://ca.example/acct/123; policy=wildcard", true, true},
      {"authority.example; accounturi=https://ca.example/acct/123; POLICY=WildCard", true, true},
      {"authority.example; accounturi=https://ca.example/acct/123; policy=other", true, false},
      {"authority.example; accounturi=https://ca.example/acct/123; future=1", true, false},
      {"authority.example; accounturi=https://ca.example/acct/123; persistUntil=1721952000", true,
       false},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(read_persist01({each.text}, question()).has_value(), each.for_name) << each.text;
    EXPECT_EQ(read_persist01({each.text}, question(true)).has_value(), each.for_wildcard)
        << each.text;
  }
}

TEST(DnsPersist01, TakesAHashedAccountForItsNameOrForAll) {
  auto ours = question();
  ours.account_url = "https://ca.example/acme/acct/123";
  const auto by = [&](const char* name, const char* key) {
    return read_persist01({"authority.example; accounturi=" +
                           hashed_account_uri("https://ca.example/acme/account-hash/", name, key,
                                              ours.account_url)},
                          ours)
        .has_value();
  };
  EXPECT_TRUE(by("example.com", thumbprint));
  EXPECT_TRUE(by("*", thumbprint));
  EXPECT_FALSE(by("other.example.com", thumbprint));
  EXPECT_FALSE(by("example.com", "another key"));
}

TEST(DnsPersist01, SaysUntilWhenTheRecordLasts) {
  const auto until = read_persist01(
      {"authority.example; accounturi=https://ca.example/acct/123; persistUntil=1721952000"},
      question());
  ASSERT_TRUE(until);
  EXPECT_EQ(base::to_text(**until), "2024-07-26T00:00:00Z");
  EXPECT_EQ(
      *read_persist01({"authority.example; accounturi=https://ca.example/acct/123"}, question()),
      std::nullopt);
}

TEST(DnsPersist01, RefusesWithTheTypesOfTheDraft) {
  struct Case {
    const char* text;
    ProblemType type;
  };
  const Case cases[] = {
      {"elsewhere.example; accounturi=https://ca.example/acct/123", ProblemType::unauthorized},
      {"authority.example; accounturi=https://ca.example/acct/1234", ProblemType::unauthorized},
      {"authority.example; accounturi=https://ca.example/acct/12", ProblemType::unauthorized},
      {"authority.example; accounturi=HTTPS://ca.example/acct/123", ProblemType::unauthorized},
      {"authority.example; accounturi=https://ca.example/acct/123; persistUntil=1720000000",
       ProblemType::unauthorized},
      {"authority.example; accounturi=https://ca.example/acct/123; persistUntil=tomorrow",
       ProblemType::malformed},
      {"authority.example; accounturi=https://ca.example/acct/123; persistUntil=-1",
       ProblemType::malformed},
      {"authority.example; accounturi=https://ca.example/acct/123; "
       "persistUntil=99999999999999999999",
       ProblemType::malformed},
      {"authority.example", ProblemType::malformed},
      {"authority.example; accounturi=https://ca.example/acct/123; "
       "accounturi=https://ca.example/acct/4",
       ProblemType::malformed},
      {"authority.example; accounturi", ProblemType::malformed},
      {"", ProblemType::unauthorized},
  };
  for (const auto& each : cases) {
    const auto verdict = read_persist01({each.text}, question());
    ASSERT_FALSE(verdict) << each.text;
    EXPECT_EQ(verdict.error().type, each.type) << each.text;
  }
}

TEST(DnsPersist01, LooksAtAllRecordsOfTheName) {
  EXPECT_TRUE(read_persist01({"elsewhere.example; accounturi=https://elsewhere.example/1",
                              "authority.example; accounturi=https://ca.example/acct/9",
                              "authority.example; accounturi=https://ca.example/acct/123"},
                             question()));
}

TEST(DnsChallenges, AreOfferedForNamesAndWildcardsWhenTheServiceSaysSo) {
  const Identifier name{.value = "a.example"};
  const Identifier wildcard{.value = "*.a.example"};
  const Identifier address{.type = IdentifierType::ip, .value = "192.0.2.1"};
  ServicePolicy policy;
  EXPECT_EQ(challenges_for(policy, name).size(), 3u);
  EXPECT_EQ(challenges_for(policy, wildcard), std::vector{ChallengeType::dns_01});
  policy.challenges = {ChallengeType::dns_account_01, ChallengeType::dns_persist_01};
  EXPECT_EQ(challenges_for(policy, name), policy.challenges);
  EXPECT_EQ(challenges_for(policy, wildcard), policy.challenges);
  EXPECT_TRUE(challenges_for(policy, address).empty());
}

}  // namespace
}  // namespace core::acme
