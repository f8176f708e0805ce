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
  std::array<std::atomic<std::uint64_t>, 4> requests{};
  std::array<std::atomic<std::uint64_t>, 4> refused{};

  std::uint64_t hash(std::uint64_t kind, std::string_view key) const {
    return std::max<std::uint64_t>(1,
                                   mix(std::hash<std::string_view>{}(key) ^ seed ^ (kind << 56)));
  }
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

RateLimits RateLimiter::limits() const {
  const std::scoped_lock lock{table_->limits_mutex};
  return table_->limits;
}

std::array<RateLimiter::Count, 4> RateLimiter::counts() const {
  std::array<Count, 4> counts;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = {table_->requests[i].load(), table_->refused[i].load()};
  }
  return counts;
}

void RateLimiter::forget_counts() {
  for (std::size_t i = 0; i < table_->requests.size(); ++i) {
    table_->requests[i] = 0;
    table_->refused[i] = 0;
  }
}

void RateLimiter::refill() {
  const auto groups = table_->buckets.size() / neighbours;
  for (std::size_t group = 0; group < groups; ++group) {
    const std::scoped_lock lock{table_->mutexes[group % locks]};
    std::fill_n(&table_->buckets[group * neighbours], neighbours, Bucket{});
  }
}

Allowance RateLimiter::take_own(const Rate& rate, std::string_view key, Clock::time_point now) {
  constexpr std::uint64_t own = 99;
  return rate.per_minute <= 0 ? Allowance{} : take_from(table_->hash(own, key), rate, now);
}

Allowance RateLimiter::take(Limit limit, std::string_view key, Clock::time_point now) {
  Rate rate;
  {
    const std::scoped_lock lock{table_->limits_mutex};
    rate = table_->limits.of(limit);
  }
  const auto kind = static_cast<std::size_t>(limit);
  if (kind < table_->requests.size()) {
    table_->requests[kind].fetch_add(1, std::memory_order_relaxed);
  }
  if (rate.per_minute <= 0) {
    return {};
  }
  const auto allowance = take_from(table_->hash(kind, key), rate, now);
  if (!allowance.granted) {
    table_->refused[kind].fetch_add(1, std::memory_order_relaxed);
  }
  return allowance;
}

Allowance RateLimiter::take_from(std::uint64_t hash, const Rate& rate, Clock::time_point now) {
  const auto full = static_cast<float>(std::max(rate.burst, 1));
  const auto per_second = static_cast<float>(rate.per_minute) / 60.0F;
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
