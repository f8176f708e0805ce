#include "api/v2/users.h"
#include "auth/permission.h"
#include "service/access_rights.h"
#include "storage/access_store.h"
#include "storage/restriction_store.h"
#include "storage/user_store.h"

namespace api::v2 {
namespace {

struct RestrictedTo {
  std::vector<core::AuthorityId> ca_ids;
  std::vector<core::TemplateId> template_ids;
  std::vector<core::Tag> tags;
};
BOOST_DESCRIBE_STRUCT(RestrictedTo, (), (ca_ids, template_ids, tags))

// A group of the user: what it adds, and what it restricts to.
struct GroupRights {
  core::GroupId group_id;
  std::string name;
  std::vector<std::string> permissions;
  bool restricted;
  RestrictedTo restriction;
};
BOOST_DESCRIBE_STRUCT(GroupRights, (), (group_id, name, permissions, restricted, restriction))

struct UserRights {
  core::UserId user_id;
  std::string username;
  std::string role;
  bool active;  // otherwise the account may do nothing until it is switched on
  std::vector<std::string> permissions;       // of role and groups together
  std::vector<std::string> role_permissions;  // of the role alone
  std::vector<GroupRights> groups;
  bool restricted;           // by itself or by a group
  RestrictedTo restriction;  // by itself
};
BOOST_DESCRIBE_STRUCT(UserRights, (),
                      (user_id, username, role, active, permissions, role_permissions, groups,
                       restricted, restriction))

struct Permissions {
  db::Database& database;

  UserRights read(const http::Call& call, const core::UserId& id) const;
};

}  // namespace

void add_user_permissions(http::Surface& surface, db::Database& database) {
  http::Resource users{surface, "Users", Permissions{database}};

  users.add(http::Endpoint{.method = http::get,
                           .path = "/users/{user_id}/permissions",
                           .summary = "What a user may do now, by role and groups, and where",
                           .access = auth::admin_users,
                           .handler = &Permissions::read});
}

namespace {

RestrictedTo view(const core::Restriction& restriction) {
  return {restriction.authorities, restriction.templates, restriction.tags};
}

UserRights rights(db::Session& session, const core::User& user) {
  const storage::RestrictionStore restrictions{session};
  const auto own = restrictions.of(user.id);
  auto of_groups = restrictions.of_groups(user.id);
  const bool is_administrator = user.role == "admin";  // whom nothing restricts
  UserRights shown{.user_id = user.id,
                   .username = user.username,
                   .role = user.role,
                   .active = user.is_active,
                   .permissions = service::rights_of(session, user).names(),
                   .role_permissions = service::rights_of_role(session, user.role).names(),
                   .groups = {},
                   .restricted = !is_administrator && (!own.is_empty() || !of_groups.empty()),
                   .restriction = view(own)};
  for (const auto& group : storage::AccessStore{session}.groups_of(user.id)) {
    const auto& restriction = of_groups[group.id];
    shown.groups.push_back({.group_id = group.id,
                            .name = group.name,
                            .permissions = auth::rights_from_text(group.permissions).names(),
                            .restricted = !restriction.is_empty(),
                            .restriction = view(restriction)});
  }
  return shown;
}

UserRights Permissions::read(const http::Call& /*call*/, const core::UserId& id) const {
  return database.read([&](db::Session& session) {
    const auto user = storage::UserStore{session}.find(id);
    if (!user) {
      throw base::Error{base::ErrorCode::not_found, "no user has this id"};
    }
    return rights(session, *user);
  });
}

}  // namespace
}  // namespace api::v2
