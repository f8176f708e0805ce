#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/clock.h"
#include "base/value.h"

namespace core::acme {

// Whose orders are counted together.
BOOST_DEFINE_ENUM_CLASS(QuotaKind, account, external_account, identifier)

// So many orders at once, which come back evenly over the hours: with 24 in 24 hours, one each
// hour.
struct Quota {
  std::int64_t orders = 0;  // 0: no limit
  std::int64_t hours = 24;

  bool operator==(const Quota&) const = default;
};
BOOST_DESCRIBE_STRUCT(Quota, (), (orders, hours))

inline constexpr std::int64_t most_quota_orders = 10'000'000;
inline constexpr std::int64_t longest_quota_hours = 24 * 366;

// One number says all about a subject: the microsecond at which nothing of its orders counts any
// more (the generic cell rate algorithm). This returns it after one more order, or the seconds
// until there is room for one.
std::expected<std::int64_t, std::int64_t> spend(const Quota& quota, std::int64_t spent_until,
                                                base::Time now);

// The same as numbers in microseconds, for the database: one more order costs `cost`, and the sum
// must not be above `room_until`.
struct QuotaTerms {
  std::int64_t now;
  std::int64_t cost;
  std::int64_t room_until;
};
QuotaTerms terms_of(const Quota& quota, base::Time now);

// How many orders count at that time.
std::int64_t used(const Quota& quota, std::int64_t spent_until, base::Time now);

}  // namespace core::acme
