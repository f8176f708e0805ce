#include "service/anomalies.h"

#include <gtest/gtest.h>

namespace service {
namespace {

const base::Time noon = base::time_from_text("2026-03-01T12:00:00Z").value();

db::Entry entry(const std::string& user, const std::string& address, bool success = false) {
  return {.id = 1,
          .at = noon,
          .username = user,
          .action = "auth.login",
          .resource_type = "user",
          .resource_id = 0,
          .resource_name = user,
          .details = "",
          .ip_address = address,
          .user_agent = "browser",
          .credential = "",
          .request_id = "",
          .success = success};
}

TEST(Anomalies, SeeABurstOfFailuresAgainstOneAccount) {
  std::vector<db::Entry> entries;
  for (int i = 0; i < 4; ++i) {
    entries.push_back(entry("bob", "192.0.2." + std::to_string(i)));
  }
  EXPECT_TRUE(anomalies_in(entries).empty());
  entries.push_back(entry("bob", "192.0.2.9", true));
  EXPECT_TRUE(anomalies_in(entries).empty()) << "a success is no failure";
  entries.push_back(entry("bob", "192.0.2.10"));
  const auto found = anomalies_in(entries);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].type, "failed_sign_ins");
  EXPECT_EQ(found[0].username, "bob");
  EXPECT_EQ(found[0].count, 5);
  EXPECT_EQ(found[0].addresses.size(), 5U);
}

TEST(Anomalies, SeeOneAddressThatTriesManyAccounts) {
  std::vector<db::Entry> entries;
  for (int i = 0; i < 12; ++i) {
    entries.push_back(entry("user" + std::to_string(i), "192.0.2.1"));
  }
  const auto found = anomalies_in(entries);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].username, "");
  EXPECT_EQ(found[0].addresses, std::vector<std::string>{"192.0.2.1"});
}

TEST(Anomalies, SeeAKeyThatIsUsedFromTwoNetworks) {
  auto here = entry("bob", "192.0.2.1", true);
  here.action = "certificate.issue";
  here.credential = "api key 7";
  auto there = here;
  there.ip_address = "198.51.100.1";
  there.at = noon + base::Seconds{60};
  EXPECT_TRUE(anomalies_in(std::vector{here, here}).empty());
  const auto found = anomalies_in(std::vector{here, there});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].type, "key_in_two_places");
  EXPECT_EQ(found[0].first_seen, noon);
  EXPECT_EQ(found[0].last_seen, noon + base::Seconds{60});
}

}  // namespace
}  // namespace service
