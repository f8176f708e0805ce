#include "core/revocation.h"

#include <gtest/gtest.h>

#include <optional>

namespace core {
namespace {

x509::SerialNumber serial(const char* hex) {
  return x509::SerialNumber::parse(hex).value();
}

RevocationSettings usual() {
  return {.authority_id = AuthorityId::from_number(1).value()};
}

std::vector<std::string> fields_of(const RevocationSettings& settings) {
  std::vector<std::string> fields;
  for (const auto& error : problems_of(settings)) {
    fields.push_back(error.field);
  }
  return fields;
}

TEST(CrlScope, IsReadAsItIsWritten) {
  for (const auto* text : {"full", "delta", "0of2", "3of16", "255of256"}) {
    EXPECT_EQ(CrlScope::parse(text).value().to_string(), text);
  }
  for (const auto* text : {"", "of", "0of1", "2of2", "1of3", "0of512", "-1of4", "01of4", "1of4 ",
                           "+1of4", "1of04", "0of99999999999"}) {
    EXPECT_FALSE(CrlScope::parse(text)) << text;
  }
}

TEST(CrlScope, TakesEachSerialNumberIntoOneShard) {
  EXPECT_EQ(CrlScope::shard_of(serial("0a00"), 16).to_string(), "0of16");
  EXPECT_EQ(CrlScope::shard_of(serial("0aff"), 16).to_string(), "15of16");
  EXPECT_EQ(CrlScope::shard_of(serial("0a3f"), 4).to_string(), "0of4");
  EXPECT_EQ(CrlScope::shard_of(serial("0a40"), 4).to_string(), "1of4");
  EXPECT_EQ(CrlScope::shard_of(serial("0a40"), 1), CrlScope{});
  for (const auto* hex : {"0100", "017f", "0180", "01ff"}) {
    const auto [from, to] = CrlScope::shard_of(serial(hex), 8).buckets();
    EXPECT_LE(from, crl_bucket(serial(hex)));
    EXPECT_GE(to, crl_bucket(serial(hex)));
  }
}

TEST(CrlScope, InPartsIsStillTheWhole) {
  using Buckets = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(CrlScope{}.buckets_in(2), (Buckets{{"00", "7f"}, {"80", "ff"}}));
  EXPECT_EQ(CrlScope{}.buckets_in(256).size(), 256u);
  const auto quarter = CrlScope::parse("1of4").value();
  EXPECT_EQ(quarter.buckets(), (std::pair<std::string, std::string>{"40", "7f"}));
  EXPECT_EQ(CrlScope::parse("255of256").value().buckets_in(16), (Buckets{{"ff", "ff"}}));
}

TEST(CrlNames, LeadToAuthorityAndScope) {
  const std::string full = "http://ca.example.com/crl/6a-7.crl";
  EXPECT_EQ(crl_address(full, {}), full);
  EXPECT_EQ(crl_address(full, CrlScope::delta()), "http://ca.example.com/crl/6a-7-delta.crl");
  EXPECT_EQ(read_crl_name("6a-7-delta"), std::pair(std::string{"6a-7"}, CrlScope::delta()));
  EXPECT_EQ(read_crl_name("6a-3of4"),
            std::pair(std::string{"6a"}, CrlScope::parse("3of4").value()));
  EXPECT_EQ(read_crl_name("6a-7"), std::pair(std::string{"6a-7"}, CrlScope{}));
  EXPECT_EQ(read_crl_name("6a-full"), std::pair(std::string{"6a-full"}, CrlScope{}));
}

TEST(RevocationSettings, AreCheckedFieldByField) {
  using Fields = std::vector<std::string>;
  EXPECT_EQ(fields_of(usual()), Fields{});
  auto settings = usual();
  settings.crl_validity_days = 1;
  settings.crl_publish_interval_hours = 25;
  EXPECT_EQ(fields_of(settings), Fields{"crl_publish_interval_hours"});
  settings = usual();
  settings.crl_validity_days = 0;
  settings.crl_shards = 257;
  EXPECT_EQ(fields_of(settings), (Fields{"crl_validity_days", "crl_shards"}));
  settings = usual();
  settings.crl_shards = 3;
  EXPECT_EQ(fields_of(settings), Fields{"crl_shards"});
  settings.crl_shards = 4;
  EXPECT_EQ(fields_of(settings), Fields{});
  settings.delta_crl_enabled = true;
  EXPECT_EQ(fields_of(settings), Fields{"crl_shards"});
  settings = usual();
  settings.delta_crl_interval = 48;
  EXPECT_EQ(fields_of(settings), Fields{"delta_crl_interval"});
}

}  // namespace
}  // namespace core
