#include "http/rate_limit.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <mutex>
#include <vector>

namespace http {
namespace {

constexpr std::size_t neighbours = 8;  // buckets that a key may be in
constexpr std::size_t locks = 64;

struct Bucket {
  std::uint64_t key = 0;  // a hash; two keys that share one share the bucket
  float tokens = 0;
  RateLimiter::Clock::time_point filled = {};
};

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

const Rate& RateLimits::of(Limit limit) const {
  static constexpr Rate unlimited;
  switch (limit) {
    case Limit::standard:
      return standard;
    case Limit::strict:
      return strict;
    case Limit::sign_in:
      return sign_in;
    case Limit::protocol:
      return protocol;
    case Limit::unlimited:
      break;
  }
  return unlimited;
}

struct RateLimiter::Table {
  std::size_t seed;
  std::vector<Bucket> buckets;
  std::array<std::mutex, locks> mutexes;
  mutable std::mutex limits_mutex;
  RateLimits limits;
};

RateLimiter::RateLimiter(const RateLimits& limits, std::size_t buckets)
    : table_{std::make_unique<Table>()} {
  // Addresses of objects are random enough that nobody outside can aim at a bucket.
  table_->seed = mix(reinterpret_cast<std::uintptr_t>(table_.get()) ^
                     static_cast<std::uint64_t>(Clock::now().time_since_epoch().count()));
  table_->buckets.resize(std::max(std::bit_ceil(buckets), neighbours * locks));
  table_->limits = limits;
}

RateLimiter::~RateLimiter() = default;

void RateLimiter::set_limits(const RateLimits& limits) {
  const std::scoped_lock lock{table_->limits_mutex};
  table_->limits = limits;
}

Allowance RateLimiter::take(Limit limit, std::string_view key, Clock::time_point now) {
  Rate rate;
  {
    const std::scoped_lock lock{table_->limits_mutex};
    rate = table_->limits.of(limit);
  }
  if (rate.per_minute <= 0) {
    return {};
  }
  const auto full = static_cast<float>(std::max(rate.burst, 1));
  const auto per_second = static_cast<float>(rate.per_minute) / 60.0F;
  const auto hash =
      std::max<std::uint64_t>(1, mix(std::hash<std::string_view>{}(key) ^ table_->seed ^
                                     (static_cast<std::uint64_t>(limit) << 56)));

  const auto groups = table_->buckets.size() / neighbours;
  const auto group = hash & (groups - 1);
  const std::scoped_lock lock{table_->mutexes[group % locks]};
  const std::span<Bucket> candidates{&table_->buckets[group * neighbours], neighbours};
  auto bucket = std::ranges::find(candidates, hash, &Bucket::key);
  if (bucket == candidates.end()) {
    bucket = std::ranges::min_element(candidates, {}, &Bucket::filled);
    *bucket = {.key = hash, .tokens = full, .filled = now};
  }
  const std::chrono::duration<float> passed = now - bucket->filled;
  bucket->tokens = std::min(full, bucket->tokens + std::max(0.0F, passed.count()) * per_second);
  bucket->filled = now;

  const bool granted = bucket->tokens >= 1;
  if (granted) {
    bucket->tokens -= 1;
  }
  const auto seconds_until = [&](float tokens) {
    return static_cast<int>(std::ceil(std::max(0.0F, tokens - bucket->tokens) / per_second));
  };
  return {.granted = granted,
          .limit = rate.per_minute,
          .remaining = static_cast<int>(bucket->tokens),
          .reset = seconds_until(full),
          .retry_after = granted ? 0 : std::max(1, seconds_until(1))};
}

}  // namespace http
