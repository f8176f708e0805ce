#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "auth/permission.h"
#include "base/clock.h"
#include "base/secret.h"
#include "core/user.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/passwords.h"
#include "storage/ownership_store.h"

namespace service {

// Making, changing and removing accounts. The last active administrator cannot be lost.
class Users {
 public:
  struct NewUser {
    std::string username;
    std::string email;
    std::string full_name;
    std::string role = "viewer";
    base::Secret password;
    bool must_change_password = false;
    bool is_active = true;
    bool accept_weak_password = false;  // the operator's own choice at the first start
  };
  struct Changes {
    std::optional<std::string> email;
    std::optional<std::string> full_name;
    std::optional<std::string> role;
    std::optional<bool> is_active;
  };

  Users(db::Database& database, Passwords& passwords, const base::Clock& clock)
      : database_{database}, passwords_{passwords}, clock_{clock} {}

  core::User create(const auth::Act& act, const NewUser& user);
  core::User update(const auth::Act& act, const core::UserId& id, const Changes& changes);
  // Ends all sessions of the user.
  void set_password(const auth::Act& act, const core::UserId& id, const base::Secret& password,
                    bool must_change, std::int64_t keep_session);
  // What the user owns goes to the heir; without one, it must be nothing. Keys, sessions and
  // whatever else proves that somebody is this user ends: nobody signs in as the heir by it.
  void remove(const auth::Act& act, const core::UserId& id,
              const std::optional<core::UserId>& heir = std::nullopt);
  storage::Owned owned_by(const core::UserId& id);

  std::optional<core::User> find(const core::UserId& id);
  std::optional<core::User> find_by_name(std::string_view username);
  struct Filter {
    std::string search = {};  // the start of a username
    std::optional<std::string> role = std::nullopt;
    std::optional<bool> is_active = std::nullopt;
  };
  std::vector<core::User> list(const Filter& filter);
  // Those of these users who have a second factor.
  std::set<core::UserId> with_second_factor(const std::vector<core::User>& users);

  // What a role grants, and an account with its groups.
  auth::Rights rights_of_role(std::string_view role);
  auth::Rights rights_of(const core::User& user);

  bool exist();  // is there anybody yet

 private:
  void check_role(std::vector<base::FieldError>& errors, const std::optional<std::string>& role);
  void hand_over_most(const auth::Act& act, const core::UserId& id, const core::UserId& heir);

  db::Database& database_;
  Passwords& passwords_;
  const base::Clock& clock_;
};

}  // namespace service
