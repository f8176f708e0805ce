#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/access.h"
#include "core/user.h"
#include "db/session.h"

namespace storage {

// Custom roles, and groups with their members.
class AccessStore {
 public:
  explicit AccessStore(db::Session& session) : session_{session} {}

  core::RoleId new_role_id() { return session_.new_id<core::RoleId>("roles"); }
  void insert(const core::Role& role) { session_.insert("roles", role); }
  void update(const core::Role& role);
  void remove(const core::RoleId& id);
  std::optional<core::Role> find_role(const core::RoleId& id) const;
  std::optional<core::Role> find_role(std::string_view name) const;
  std::vector<core::Role> roles(int limit) const;
  std::int64_t count_users_of(std::string_view role) const;
  void rename_role_of_users(std::string_view from, std::string_view to);

  core::GroupId new_group_id() { return session_.new_id<core::GroupId>("user_groups"); }
  void insert(const core::Group& group) { session_.insert("user_groups", group); }
  void update(const core::Group& group);
  void remove(const core::GroupId& id);
  std::optional<core::Group> find_group(const core::GroupId& id) const;
  std::optional<core::Group> find_group(std::string_view name) const;
  std::vector<core::Group> groups(std::string_view search, int limit) const;
  std::vector<core::Group> groups_of(const core::UserId& id) const;  // by name
  // The permissions of all groups that the user is in.
  std::vector<std::string> permissions_of_groups(const core::UserId& id) const;

  void insert(const core::Membership& member) { session_.insert("group_members", member); }
  bool remove_member(const core::GroupId& group, const core::UserId& user);
  bool is_member(const core::GroupId& group, const core::UserId& user) const;
  std::vector<core::Membership> members(const core::GroupId& id, int limit) const;
  std::int64_t count_members(const core::GroupId& id) const;
  std::int64_t count_groups() const;
  std::int64_t count_memberships() const;

 private:
  db::Session& session_;
};

}  // namespace storage
