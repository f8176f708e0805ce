#pragma once

#include <cstdint>
#include <string_view>

#include "db/session.h"

namespace storage {

// How much of each kind somebody owns. Certificates are counted up to 10,000.
struct Owned {
  std::int64_t certificates = 0;
  std::int64_t requests = 0;
  std::int64_t authorities = 0;
  std::int64_t authority_requests = 0;
  std::int64_t templates = 0;
  std::int64_t eab_credentials = 0;
  std::int64_t domains = 0;
  std::int64_t allowed_identifiers = 0;
  std::int64_t csr_profiles = 0;

  bool operator==(const Owned&) const = default;
};
BOOST_DESCRIBE_STRUCT(Owned, (),
                      (certificates, requests, authorities, authority_requests, templates,
                       eab_credentials, domains, allowed_identifiers, csr_profiles))

// What accounts own: what they made, in whatever table it is.
class OwnershipStore {
 public:
  explicit OwnershipStore(db::Session& session) : session_{session} {}

  Owned count(std::string_view username) const;

  // At most so many certificates, the oldest first. Returns how many.
  std::int64_t hand_over_certificates(std::string_view from, std::string_view to, int limit);
  // All the rest.
  Owned hand_over(std::string_view from, std::string_view to);

 private:
  db::Session& session_;
};

}  // namespace storage
