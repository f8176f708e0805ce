#pragma once

#include <optional>
#include <vector>

#include "core/authority.h"
#include "db/session.h"

namespace storage {

// A CRL as it is published, and what it covers.
struct StoredCrl {
  core::AuthorityId authority_id;
  std::int64_t number;
  base::Time this_update;
  base::Time next_update;
  std::int64_t entries;
  std::int64_t covered_changes;
  base::Bytes der;
};
BOOST_DESCRIBE_STRUCT(StoredCrl, (),
                      (authority_id, number, this_update, next_update, entries, covered_changes,
                       der))

// The authorities and their CRLs. Authorities are few: all of them are listed at once.
class AuthorityStore {
 public:
  explicit AuthorityStore(db::Session& session) : session_{session} {}

  core::AuthorityId new_id();
  void insert(const core::Authority& authority);
  void update(const core::Authority& authority);  // what may change: name, switches
  void remove(const core::AuthorityId& id);

  std::optional<core::Authority> find(const core::AuthorityId& id) const;
  std::vector<core::Authority> list() const;  // in the order of their making
  bool has_children(const core::AuthorityId& id) const;

  // Notes that the revocations of an authority changed; its CRL is out of date from now on.
  void note_revocation(const core::AuthorityId& id);
  std::int64_t revocation_changes(const core::AuthorityId& id) const;

  std::optional<StoredCrl> crl(const core::AuthorityId& id) const;
  // Keeps a CRL unless a newer one is there. Returns whether it was kept.
  bool put_crl(const StoredCrl& crl);

 private:
  db::Session& session_;
};

}  // namespace storage
