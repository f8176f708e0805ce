#include "service/users.h"

#include <algorithm>
#include <cctype>

#include "service/access_rights.h"
#include "storage/passkey_store.h"
#include "storage/sign_in_store.h"
#include "storage/user_change_store.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr int most_listed = 1000;

struct About {
  std::string role;
  bool is_active;
};
BOOST_DESCRIBE_STRUCT(About, (), (role, is_active))

struct PasswordSet {
  bool must_change_password;
};
BOOST_DESCRIBE_STRUCT(PasswordSet, (), (must_change_password))

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

void check(std::vector<base::FieldError>& errors, const char* field,
           const std::optional<std::string>& problem) {
  if (problem) {
    errors.push_back({field, *problem});
  }
}

void throw_if_any(std::vector<base::FieldError>& errors) {
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
}

core::User existing(storage::UserStore& users, const core::UserId& id) {
  auto user = users.find_to_change(id);
  if (!user) {
    throw base::Error{base::ErrorCode::not_found, "no user has this id"};
  }
  return *std::move(user);
}

// To be asked after the change, within its transaction.
void keep_an_administrator(storage::UserStore& users) {
  if (users.count_active_administrators() == 0) {
    throw base::Error{base::ErrorCode::conflict,
                      "this is the last active administrator: make another one first"};
  }
}

}  // namespace

core::User Users::create(const auth::Act& act, const NewUser& order) {
  const auto username = lower(order.username);
  std::vector<base::FieldError> errors;
  check(errors, "username", core::username_problem(username));
  if (!order.accept_weak_password) {
    check(errors, "password", core::password_weakness(order.password, username));
  }
  if (!order.email.empty()) {
    check(errors, "email", core::email_problem(order.email));
  }
  if (order.full_name.size() > 255) {
    errors.push_back({"full_name", "has more than 255 characters"});
  }
  check_role(errors, order.role);
  throw_if_any(errors);

  const auto hash = passwords_.hash(order.password);
  return database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    if (users.find_by_name(username)) {
      throw base::Error{base::ErrorCode::conflict, "this username is taken"};
    }
    const core::User user{.id = users.new_id(),
                          .username = username,
                          .email = order.email,
                          .full_name = order.full_name,
                          .role = order.role,
                          .password_hash = hash,
                          .is_active = order.is_active,
                          .must_change_password = order.must_change_password,
                          .failed_logins = 0,
                          .locked_until = std::nullopt,
                          .last_login_at = std::nullopt,
                          .login_count = 0,
                          .password_changed_at = clock_.now(),
                          .created_at = clock_.now()};
    users.insert(user);
    session.record("user", user.id, user.username, About{user.role, user.is_active});
    return user;
  });
}

core::User Users::update(const auth::Act& act, const core::UserId& id, const Changes& changes) {
  std::vector<base::FieldError> errors;
  if (changes.email && !changes.email->empty()) {
    check(errors, "email", core::email_problem(*changes.email));
  }
  if (changes.full_name && changes.full_name->size() > 255) {
    errors.push_back({"full_name", "has more than 255 characters"});
  }
  check_role(errors, changes.role);
  throw_if_any(errors);

  return database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    users.hold_administrators();
    auto user = existing(users, id);
    user.email = changes.email.value_or(user.email);
    user.full_name = changes.full_name.value_or(user.full_name);
    user.role = changes.role.value_or(user.role);
    user.is_active = changes.is_active.value_or(user.is_active);
    users.update(user);
    storage::UserChangeStore{session}.note(id, clock_.now());
    if (!user.is_active) {
      users.remove_sessions_of(id, 0);
    }
    keep_an_administrator(users);
    session.record("user", id, user.username, About{user.role, user.is_active});
    return user;
  });
}

void Users::set_password(const auth::Act& act, const core::UserId& id, const base::Secret& password,
                         bool must_change, std::int64_t keep_session) {
  const auto user = find(id);
  if (!user) {
    throw base::Error{base::ErrorCode::not_found, "no user has this id"};
  }
  std::vector<base::FieldError> errors;
  check(errors, "new_password", core::password_weakness(password, user->username));
  throw_if_any(errors);

  const auto hash = passwords_.hash(password);
  database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    auto changed = existing(users, id);
    changed.password_hash = hash;
    changed.password_changed_at = clock_.now();
    changed.must_change_password = must_change;
    changed.failed_logins = 0;
    changed.locked_until = std::nullopt;
    users.update(changed);
    storage::UserChangeStore{session}.note(id, clock_.now());
    storage::SignInStore{session}.forget_failures("name " + changed.username);
    users.remove_sessions_of(id, keep_session);
    session.record("user", id, changed.username, PasswordSet{must_change});
  });
}

void Users::remove(const auth::Act& act, const core::UserId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    users.hold_administrators();
    const auto user = existing(users, id);
    users.remove(id);
    keep_an_administrator(users);
    session.record("user", id, user.username, About{user.role, false});
  });
}

std::optional<core::User> Users::find(const core::UserId& id) {
  return database_.read([&](db::Session& session) { return storage::UserStore{session}.find(id); });
}

std::optional<core::User> Users::find_by_name(std::string_view username) {
  return database_.read([&](db::Session& session) {
    return storage::UserStore{session}.find_by_name(lower(username));
  });
}

std::vector<core::User> Users::list(const Filter& filter) {
  return database_.read([&](db::Session& session) {
    return storage::UserStore{session}.list(
        {.search = lower(filter.search), .role = filter.role, .is_active = filter.is_active},
        most_listed);
  });
}

std::set<core::UserId> Users::with_second_factor(const std::vector<core::User>& users) {
  return database_.read([&](db::Session& session) {
    std::vector<core::UserId> ids;
    std::ranges::transform(users, std::back_inserter(ids), &core::User::id);
    auto found = storage::SignInStore{session}.with_totp(ids);
    found.merge(storage::PasskeyStore{session}.with_enabled(ids));
    return found;
  });
}

auth::Rights Users::rights_of_role(std::string_view role) {
  return database_.read(
      [&](db::Session& session) { return service::rights_of_role(session, role); });
}

auth::Rights Users::rights_of(const core::User& user) {
  return database_.read([&](db::Session& session) { return service::rights_of(session, user); });
}

void Users::check_role(std::vector<base::FieldError>& errors,
                       const std::optional<std::string>& role) {
  const bool known =
      !role || database_.read([&](db::Session& session) { return is_role(session, *role); });
  if (!known) {
    errors.push_back({"role", "not one of admin, operator, auditor, viewer, nor a custom role"});
  }
}

bool Users::exist() {
  return database_.read([](db::Session& session) { return storage::UserStore{session}.exist(); });
}

}  // namespace service
