#pragma once

#include <optional>
#include <vector>

#include "core/authority.h"
#include "db/session.h"

namespace storage {

// Authorities are few: all of them are listed at once.
class AuthorityStore {
 public:
  explicit AuthorityStore(db::Session& session) : session_{session} {}

  core::AuthorityId new_id();
  void insert(const core::Authority& authority);
  void update(const core::Authority& authority);  // what may change: name, switches, options
  // A renewal over the same key: another certificate, and what it says of itself.
  void replace_certificate(const core::Authority& authority);
  void set_revocation(const core::Authority& authority);  // its time and reason, or none
  void set_renewed_by(const core::AuthorityId& id, const core::AuthorityId& successor);
  void remove(const core::AuthorityId& id);

  std::optional<core::Authority> find(const core::AuthorityId& id) const;
  std::vector<core::Authority> list() const;  // in the order of their making
  bool has_children(const core::AuthorityId& id) const;

 private:
  db::Session& session_;
};

}  // namespace storage
