#include <algorithm>

#include "api/v2/groups.h"
#include "auth/permission.h"

namespace api::v2 {
namespace {

struct Roles {
  std::vector<std::string> roles;
  std::map<std::string, std::vector<std::string>> role_permissions;
};
BOOST_DESCRIBE_STRUCT(Roles, (), (roles, role_permissions))

struct RoleView {
  std::string role;
  std::string name;
  std::string description;
  std::vector<std::string> permissions;
  bool is_system;
};
BOOST_DESCRIBE_STRUCT(RoleView, (), (role, name, description, permissions, is_system))

struct Permissions {
  std::vector<std::string> permissions;
};
BOOST_DESCRIBE_STRUCT(Permissions, (), (permissions))

struct CreateBody {
  std::string name;
  std::optional<std::string> description;
  std::vector<std::string> permissions;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (), (name, description, permissions))

struct UpdateBody {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> permissions;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (name, description, permissions))

struct RoleRules {
  service::AccessRules& access;

  Roles list(const http::Call& call) const;
  RoleView read(const http::Call& call, const std::string& name) const;
  http::Created<RoleView> create(const http::Call& call, const CreateBody& body) const;
  http::Done<RoleView> update(const http::Call& call, const std::string& name,
                              const UpdateBody& body) const;
  http::Message remove(const http::Call& call, const std::string& name) const;
  Permissions permissions(const http::Call& call) const;
};

}  // namespace

void add_roles(http::Surface& surface, service::AccessRules& access) {
  http::Resource roles{surface, "Roles", RoleRules{access}};

  roles.add(http::Endpoint{.method = http::get,
                           .path = "/rbac/roles",
                           .summary = "List the roles and what each may do",
                           .access = auth::read_users,
                           .handler = &RoleRules::list});
  roles.add(http::Endpoint{.method = http::post,
                           .path = "/rbac/roles",
                           .summary = "Make a role",
                           .access = auth::admin_users,
                           .limit = http::Limit::strict,
                           .action = "role.create",
                           .handler = &RoleRules::create});
  roles.add(http::Endpoint{.method = http::get,
                           .path = "/rbac/roles/{role}",
                           .summary = "Read one role",
                           .access = auth::read_users,
                           .handler = &RoleRules::read});
  roles.add(http::Endpoint{.method = http::put,
                           .path = "/rbac/roles/{role}",
                           .summary = "Change a role; whoever has it, has it changed at once",
                           .access = auth::admin_users,
                           .action = "role.update",
                           .handler = &RoleRules::update});
  roles.add(http::Endpoint{.method = http::delete_,
                           .path = "/rbac/roles/{role}",
                           .summary = "Delete a role that nobody has",
                           .access = auth::admin_users,
                           .action = "role.delete",
                           .handler = &RoleRules::remove});
  roles.add(http::Endpoint{.method = http::get,
                           .path = "/rbac/permissions",
                           .summary = "List all permissions",
                           .access = auth::Access::to_everyone_signed_in(),
                           .handler = &RoleRules::permissions});
}

namespace {

RoleView view(const core::Role& role) {
  return {.role = role.name,
          .name = role.name,
          .description = role.description,
          .permissions = auth::rights_from_text(role.permissions).names(),
          .is_system = false};
}

Roles RoleRules::list(const http::Call& /*call*/) const {
  Roles all;
  for (const auto name : auth::role_names()) {
    all.roles.emplace_back(name);
    all.role_permissions[std::string{name}] = auth::rights_of_role(name).names();
  }
  for (const auto& role : access.roles()) {
    all.roles.push_back(role.name);
    all.role_permissions[role.name] = auth::rights_from_text(role.permissions).names();
  }
  return all;
}

RoleView RoleRules::read(const http::Call& /*call*/, const std::string& name) const {
  const auto built_in = auth::role_names();
  if (std::ranges::find(built_in, name) != built_in.end()) {
    return {.role = name,
            .name = name,
            .description = "Built in",
            .permissions = auth::rights_of_role(name).names(),
            .is_system = true};
  }
  const auto role = access.find_role(name);
  if (!role) {
    throw base::Error{base::ErrorCode::not_found, "there is no such role"};
  }
  return view(*role);
}

http::Created<RoleView> RoleRules::create(const http::Call& call, const CreateBody& body) const {
  const auto role = access.create_role(call.act, call.caller,
                                       {.name = body.name,
                                        .description = body.description.value_or(""),
                                        .permissions = body.permissions});
  return {.data = view(role), .message = "Role created"};
}

http::Done<RoleView> RoleRules::update(const http::Call& call, const std::string& name,
                                       const UpdateBody& body) const {
  const auto role = access.update_role(
      call.act, call.caller, name,
      {.name = body.name, .description = body.description, .permissions = body.permissions});
  return {.data = view(role), .message = "Role updated"};
}

http::Message RoleRules::remove(const http::Call& call, const std::string& name) const {
  access.remove_role(call.act, call.caller, name);
  return {.message = "Role deleted"};
}

Permissions RoleRules::permissions(const http::Call& /*call*/) const {
  return {auth::all_permissions()};
}

}  // namespace
}  // namespace api::v2
