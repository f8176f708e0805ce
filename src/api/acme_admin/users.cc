#include "api/acme_admin/parts.h"
#include "api/acme_admin/user_view.h"
#include "auth/permission.h"
#include "service/generated_password.h"

namespace api::acme_admin {
namespace {

// The one answer with the password.
struct NewUserView : UserView {
  std::string password;
};
BOOST_DESCRIBE_STRUCT(NewUserView, (UserView), (password))

struct CreateBody {
  std::string username;
  std::string email;
  std::optional<std::string> role;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (), (username, email, role))

struct UpdateBody {
  std::optional<bool> enabled;
  std::optional<std::string> role;
  std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (enabled, role, email))

struct RemoveQuery {
  std::optional<UserUid> hand_over_to;  // who gets what the user owns
};
BOOST_DESCRIBE_STRUCT(RemoveQuery, (), (hand_over_to))

struct Users {
  Parts parts;

  std::vector<UserView> list(const http::Call& call) const;
  http::Created<NewUserView> create(const http::Call& call, const CreateBody& body) const;
  UserView read(const http::Call& call, const UserUid& id) const;
  UserView update(const http::Call& call, const UserUid& id, const UpdateBody& body) const;
  void remove(const http::Call& call, const UserUid& id, const RemoveQuery& query) const;
  UserView me(const http::Call& call) const;
  NewUserView reset_password(const http::Call& call) const;

  UserView shown(const core::User& user) const;
  core::User existing(const core::UserId& id) const;
  core::User to_change(const http::Call& call, const core::UserId& id) const;
  void refuse_granting_more(const http::Call& call, const std::optional<std::string>& role) const;
};

}  // namespace

void add_users(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Users{parts}};

  // Whoever may read the audit log has to know who the people in it are.
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/users",
                              .summary = "List users",
                              .access = auth::read_audit,
                              .handler = &Users::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/users",
                              .summary = "Make a user; the password is shown once",
                              .access = auth::write_users,
                              .limit = http::Limit::strict,
                              .action = "user.create",
                              .handler = &Users::create});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/users/{user_id}",
                              .summary = "Read one user",
                              .access = auth::read_audit,
                              .handler = &Users::read});
  resource.add(http::Endpoint{.method = http::patch,
                              .path = "/users/{user_id}",
                              .summary = "Change a user's role, or switch the account off or on",
                              .access = auth::write_users,
                              .action = "user.update",
                              .handler = &Users::update});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/users/{user_id}",
                              .summary = "Delete a user",
                              .access = auth::delete_users,
                              .action = "user.delete",
                              .handler = &Users::remove});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/me",
                              .summary = "Read who you are",
                              .access = auth::Access::to_everyone_signed_in(),
                              .handler = &Users::me});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/me/reset-password",
                              .summary = "Get a new password; all your tokens end",
                              .access = auth::Access::to_everyone_signed_in(),
                              .limit = http::Limit::strict,
                              .action = "user.reset_password",
                              .handler = &Users::reset_password});
}

namespace {

UserView Users::shown(const core::User& user) const {
  return parts.database.read([&](db::Session& session) { return view(session, user); });
}

core::User Users::existing(const core::UserId& id) const {
  auto user = parts.users.find(id);
  if (!user) {
    throw base::Error{base::ErrorCode::not_found, "no user has this id"};
  }
  return *std::move(user);
}

// Nobody makes an account that may do more than they may themselves, or changes one that can.
void Users::refuse_granting_more(const http::Call& call,
                                 const std::optional<std::string>& role) const {
  if (role && !call.caller.rights.cover(parts.users.rights_of_role(*role))) {
    throw base::Error{base::ErrorCode::forbidden, "this role may do what you may not do yourself"};
  }
}

core::User Users::to_change(const http::Call& call, const core::UserId& id) const {
  auto user = existing(id);
  if (!call.caller.rights.cover(parts.users.rights_of(user))) {
    throw base::Error{base::ErrorCode::forbidden, "this user may do what you may not do yourself"};
  }
  return user;
}

std::vector<UserView> Users::list(const http::Call& /*call*/) const {
  const auto found = parts.users.list({});
  return parts.database.read([&](db::Session& session) { return views(session, found); });
}

http::Created<NewUserView> Users::create(const http::Call& call, const CreateBody& body) const {
  const auto role = body.role.value_or("auditor");
  refuse_granting_more(call, role);
  if (body.email.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"email", "is empty"}}};
  }
  const auto password = service::generated_password(parts.random);
  const auto user = parts.users.create(call.act, {.username = body.username,
                                                  .email = body.email,
                                                  .full_name = {},
                                                  .role = role,
                                                  .password = password});
  return {.data = {{shown(user)}, std::string{password.reveal()}}, .message = {}};
}

UserView Users::read(const http::Call& /*call*/, const UserUid& id) const {
  return shown(existing(id.id()));
}

UserView Users::update(const http::Call& call, const UserUid& id, const UpdateBody& body) const {
  to_change(call, id.id());
  if (!body.enabled && !body.role && !body.email) {
    throw base::Error{base::ErrorCode::invalid_request,
                      "there is nothing to change: send enabled, role or email"};
  }
  refuse_granting_more(call, body.role);
  const bool is_own = id.id().to_number() == call.caller.user_id;
  if (is_own && body.enabled == false) {
    throw base::Error{base::ErrorCode::conflict, "you cannot switch your own account off"};
  }
  return shown(parts.users.update(
      call.act, id.id(), {.email = body.email, .role = body.role, .is_active = body.enabled}));
}

void Users::remove(const http::Call& call, const UserUid& id, const RemoveQuery& query) const {
  to_change(call, id.id());
  if (id.id().to_number() == call.caller.user_id) {
    throw base::Error{base::ErrorCode::conflict, "you cannot delete your own account"};
  }
  parts.users.remove(call.act, id.id(),
                     query.hand_over_to ? std::optional{query.hand_over_to->id()} : std::nullopt);
}

UserView Users::me(const http::Call& call) const {
  return shown(existing(core::UserId::from_number(call.caller.user_id).value()));
}

NewUserView Users::reset_password(const http::Call& call) const {
  if (call.caller.credential != auth::Credential::session) {
    // An API key may do less than its owner; with the password it could do as much.
    throw base::Error{base::ErrorCode::forbidden, "sign in with your password for this"};
  }
  const auto id = core::UserId::from_number(call.caller.user_id).value();
  const auto password = service::generated_password(parts.random);
  parts.users.set_password(call.act, id, password, false, 0);
  return {{shown(existing(id))}, std::string{password.reveal()}};
}

}  // namespace
}  // namespace api::acme_admin
