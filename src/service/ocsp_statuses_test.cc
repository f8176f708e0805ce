#include "service/ocsp_statuses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace service {
namespace {

using x509::SerialNumber;

const base::Time now{base::Seconds{1'800'000'000}};
const auto authority = core::AuthorityId::from_number(1).value();
const auto other_authority = core::AuthorityId::from_number(2).value();
const auto serial = SerialNumber::parse("0a").value();
const OcspStatuses::Status good{};
const OcspStatuses::Status revoked{now, x509::RevocationReason::superseded};

TEST(OcspStatuses, AreKeptForAWhile) {
  OcspStatuses statuses;
  EXPECT_FALSE(statuses.find(authority, serial, now));
  statuses.put(authority, serial, revoked, now, statuses.generation());
  const auto last = now + OcspStatuses::kept_for - base::Seconds{1};
  ASSERT_TRUE(statuses.find(authority, serial, last));
  EXPECT_EQ(statuses.find(authority, serial, last)->revoked_at, now);
  EXPECT_FALSE(statuses.find(authority, serial, last + base::Seconds{1}));
  EXPECT_FALSE(statuses.find(other_authority, serial, now));
}

// Read before the revocation, and put after it.
TEST(OcspStatuses, AreForgottenWithWhatIsUnderWay) {
  OcspStatuses statuses;
  const auto before = statuses.generation();
  statuses.put(authority, serial, good, now, before);
  statuses.forget(serial);
  EXPECT_FALSE(statuses.find(authority, serial, now));
  statuses.put(authority, serial, good, now, before);
  EXPECT_FALSE(statuses.find(authority, serial, now));
}

TEST(OcspStatuses, NeverLoseARevocationToAReaderUnderWay) {
  for (int round = 0; round < 300; ++round) {
    OcspStatuses statuses;
    std::atomic<bool> is_revoked = false;  // the database
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&] {
          for (int each = 0; each < 20; ++each) {
            const auto generation = statuses.generation();
            statuses.put(authority, serial, is_revoked ? revoked : good, now, generation);
          }
        });
      }
      threads.emplace_back([&] {
        is_revoked = true;
        statuses.forget(serial);
        const auto found = statuses.find(authority, serial, now);
        EXPECT_TRUE(!found || found->revoked_at);
      });
    }
    const auto found = statuses.find(authority, serial, now);
    EXPECT_TRUE(!found || found->revoked_at);
  }
}

TEST(OcspStatuses, AreBounded) {
  OcspStatuses statuses;
  constexpr std::size_t most = OcspStatuses::shards * OcspStatuses::most_in_shard;
  std::vector<SerialNumber> serials;
  for (std::uint32_t i = 1; i <= most + 20'000; ++i) {
    const auto byte = [&](int shift) { return static_cast<std::uint8_t>(i >> shift); };
    const base::Bytes octets{1, byte(16), byte(8), byte(0)};
    serials.push_back(SerialNumber::from_octets(octets).value());
    statuses.put(authority, serials.back(), good, now, statuses.generation());
  }
  const auto kept = std::ranges::count_if(
      serials, [&](const auto& each) { return statuses.find(authority, each, now).has_value(); });
  EXPECT_LE(static_cast<std::size_t>(kept), most);
  EXPECT_GT(static_cast<std::size_t>(kept), most / 2);
  EXPECT_TRUE(statuses.find(authority, serials.back(), now));
}

}  // namespace
}  // namespace service
