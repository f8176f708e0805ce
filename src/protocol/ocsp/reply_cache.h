#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"

namespace protocol::ocsp {

// Answers by the bytes of their requests, serialized with their HTTP head. Bounded; what was
// revoked is forgotten before the revocation is acknowledged.
class ReplyCache {
 public:
  static constexpr std::size_t shards = 16;
  static constexpr std::size_t most_in_shard = 8192;
  // What clients ask has 80 to 200 octets. Longer requests are answered, but not kept: padding
  // would use up the memory.
  static constexpr std::size_t longest_request = 512;

  using Message = std::shared_ptr<const std::string>;

  // Nothing when there is none, or it is past its time.
  Message find(std::string_view request, base::Time now);

  // Keeps an answer about these serials until then, unless one of them was forgotten since
  // `generation` was asked for. From `renewed_from` on, one who asks is told that there is none and
  // makes the next, while the others go on with this one.
  void put(std::string_view request, Message message, const std::vector<std::string>& serials,
           base::Time until, std::uint64_t generation, base::Time renewed_from = base::Time::max());

  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  void forget(const std::string& serial);

  std::int64_t requests() const { return requests_.load(std::memory_order_relaxed); }
  std::int64_t hits() const { return hits_.load(std::memory_order_relaxed); }
  void count_request() { requests_.fetch_add(1, std::memory_order_relaxed); }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct Entry {
    Message message;
    std::vector<std::string> serials;
    base::Time until;
    base::Time renewed_from;  // far away when somebody makes the next
  };
  using Requests = std::unordered_set<std::string, TextHash, std::equal_to<>>;

  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> entries;
  };

  void unlink(const std::vector<std::string>& serials, const std::string& request);

  Shard& shard_of(std::string_view request) {
    return table_[std::hash<std::string_view>{}(request) % shards];
  }

  std::array<Shard, shards> table_;
  std::mutex serials_mutex_;
  std::unordered_map<std::string, Requests> requests_of_;  // by serial
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::int64_t> requests_{0};
  std::atomic<std::int64_t> hits_{0};
};

}  // namespace protocol::ocsp
