#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/endpoint.h"

namespace http {

// So many requests in a minute, and so many at once. Zero requests per minute: no limit.
struct Rate {
  int per_minute = 0;
  int burst = 0;
};

struct RateLimits {
  Rate standard{600, 200};
  Rate strict{120, 40};
  Rate sign_in{10, 10};
  Rate protocol{3000, 1000};

  const Rate& of(Limit limit) const;
};

// What a limit says about one more request.
struct Allowance {
  bool granted = true;
  int limit = 0;      // per minute; 0: unlimited
  int remaining = 0;  // requests that would be granted right now
  int reset = 0;      // seconds until everything is available again
  int retry_after = 0;
};

// Token buckets by key ("user 7", "192.0.2.1") and class of limit. The table has a fixed size: when
// it is full, the bucket that was not used for longest in its neighbourhood makes room, so an
// attacker with many addresses costs no memory.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimiter(const RateLimits& limits, std::size_t buckets = 1 << 16);
  ~RateLimiter();

  Allowance take(Limit limit, std::string_view key, Clock::time_point now = Clock::now());

  // A limit of the key's own, beside those of the classes.
  Allowance take_own(const Rate& rate, std::string_view key, Clock::time_point now = Clock::now());

  // Requests of each class since the start, or since they were forgotten.
  struct Count {
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;
  };
  std::array<Count, 4> counts() const;  // standard, strict, sign_in, protocol
  void forget_counts();

  // Everybody has everything available again.
  void refill();

  // New limits from the settings; buckets stay.
  void set_limits(const RateLimits& limits);
  RateLimits limits() const;

 private:
  struct Table;

  Allowance take_from(std::uint64_t hash, const Rate& rate, Clock::time_point now);

  std::unique_ptr<Table> table_;
};

}  // namespace http
