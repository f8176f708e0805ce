#include "protocol/ocsp/reply_cache.h"

namespace protocol::ocsp {

ReplyCache::Message ReplyCache::find(std::string_view request, base::Time now) {
  auto& shard = shard_of(request);
  const std::lock_guard lock{shard.mutex};
  const auto found = shard.entries.find(request);
  if (found == shard.entries.end() || found->second.until <= now) {
    return nullptr;
  }
  if (found->second.renewed_from <= now) {
    found->second.renewed_from = base::Time::max();
    return nullptr;
  }
  hits_.fetch_add(1, std::memory_order_relaxed);
  return found->second.message;
}

void ReplyCache::put(std::string_view request, Message message,
                     const std::vector<std::string>& serials, base::Time until,
                     std::uint64_t generation, base::Time renewed_from) {
  if (request.size() > longest_request) {
    return;
  }
  const std::string key{request};
  // Held until the entry is in its shard: forget() sees either the entry or the older generation.
  const std::lock_guard serials_lock{serials_mutex_};
  if (generation != generation_.load(std::memory_order_acquire)) {
    return;
  }
  auto& shard = shard_of(request);
  const std::lock_guard lock{shard.mutex};
  if (shard.entries.size() >= most_in_shard && !shard.entries.contains(key)) {
    // Any entry makes room: what is asked for often comes back at once.
    const auto victim = shard.entries.begin();
    unlink(victim->second.serials, victim->first);
    shard.entries.erase(victim);
  }
  shard.entries.insert_or_assign(key, Entry{std::move(message), serials, until, renewed_from});
  for (const auto& serial : serials) {
    requests_of_[serial].insert(key);
  }
}

void ReplyCache::forget(const std::string& serial) {
  const std::lock_guard serials_lock{serials_mutex_};
  generation_.fetch_add(1, std::memory_order_acq_rel);
  const auto found = requests_of_.find(serial);
  if (found == requests_of_.end()) {
    return;
  }
  for (const auto& request : Requests{found->second}) {
    auto& shard = shard_of(request);
    const std::lock_guard lock{shard.mutex};
    if (const auto entry = shard.entries.find(request); entry != shard.entries.end()) {
      unlink(entry->second.serials, request);
      shard.entries.erase(entry);
    }
  }
}

void ReplyCache::unlink(const std::vector<std::string>& serials, const std::string& request) {
  for (const auto& serial : serials) {
    const auto found = requests_of_.find(serial);
    if (found != requests_of_.end() && found->second.erase(request) > 0 && found->second.empty()) {
      requests_of_.erase(found);
    }
  }
}

}  // namespace protocol::ocsp
