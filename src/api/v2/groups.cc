#include "api/v2/groups.h"

#include "auth/permission.h"
#include "storage/restriction_store.h"

namespace api::v2 {
namespace {

struct GroupView {
  core::GroupId id;
  std::string name;
  std::string description;
  std::vector<std::string> permissions;
  std::int64_t member_count;
  base::Time created_at;
  base::Time updated_at;
};
BOOST_DESCRIBE_STRUCT(GroupView, (),
                      (id, name, description, permissions, member_count, created_at, updated_at))

struct GroupRow : GroupView {
  bool restricted;  // it restricts its members
};
BOOST_DESCRIBE_STRUCT(GroupRow, (GroupView), (restricted))

struct MemberView {
  core::UserId id;
  core::UserId user_id;
  core::GroupId group_id;
  std::string username;
  std::string email;
  std::string full_name;
  std::string role;
  base::Time joined_at;
};
BOOST_DESCRIBE_STRUCT(MemberView, (),
                      (id, user_id, group_id, username, email, full_name, role, joined_at))

struct GroupStats {
  std::int64_t total_groups;
  std::int64_t total_memberships;
};
BOOST_DESCRIBE_STRUCT(GroupStats, (), (total_groups, total_memberships))

struct ListQuery {
  std::string search;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (search))

struct CreateBody {
  std::string name;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> permissions;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (), (name, description, permissions))

struct UpdateBody {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> permissions;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (name, description, permissions))

struct MemberBody {
  core::UserId user_id;
  std::optional<std::string> role;
};
BOOST_DESCRIBE_STRUCT(MemberBody, (), (user_id, role))

struct Groups {
  db::Database& database;
  service::AccessRules& access;

  std::vector<GroupRow> list(const http::Call& call, const ListQuery& query) const;
  http::Created<GroupView> create(const http::Call& call, const CreateBody& body) const;
  GroupView read(const http::Call& call, const core::GroupId& id) const;
  http::Done<GroupView> update(const http::Call& call, const core::GroupId& id,
                               const UpdateBody& body) const;
  void remove(const http::Call& call, const core::GroupId& id) const;
  std::vector<MemberView> members(const http::Call& call, const core::GroupId& id) const;
  http::Created<MemberView> add_member(const http::Call& call, const core::GroupId& id,
                                       const MemberBody& body) const;
  void remove_member(const http::Call& call, const core::GroupId& id,
                     const core::UserId& user) const;
  GroupStats stats(const http::Call& call) const;
};

}  // namespace

void add_groups(http::Surface& surface, db::Database& database, service::AccessRules& access) {
  http::Resource groups{surface, "Groups", Groups{database, access}};

  groups.add(http::Endpoint{.method = http::get,
                            .path = "/groups",
                            .summary = "List groups",
                            .access = auth::read_groups,
                            .handler = &Groups::list});
  groups.add(http::Endpoint{.method = http::post,
                            .path = "/groups",
                            .summary = "Make a group; it adds its permissions to its members' own",
                            .access = auth::write_groups,
                            .limit = http::Limit::strict,
                            .action = "group.create",
                            .handler = &Groups::create});
  groups.add(http::Endpoint{.method = http::get,
                            .path = "/groups/stats",
                            .summary = "Count groups and memberships",
                            .access = auth::read_groups,
                            .handler = &Groups::stats});
  groups.add(http::Endpoint{.method = http::get,
                            .path = "/groups/{group_id}",
                            .summary = "Read one group",
                            .access = auth::read_groups,
                            .handler = &Groups::read});
  groups.add(http::Endpoint{.method = http::put,
                            .path = "/groups/{group_id}",
                            .summary = "Change a group",
                            .access = auth::write_groups,
                            .action = "group.update",
                            .handler = &Groups::update});
  groups.add(http::Endpoint{.method = http::delete_,
                            .path = "/groups/{group_id}",
                            .summary = "Delete a group; its members stay",
                            .access = auth::delete_groups,
                            .action = "group.delete",
                            .handler = &Groups::remove});
  groups.add(http::Endpoint{.method = http::get,
                            .path = "/groups/{group_id}/members",
                            .summary = "List the members of a group",
                            .access = auth::read_groups,
                            .handler = &Groups::members});
  groups.add(http::Endpoint{.method = http::post,
                            .path = "/groups/{group_id}/members",
                            .summary = "Put a user into a group",
                            .access = auth::write_groups,
                            .action = "group.add_member",
                            .handler = &Groups::add_member});
  groups.add(http::Endpoint{.method = http::delete_,
                            .path = "/groups/{group_id}/members/{user_id}",
                            .summary = "Take a user out of a group",
                            .access = auth::delete_groups,
                            .action = "group.remove_member",
                            .handler = &Groups::remove_member});
}

namespace {

GroupView view(const core::Group& group, std::int64_t members) {
  return {.id = group.id,
          .name = group.name,
          .description = group.description,
          .permissions = auth::rights_from_text(group.permissions).names(),
          .member_count = members,
          .created_at = group.created_at,
          .updated_at = group.updated_at};
}

MemberView view(const service::AccessRules::Member& member) {
  return {.id = member.membership.user_id,
          .user_id = member.membership.user_id,
          .group_id = member.membership.group_id,
          .username = member.username,
          .email = member.email,
          .full_name = member.full_name,
          .role = member.membership.role,
          .joined_at = member.membership.joined_at};
}

std::vector<GroupRow> Groups::list(const http::Call& /*call*/, const ListQuery& query) const {
  const auto found = access.groups(query.search);
  std::vector<core::GroupId> ids;
  for (const auto& each : found) {
    ids.push_back(each.group.id);
  }
  const auto restricted = database.read(
      [&](db::Session& session) { return storage::RestrictionStore{session}.restricted(ids); });
  std::vector<GroupRow> rows;
  for (const auto& [group, members] : found) {
    rows.push_back({view(group, members), restricted.contains(group.id)});
  }
  return rows;
}

http::Created<GroupView> Groups::create(const http::Call& call, const CreateBody& body) const {
  const auto group =
      access.create_group(call.act, call.caller,
                          {.name = body.name,
                           .description = body.description.value_or(""),
                           .permissions = body.permissions.value_or(std::vector<std::string>{})});
  return {.data = view(group, 0), .message = "Group created"};
}

GroupView Groups::read(const http::Call& /*call*/, const core::GroupId& id) const {
  const auto [group, members] = access.group(id);
  return view(group, members);
}

http::Done<GroupView> Groups::update(const http::Call& call, const core::GroupId& id,
                                     const UpdateBody& body) const {
  access.update_group(
      call.act, call.caller, id,
      {.name = body.name, .description = body.description, .permissions = body.permissions});
  return {.data = read(call, id), .message = "Group updated"};
}

void Groups::remove(const http::Call& call, const core::GroupId& id) const {
  access.remove_group(call.act, call.caller, id);
}

std::vector<MemberView> Groups::members(const http::Call& /*call*/, const core::GroupId& id) const {
  std::vector<MemberView> views;
  for (const auto& member : access.members(id)) {
    views.push_back(view(member));
  }
  return views;
}

http::Created<MemberView> Groups::add_member(const http::Call& call, const core::GroupId& id,
                                             const MemberBody& body) const {
  const auto member =
      access.add_member(call.act, call.caller, id, body.user_id, body.role.value_or("member"));
  return {.data = view(member), .message = "Member added"};
}

void Groups::remove_member(const http::Call& call, const core::GroupId& id,
                           const core::UserId& user) const {
  access.remove_member(call.act, call.caller, id, user);
}

GroupStats Groups::stats(const http::Call& /*call*/) const {
  const auto [groups, memberships] = access.group_numbers();
  return {groups, memberships};
}

}  // namespace
}  // namespace api::v2
