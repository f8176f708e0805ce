#include "service/ocsp_statuses.h"

#include "base/bytes.h"

namespace service {

std::optional<OcspStatuses::Status> OcspStatuses::find(const core::AuthorityId& authority,
                                                       const x509::SerialNumber& serial,
                                                       base::Time now) {
  auto& shard = shard_of(serial);
  const std::lock_guard lock{shard.mutex};
  const auto found = shard.entries.find(serial);
  const bool counts = found != shard.entries.end() && found->second.authority == authority &&
                      now < found->second.until;
  return counts ? std::optional{found->second.status} : std::nullopt;
}

void OcspStatuses::put(const core::AuthorityId& authority, const x509::SerialNumber& serial,
                       const Status& status, base::Time now, std::uint64_t generation) {
  auto& shard = shard_of(serial);
  const std::lock_guard lock{shard.mutex};
  // forget() counts first and looks into the shard then: it sees this entry, or this its count.
  if (generation != generation_.load(std::memory_order_acquire)) {
    return;
  }
  if (shard.entries.size() >= most_in_shard && !shard.entries.contains(serial)) {
    shard.entries.erase(shard.entries.begin());
  }
  shard.entries.insert_or_assign(serial, Known{authority, status, now + kept_for});
}

void OcspStatuses::forget(const x509::SerialNumber& serial) {
  generation_.fetch_add(1, std::memory_order_acq_rel);
  auto& shard = shard_of(serial);
  const std::lock_guard lock{shard.mutex};
  shard.entries.erase(serial);
}

std::size_t OcspStatuses::Hash::operator()(const x509::SerialNumber& serial) const {
  return std::hash<std::string_view>{}(base::as_text(serial.octets()));
}

}  // namespace service
