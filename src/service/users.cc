#include "service/users.h"

#include <algorithm>

#include "base/text.h"
#include "service/access_rights.h"
#include "storage/passkey_store.h"
#include "storage/sign_in_store.h"
#include "storage/user_change_store.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr int most_listed = 1000;
constexpr int handed_over_at_once = 1000;

struct About {
  std::string role;
  bool is_active;
};
BOOST_DESCRIBE_STRUCT(About, (), (role, is_active))

struct HandedOver {
  std::string to;
  std::int64_t certificates;
};
BOOST_DESCRIBE_STRUCT(HandedOver, (), (to, certificates))

struct Removed {
  std::string role;
  std::optional<std::string> handed_over_to;
  std::optional<storage::Owned> handed_over;
};
BOOST_DESCRIBE_STRUCT(Removed, (), (role, handed_over_to, handed_over))

struct PasswordSet {
  bool must_change_password;
};
BOOST_DESCRIBE_STRUCT(PasswordSet, (), (must_change_password))

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

core::User existing_heir(storage::UserStore& users, const core::UserId& id,
                         const core::UserId& heir) {
  const auto found = heir == id ? std::nullopt : users.find(heir);
  if (!found || !found->is_active) {
    throw base::Error{
        base::ErrorCode::invalid_request,
        {base::FieldError{"hand_over_to", "no other account that is switched on has this id"}}};
  }
  return *found;
}

void append(std::string& list, std::int64_t number, std::string_view one, std::string_view many) {
  if (number > 0) {
    list += (list.empty() ? "" : ", ") + std::to_string(number) + " ";
    list += number == 1 ? one : many;
  }
}

std::string in_words(const storage::Owned& owned) {
  std::string list;
  append(list, owned.certificates, "certificate", "certificates");
  append(list, owned.requests, "request", "requests");
  append(list, owned.authorities, "authority", "authorities");
  append(list, owned.authority_requests, "request of an authority", "requests of authorities");
  append(list, owned.templates, "template", "templates");
  append(list, owned.eab_credentials, "EAB credential", "EAB credentials");
  append(list, owned.domains, "ACME domain", "ACME domains");
  append(list, owned.allowed_identifiers, "allowed identifier", "allowed identifiers");
  append(list, owned.csr_profiles, "CSR profile", "CSR profiles");
  return list;
}

}  // namespace

core::User Users::create(const auth::Act& act, const NewUser& order) {
  const auto username = base::lower(order.username);
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

void Users::remove(const auth::Act& act, const core::UserId& id,
                   const std::optional<core::UserId>& heir) {
  if (heir) {
    hand_over_most(act, id, *heir);
  }
  database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    users.hold_administrators();
    const auto user = existing(users, id);
    Removed removed{.role = user.role, .handed_over_to = {}, .handed_over = {}};
    storage::OwnershipStore ownership{session};
    if (heir) {
      const auto to = existing_heir(users, id, *heir).username;
      const auto certificates =
          ownership.hand_over_certificates(user.username, to, 10 * handed_over_at_once);
      auto rest = ownership.hand_over(user.username, to);
      rest.certificates = certificates;
      removed.handed_over_to = to;
      removed.handed_over = rest;
    } else if (const auto owned = ownership.count(user.username); owned != storage::Owned{}) {
      throw base::Error{base::ErrorCode::conflict, user.username + " owns " + in_words(owned) +
                                                       ": say who takes over (hand_over_to)"};
    }
    users.remove(id);
    keep_an_administrator(users);
    session.record("user", id, user.username, removed);
  });
}

storage::Owned Users::owned_by(const core::UserId& id) {
  return database_.read([&](db::Session& session) {
    const auto user = storage::UserStore{session}.find(id);
    if (!user) {
      throw base::Error{base::ErrorCode::not_found, "no user has this id"};
    }
    return storage::OwnershipStore{session}.count(user->username);
  });
}

// Many certificates go in steps, so that nobody else waits for long. A crash in between leaves the
// account as it is, with less to hand over the next time.
void Users::hand_over_most(const auth::Act& act, const core::UserId& id, const core::UserId& heir) {
  auto step = act;
  step.action = "user.hand_over";
  const auto owns_many = [&](db::Session& session) {
    storage::UserStore users{session};
    const auto user = users.find(id);
    if (!user) {
      throw base::Error{base::ErrorCode::not_found, "no user has this id"};
    }
    existing_heir(users, id, heir);
    const bool is_last =
        user->role == "admin" && user->is_active && users.count_active_administrators() == 1;
    return !is_last && storage::OwnershipStore{session}.count(user->username).certificates >
                           handed_over_at_once;
  };
  while (database_.read(owns_many)) {
    database_.write(step, [&](db::Session& session) {
      storage::UserStore users{session};
      const auto user = existing(users, id);
      const auto to = existing_heir(users, id, heir).username;
      const auto moved = storage::OwnershipStore{session}.hand_over_certificates(
          user.username, to, handed_over_at_once);
      session.record("user", id, user.username, HandedOver{to, moved});
    });
  }
}

std::optional<core::User> Users::find(const core::UserId& id) {
  return database_.read([&](db::Session& session) { return storage::UserStore{session}.find(id); });
}

std::optional<core::User> Users::find_by_name(std::string_view username) {
  return database_.read([&](db::Session& session) {
    return storage::UserStore{session}.find_by_name(base::lower(username));
  });
}

std::vector<core::User> Users::list(const Filter& filter) {
  return database_.read([&](db::Session& session) {
    return storage::UserStore{session}.list(
        {.search = base::lower(filter.search), .role = filter.role, .is_active = filter.is_active},
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
