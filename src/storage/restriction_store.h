#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "core/access.h"
#include "core/restriction.h"
#include "db/session.h"

namespace storage {

// Who is restricted to what: users, and groups with all of their members.
class RestrictionStore {
 public:
  explicit RestrictionStore(db::Session& session) : session_{session} {}

  // Empty: none.
  core::Restriction of(const core::UserId& id) const { return of("user", id.to_number()); }
  core::Restriction of(const core::GroupId& id) const { return of("group", id.to_number()); }
  void set(const core::UserId& id, const core::Restriction& restriction) {
    set("user", id.to_number(), restriction);
  }
  void set(const core::GroupId& id, const core::Restriction& restriction) {
    set("group", id.to_number(), restriction);
  }
  // Those of the groups that the user is in.
  std::map<core::GroupId, core::Restriction> of_groups(const core::UserId& id) const;

  // Which of these users are restricted, by themselves or by a group; which of these groups
  // restrict.
  std::set<core::UserId> restricted(const std::vector<core::UserId>& users) const;
  std::set<core::GroupId> restricted(const std::vector<core::GroupId>& groups) const;

 private:
  core::Restriction of(std::string_view holder, std::int64_t id) const;
  void set(std::string_view holder, std::int64_t id, const core::Restriction& restriction);

  db::Session& session_;
};

}  // namespace storage
