#include "api/v2/users.h"

#include "api/v2/user_view.h"
#include "auth/permission.h"

namespace api::v2 {
namespace {

struct ListQuery {
  std::string search;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (search))

struct CreateBody {
  std::string username;
  std::optional<std::string> email;
  base::Secret password;
  std::optional<std::string> role;
  std::optional<std::string> full_name;
  std::optional<bool> force_password_change;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (),
                      (username, email, password, role, full_name, force_password_change))

struct UpdateBody {
  std::optional<std::string> email;
  std::optional<std::string> role;
  std::optional<std::string> full_name;
  std::optional<bool> active;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (email, role, full_name, active))

struct ResetBody {
  base::Secret new_password;
};
BOOST_DESCRIBE_STRUCT(ResetBody, (), (new_password))

struct Roles {
  std::vector<std::string> roles;
  std::map<std::string, std::vector<std::string>> role_permissions;
};
BOOST_DESCRIBE_STRUCT(Roles, (), (roles, role_permissions))

struct RoleView {
  std::string role;
  std::vector<std::string> permissions;
};
BOOST_DESCRIBE_STRUCT(RoleView, (), (role, permissions))

struct Permissions {
  std::vector<std::string> permissions;
};
BOOST_DESCRIBE_STRUCT(Permissions, (), (permissions))

struct Users {
  service::Users& users;

  std::vector<UserView> list(const http::Call& call, const ListQuery& query) const;
  http::Created<UserView> create(const http::Call& call, const CreateBody& body) const;
  UserView read(const http::Call& call, const core::UserId& id) const;
  http::Done<UserView> update(const http::Call& call, const core::UserId& id,
                              const UpdateBody& body) const;
  http::Done<UserView> toggle(const http::Call& call, const core::UserId& id) const;
  http::Message reset_password(const http::Call& call, const core::UserId& id,
                               const ResetBody& body) const;
  http::Message remove(const http::Call& call, const core::UserId& id) const;
  Roles roles(const http::Call& call) const;
  RoleView role(const http::Call& call, const std::string& name) const;
  Permissions permissions(const http::Call& call) const;
};

}  // namespace

void add_users(http::Surface& surface, service::Users& users) {
  http::Resource resource{surface, "Users", Users{users}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/users",
                              .summary = "List users",
                              .access = auth::read_users,
                              .handler = &Users::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/users",
                              .summary = "Make a user",
                              .access = auth::write_users,
                              .limit = http::Limit::strict,
                              .action = "user.create",
                              .handler = &Users::create});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/users/{user_id}",
                              .summary = "Read one user",
                              .access = auth::read_users,
                              .handler = &Users::read});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/users/{user_id}",
                              .summary = "Change a user",
                              .access = auth::write_users,
                              .action = "user.update",
                              .handler = &Users::update});
  resource.add(http::Endpoint{.method = http::patch,
                              .path = "/users/{user_id}/toggle",
                              .summary = "Switch an account off, or on again",
                              .access = auth::write_users,
                              .action = "user.update",
                              .handler = &Users::toggle});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/users/{user_id}/reset-password",
                              .summary = "Set a password that its user must change",
                              .access = auth::write_users,
                              .limit = http::Limit::strict,
                              .action = "user.reset_password",
                              .handler = &Users::reset_password});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/users/{user_id}",
                              .summary = "Delete a user",
                              .access = auth::delete_users,
                              .action = "user.delete",
                              .handler = &Users::remove});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/rbac/roles",
                              .summary = "List the roles and what each may do",
                              .access = auth::read_users,
                              .handler = &Users::roles});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/rbac/roles/{role}",
                              .summary = "Read one role",
                              .access = auth::read_users,
                              .handler = &Users::role});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/rbac/permissions",
                              .summary = "List all permissions",
                              .access = auth::Access::to_everyone_signed_in(),
                              .handler = &Users::permissions});
}

namespace {

// Whoever manages users without being an administrator must not make one.
void refuse_granting_more(const http::Call& call, const std::optional<std::string>& role) {
  if (role == "admin" && !call.caller.rights.include("*")) {
    throw base::Error{base::ErrorCode::forbidden, "only administrators make administrators"};
  }
}

void refuse_touching_more(const http::Call& call, const std::optional<core::User>& user) {
  if (user && user->role == "admin" && !call.caller.rights.include("*")) {
    throw base::Error{base::ErrorCode::forbidden, "only administrators change administrators"};
  }
}

std::vector<UserView> Users::list(const http::Call& /*call*/, const ListQuery& query) const {
  std::vector<UserView> views;
  for (const auto& user : users.list(query.search)) {
    views.push_back(view(user));
  }
  return views;
}

http::Created<UserView> Users::create(const http::Call& call, const CreateBody& body) const {
  refuse_granting_more(call, body.role);
  const auto user =
      users.create(call.act, {.username = body.username,
                              .email = body.email.value_or(""),
                              .full_name = body.full_name.value_or(""),
                              .role = body.role.value_or("viewer"),
                              .password = body.password,
                              .must_change_password = body.force_password_change.value_or(false)});
  return {.data = view(user), .message = "User created"};
}

UserView Users::read(const http::Call& /*call*/, const core::UserId& id) const {
  const auto user = users.find(id);
  if (!user) {
    throw base::Error{base::ErrorCode::not_found, "no user has this id"};
  }
  return view(*user);
}

http::Done<UserView> Users::update(const http::Call& call, const core::UserId& id,
                                   const UpdateBody& body) const {
  refuse_granting_more(call, body.role);
  refuse_touching_more(call, users.find(id));
  const auto user = users.update(call.act, id,
                                 {.email = body.email,
                                  .full_name = body.full_name,
                                  .role = body.role,
                                  .is_active = body.active});
  return {.data = view(user), .message = "User updated"};
}

http::Done<UserView> Users::toggle(const http::Call& call, const core::UserId& id) const {
  const auto user = users.find(id);
  refuse_touching_more(call, user);
  if (id.to_number() == call.caller.user_id) {
    throw base::Error{base::ErrorCode::conflict, "you cannot switch your own account off"};
  }
  const auto changed = users.update(call.act, id, {.is_active = !(user && user->is_active)});
  return {.data = view(changed), .message = changed.is_active ? "User enabled" : "User disabled"};
}

http::Message Users::reset_password(const http::Call& call, const core::UserId& id,
                                    const ResetBody& body) const {
  refuse_touching_more(call, users.find(id));
  users.set_password(call.act, id, body.new_password, true, 0);
  return {.message = "Password reset: it must be changed at the next sign-in"};
}

http::Message Users::remove(const http::Call& call, const core::UserId& id) const {
  refuse_touching_more(call, users.find(id));
  if (id.to_number() == call.caller.user_id) {
    throw base::Error{base::ErrorCode::forbidden, "you cannot delete your own account"};
  }
  users.remove(call.act, id);
  return {.message = "User deleted"};
}

Roles Users::roles(const http::Call& /*call*/) const {
  Roles roles;
  for (const auto name : auth::role_names()) {
    roles.roles.emplace_back(name);
    roles.role_permissions[std::string{name}] = auth::rights_of_role(name).names();
  }
  return roles;
}

RoleView Users::role(const http::Call& /*call*/, const std::string& name) const {
  const auto names = auth::role_names();
  if (std::ranges::find(names, name) == names.end()) {
    throw base::Error{base::ErrorCode::not_found, "there is no such role"};
  }
  return {name, auth::rights_of_role(name).names()};
}

Permissions Users::permissions(const http::Call& /*call*/) const {
  return {auth::all_permissions()};
}

}  // namespace
}  // namespace api::v2
