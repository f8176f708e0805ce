#include "core/acme/quota.h"

#include <algorithm>

namespace core::acme {
namespace {

constexpr std::int64_t microseconds = 1'000'000;

std::int64_t in_microseconds(base::Time time) {
  return time.time_since_epoch().count() * microseconds;
}

}  // namespace

QuotaTerms terms_of(const Quota& quota, base::Time now) {
  const auto at = in_microseconds(now);
  const auto window = quota.hours * 3600 * microseconds;
  return {.now = at,
          .cost = window / std::max<std::int64_t>(quota.orders, 1),
          .room_until = at + window};
}

std::expected<std::int64_t, std::int64_t> spend(const Quota& quota, std::int64_t spent_until,
                                                base::Time now) {
  const auto terms = terms_of(quota, now);
  const auto next = std::max(spent_until, terms.now) + terms.cost;
  if (next <= terms.room_until) {
    return next;
  }
  return std::unexpected((next - terms.room_until + microseconds - 1) / microseconds);
}

std::int64_t used(const Quota& quota, std::int64_t spent_until, base::Time now) {
  const auto terms = terms_of(quota, now);
  const auto left = std::min(spent_until, terms.room_until) - terms.now;
  return left <= 0 ? 0 : (left + terms.cost - 1) / terms.cost;
}

}  // namespace core::acme
