#include "api/v2/users.h"

#include <algorithm>
#include <iterator>

#include "api/v2/bulk.h"
#include "api/v2/user_view.h"
#include "auth/permission.h"
#include "storage/restriction_store.h"

namespace api::v2 {
namespace {

struct ListQuery {
  std::string search;
  std::optional<std::string> role;
  std::optional<bool> active;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (search, role, active))

struct CreateBody {
  std::string username;
  std::optional<std::string> email;
  base::Secret password;
  std::optional<std::string> role;
  std::optional<std::string> full_name;
  std::optional<bool> force_password_change;
  std::optional<bool> active;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (),
                      (username, email, password, role, full_name, force_password_change, active))

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

struct RemoveQuery {
  std::optional<core::UserId> hand_over_to;  // who gets what the user owns
};
BOOST_DESCRIBE_STRUCT(RemoveQuery, (), (hand_over_to))

struct BulkRemoveBody {
  std::vector<core::UserId> ids;
  std::optional<core::UserId> hand_over_to;
};
BOOST_DESCRIBE_STRUCT(BulkRemoveBody, (), (ids, hand_over_to))

struct ImportedUser {
  std::string username;
  std::optional<std::string> email;
  std::optional<std::string> full_name;
  std::optional<std::string> role;
  std::optional<base::Secret> password;
};
BOOST_DESCRIBE_STRUCT(ImportedUser, (), (username, email, full_name, role, password))

struct ImportBody {
  std::vector<ImportedUser> users;
  std::optional<bool> send_invites;
};
BOOST_DESCRIBE_STRUCT(ImportBody, (), (users, send_invites))

struct Imported {
  std::int64_t imported;
  std::int64_t skipped;
  std::vector<std::string> errors;
};
BOOST_DESCRIBE_STRUCT(Imported, (), (imported, skipped, errors))

constexpr std::size_t most_imported = 200;  // each password takes a twentieth of a second

struct UserRow : UserView {
  bool restricted;  // by itself or by a group
};
BOOST_DESCRIBE_STRUCT(UserRow, (UserView), (restricted))

struct Users {
  db::Database& database;
  service::Users& users;
  service::Totp& totp;
  service::Webauthn& webauthn;
  service::PasswordReset& password_reset;

  std::vector<UserRow> list(const http::Call& call, const ListQuery& query) const;
  http::Created<UserView> create(const http::Call& call, const CreateBody& body) const;
  UserView read(const http::Call& call, const core::UserId& id) const;
  http::Done<UserView> update(const http::Call& call, const core::UserId& id,
                              const UpdateBody& body) const;
  http::Done<UserView> toggle(const http::Call& call, const core::UserId& id) const;
  http::Message reset_password(const http::Call& call, const core::UserId& id,
                               const ResetBody& body) const;
  storage::Owned owned(const http::Call& call, const core::UserId& id) const;
  http::Message remove(const http::Call& call, const core::UserId& id,
                       const RemoveQuery& query) const;
  http::Done<BulkResult> bulk_remove(const http::Call& call, const BulkRemoveBody& body) const;
  http::Done<Imported> import(const http::Call& call, const ImportBody& body) const;
  http::Message remove_second_factor(const http::Call& call, const core::UserId& id) const;

  UserView shown(const core::User& user) const;
  void refuse_granting_more(const http::Call& call, const std::optional<std::string>& role) const;
  core::User to_change(const http::Call& call, const core::UserId& id) const;
  void remove_other(const http::Call& call, const core::UserId& id,
                    const std::optional<core::UserId>& heir) const;
};

}  // namespace

void add_users(http::Surface& surface, db::Database& database, service::Users& users,
               service::Totp& totp, service::Webauthn& webauthn,
               service::PasswordReset& password_reset) {
  http::Resource resource{surface, "Users", Users{database, users, totp, webauthn, password_reset}};

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
                              .path = "/users/{user_id}/toggle-active",
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
                              .summary = "Delete a user; what they own goes to another",
                              .access = auth::delete_users,
                              .action = "user.delete",
                              .handler = &Users::remove});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/users/{user_id}/owned",
                              .summary = "Count what a user owns, and would hand over",
                              .access = auth::read_users,
                              .handler = &Users::owned});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/users/bulk/delete",
                              .summary = "Delete several users; what they own goes to another",
                              .access = auth::delete_users,
                              .limit = http::Limit::strict,
                              .action = "user.delete",
                              .handler = &Users::bulk_remove});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/users/import",
                              .summary = "Make many users at once",
                              .access = auth::write_users,
                              .limit = http::Limit::strict,
                              .action = "user.import",
                              .handler = &Users::import});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/users/{user_id}/2fa",
                              .summary = "Take a lost second factor from a user",
                              .access = auth::write_users,
                              .limit = http::Limit::strict,
                              .action = "user.remove_2fa",
                              .handler = &Users::remove_second_factor});
}

namespace {

// Nobody makes an account that may do more than they may themselves, or changes one that can.
void Users::refuse_granting_more(const http::Call& call,
                                 const std::optional<std::string>& role) const {
  if (role && !call.caller.rights.cover(users.rights_of_role(*role))) {
    throw base::Error{base::ErrorCode::forbidden, "this role may do what you may not do yourself"};
  }
}

core::User Users::to_change(const http::Call& call, const core::UserId& id) const {
  const auto user = users.find(id);
  if (!user) {
    throw base::Error{base::ErrorCode::not_found, "no user has this id"};
  }
  if (!call.caller.rights.cover(users.rights_of(*user))) {
    throw base::Error{base::ErrorCode::forbidden, "this user may do what you may not do yourself"};
  }
  return *user;
}

UserView Users::shown(const core::User& user) const {
  return view(user, !users.with_second_factor({user}).empty());
}

std::vector<UserRow> Users::list(const http::Call& /*call*/, const ListQuery& query) const {
  const auto found =
      users.list({.search = query.search, .role = query.role, .is_active = query.active});
  const auto with_factor = users.with_second_factor(found);
  std::vector<core::UserId> ids;
  std::ranges::transform(found, std::back_inserter(ids), &core::User::id);
  const auto restricted = database.read(
      [&](db::Session& session) { return storage::RestrictionStore{session}.restricted(ids); });
  std::vector<UserRow> rows;
  for (const auto& user : found) {
    rows.push_back({view(user, with_factor.contains(user.id)),
                    user.role != "admin" && restricted.contains(user.id)});
  }
  return rows;
}

http::Created<UserView> Users::create(const http::Call& call, const CreateBody& body) const {
  const auto role = body.role.value_or("viewer");
  refuse_granting_more(call, role);
  const auto user =
      users.create(call.act, {.username = body.username,
                              .email = body.email.value_or(""),
                              .full_name = body.full_name.value_or(""),
                              .role = role,
                              .password = body.password,
                              .must_change_password = body.force_password_change.value_or(false),
                              .is_active = body.active.value_or(true)});
  return {.data = view(user, false), .message = "User created"};
}

UserView Users::read(const http::Call& /*call*/, const core::UserId& id) const {
  const auto user = users.find(id);
  if (!user) {
    throw base::Error{base::ErrorCode::not_found, "no user has this id"};
  }
  return shown(*user);
}

http::Done<UserView> Users::update(const http::Call& call, const core::UserId& id,
                                   const UpdateBody& body) const {
  to_change(call, id);
  refuse_granting_more(call, body.role);
  const auto user = users.update(call.act, id,
                                 {.email = body.email,
                                  .full_name = body.full_name,
                                  .role = body.role,
                                  .is_active = body.active});
  return {.data = shown(user), .message = "User updated"};
}

http::Done<UserView> Users::toggle(const http::Call& call, const core::UserId& id) const {
  const auto user = to_change(call, id);
  if (id.to_number() == call.caller.user_id) {
    throw base::Error{base::ErrorCode::conflict, "you cannot switch your own account off"};
  }
  const auto changed = users.update(call.act, id, {.is_active = !user.is_active});
  return {.data = shown(changed), .message = changed.is_active ? "User enabled" : "User disabled"};
}

http::Message Users::reset_password(const http::Call& call, const core::UserId& id,
                                    const ResetBody& body) const {
  to_change(call, id);
  users.set_password(call.act, id, body.new_password, true, 0);
  return {.message = "Password reset: it must be changed at the next sign-in"};
}

void Users::remove_other(const http::Call& call, const core::UserId& id,
                         const std::optional<core::UserId>& heir) const {
  to_change(call, id);
  if (id.to_number() == call.caller.user_id) {
    throw base::Error{base::ErrorCode::forbidden, "you cannot delete your own account"};
  }
  users.remove(call.act, id, heir);
}

storage::Owned Users::owned(const http::Call& /*call*/, const core::UserId& id) const {
  return users.owned_by(id);
}

http::Message Users::remove(const http::Call& call, const core::UserId& id,
                            const RemoveQuery& query) const {
  remove_other(call, id, query.hand_over_to);
  return {.message = "User deleted"};
}

http::Done<BulkResult> Users::bulk_remove(const http::Call& call,
                                          const BulkRemoveBody& body) const {
  return each(body.ids, "users deleted",
              [&](const auto& id) { remove_other(call, id, body.hand_over_to); });
}

http::Message Users::remove_second_factor(const http::Call& call, const core::UserId& id) const {
  const auto user = to_change(call, id);
  if (id.to_number() == call.caller.user_id) {
    throw base::Error{base::ErrorCode::forbidden, "switch your own off with a code of it"};
  }
  totp.remove(call.act, user);
  webauthn.remove_all(call.act, user);
  return {.message = "Second factor removed"};
}

// Each user on their own: one that is wrong keeps nobody else out.
http::Done<Imported> Users::import(const http::Call& call, const ImportBody& body) const {
  if (body.users.empty() || body.users.size() > most_imported) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"users", "not between 1 and 200 users"}}};
  }
  const bool invites = body.send_invites.value_or(false);
  if (invites) {
    password_reset.require_mail();
  }
  for (const auto& user : body.users) {
    refuse_granting_more(call, user.role.value_or("viewer"));
  }
  Imported done{.imported = 0, .skipped = 0, .errors = {}};
  for (std::size_t i = 0; i < body.users.size(); ++i) {
    const auto& user = body.users[i];
    try {
      const bool is_invited = invites && !user.password;
      if (!user.password && !invites) {
        throw base::Error{base::ErrorCode::invalid_request,
                          {base::FieldError{"password", "missing"}}};
      }
      if (is_invited && user.email.value_or("").empty()) {
        throw base::Error{base::ErrorCode::invalid_request,
                          {base::FieldError{"email", "missing: the invitation goes there"}}};
      }
      const auto made = users.create(
          call.act, {.username = user.username,
                     .email = user.email.value_or(""),
                     .full_name = user.full_name.value_or(""),
                     .role = user.role.value_or("viewer"),
                     .password = is_invited ? password_reset.unknown_password() : *user.password,
                     .must_change_password = !is_invited});
      // A crash in between leaves an account without a mail: its user asks for a new password.
      if (is_invited) {
        password_reset.invite(call.act, made);
      }
      ++done.imported;
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode::invalid_request &&
          error.code() != base::ErrorCode::conflict) {
        throw;
      }
      ++done.skipped;
      done.errors.push_back("users[" + std::to_string(i) + "] " + user.username + ": " +
                            error.what());
    }
  }
  return {.data = done, .message = std::to_string(done.imported) + " users imported"};
}

}  // namespace
}  // namespace api::v2
