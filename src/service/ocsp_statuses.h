#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "core/ids.h"
#include "storage/certificate_store.h"
#include "x509/serial_number.h"

namespace service {

// What the database said of certificates a moment ago, so that an answer with a nonce costs its
// signature and little else. Bounded; what was revoked is forgotten before the revocation is
// acknowledged.
class OcspStatuses {
 public:
  using Status = storage::RevocationState;

  static constexpr std::size_t shards = 16;
  static constexpr std::size_t most_in_shard = 8192;
  // What another node revokes is said by this one after so long at the latest.
  static constexpr base::Seconds kept_for = std::chrono::minutes{1};

  std::optional<Status> find(const core::AuthorityId& authority, const x509::SerialNumber& serial,
                             base::Time now);

  // Keeps what was read, unless something was forgotten since `generation` was asked for.
  void put(const core::AuthorityId& authority, const x509::SerialNumber& serial,
           const Status& status, base::Time now, std::uint64_t generation);

  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // Of whichever authority.
  void forget(const x509::SerialNumber& serial);

 private:
  struct Known {
    core::AuthorityId authority;
    Status status;
    base::Time until;
  };
  struct Hash {
    std::size_t operator()(const x509::SerialNumber& serial) const;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<x509::SerialNumber, Known, Hash> entries;
  };

  Shard& shard_of(const x509::SerialNumber& serial) { return table_[Hash{}(serial) % shards]; }

  std::array<Shard, shards> table_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace service
