#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "auth/caller.h"
#include "base/clock.h"

namespace service {

// Whom the API keys of the last second belong to, so that a client that calls a thousand times in
// it is looked up once. Whatever this server changes in an account, a group, a role or a key
// empties it before the change is answered; what another node or program changes counts a second
// later.
class RecentCallers {
 public:
  struct Known {
    auth::Caller caller;
    std::optional<base::Time> expires_at;  // of the key
  };

  std::optional<Known> find(const std::string& key_hash) const {
    const std::shared_lock lock{mutex_};
    const auto found = entries_.find(key_hash);
    if (found == entries_.end() || found->second.until < std::chrono::steady_clock::now()) {
      return std::nullopt;
    }
    return found->second.known;
  }

  // What is read after this may be kept with it.
  std::uint64_t version() const {
    const std::shared_lock lock{mutex_};
    return version_;
  }

  // Does nothing when something has changed since `version`.
  void keep(std::uint64_t version, const std::string& key_hash, Known known) {
    const std::unique_lock lock{mutex_};
    if (version != version_) {
      return;
    }
    if (entries_.size() >= most) {
      entries_.clear();
    }
    entries_.insert_or_assign(key_hash,
                              Entry{std::move(known), std::chrono::steady_clock::now() + life});
  }

  void forget_all() {
    const std::unique_lock lock{mutex_};
    entries_.clear();
    ++version_;
  }

 private:
  static constexpr std::chrono::seconds life{1};
  static constexpr std::size_t most = 10'000;

  struct Entry {
    Known known;
    std::chrono::steady_clock::time_point until;
  };

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::uint64_t version_ = 0;
};

}  // namespace service
