#include "storage/access_store.h"

#include "storage/text_range.h"

namespace storage {

void AccessStore::update(const core::Role& role) {
  session_.send(
      "UPDATE roles SET name = $2, description = $3, permissions = $4, updated_at = $5 "
      "WHERE id = $1",
      role.id, role.name, role.description, role.permissions, role.updated_at);
}

void AccessStore::remove(const core::RoleId& id) {
  session_.send("DELETE FROM roles WHERE id = $1", id);
}

std::optional<core::Role> AccessStore::find_role(const core::RoleId& id) const {
  return session_.select_one<core::Role>("FROM roles WHERE id = $1", id);
}

std::optional<core::Role> AccessStore::find_role(std::string_view name) const {
  return session_.select_one<core::Role>("FROM roles WHERE name = $1", name);
}

std::vector<core::Role> AccessStore::roles(int limit) const {
  return session_.select<core::Role>("FROM roles ORDER BY name LIMIT $1", limit);
}

std::int64_t AccessStore::count_users_of(std::string_view role) const {
  return session_.number("SELECT COUNT(*) FROM users WHERE role = $1", role);
}

void AccessStore::rename_role_of_users(std::string_view from, std::string_view to) {
  session_.send("UPDATE users SET role = $2 WHERE role = $1", from, to);
}

void AccessStore::update(const core::Group& group) {
  session_.send(
      "UPDATE user_groups SET name = $2, description = $3, permissions = $4, updated_at = $5 "
      "WHERE id = $1",
      group.id, group.name, group.description, group.permissions, group.updated_at);
}

void AccessStore::remove(const core::GroupId& id) {
  session_.send("DELETE FROM group_members WHERE group_id = $1", id);
  session_.send("DELETE FROM restrictions WHERE holder = 'group' AND holder_id = $1", id);
  session_.send("DELETE FROM user_groups WHERE id = $1", id);
}

std::optional<core::Group> AccessStore::find_group(const core::GroupId& id) const {
  return session_.select_one<core::Group>("FROM user_groups WHERE id = $1", id);
}

std::optional<core::Group> AccessStore::find_group(std::string_view name) const {
  return session_.select_one<core::Group>("FROM user_groups WHERE name = $1", name);
}

std::vector<core::Group> AccessStore::groups(std::string_view search, int limit) const {
  db::Query query{"FROM user_groups WHERE TRUE"};
  if (!search.empty()) {
    query.add(" AND name >= ", search).add(" AND name < ", end_of_prefix(search));
  }
  query.add(" ORDER BY name LIMIT ", limit);
  return session_.select<core::Group>(query);
}

std::vector<core::Group> AccessStore::groups_of(const core::UserId& id) const {
  return session_.select<core::Group>(
      "FROM user_groups WHERE id IN (SELECT group_id FROM group_members WHERE user_id = $1) "
      "ORDER BY name",
      id);
}

std::vector<std::string> AccessStore::permissions_of_groups(const core::UserId& id) const {
  std::vector<std::string> permissions;
  session_.each(
      "SELECT permissions FROM user_groups WHERE id IN "
      "(SELECT group_id FROM group_members WHERE user_id = $1)",
      [&](std::span<const db::Value> row) { permissions.push_back(std::get<std::string>(row[0])); },
      id);
  return permissions;
}

bool AccessStore::remove_member(const core::GroupId& group, const core::UserId& user) {
  return session_.execute("DELETE FROM group_members WHERE group_id = $1 AND user_id = $2", group,
                          user) == 1;
}

bool AccessStore::is_member(const core::GroupId& group, const core::UserId& user) const {
  return session_.number("SELECT COUNT(*) FROM group_members WHERE group_id = $1 AND user_id = $2",
                         group, user) > 0;
}

std::vector<core::Membership> AccessStore::members(const core::GroupId& id, int limit) const {
  return session_.select<core::Membership>(
      "FROM group_members WHERE group_id = $1 ORDER BY user_id LIMIT $2", id, limit);
}

std::int64_t AccessStore::count_members(const core::GroupId& id) const {
  return session_.number("SELECT COUNT(*) FROM group_members WHERE group_id = $1", id);
}

std::int64_t AccessStore::count_groups() const {
  return session_.number("SELECT COUNT(*) FROM user_groups");
}

std::int64_t AccessStore::count_memberships() const {
  return session_.number("SELECT COUNT(*) FROM group_members");
}

}  // namespace storage
