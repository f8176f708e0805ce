#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "api/acme_admin/uid.h"
#include "core/user.h"
#include "db/session.h"

namespace api::acme_admin {

struct UserView {
  UserUid id;
  std::string username;
  std::string email;
  std::string role;
  bool enabled;
  base::Time created_at;
  base::Time updated_at;
  std::optional<base::Time> last_login_at;
};
BOOST_DESCRIBE_STRUCT(UserView, (),
                      (id, username, email, role, enabled, created_at, updated_at, last_login_at))

std::vector<UserView> views(db::Session& session, const std::vector<core::User>& users);
UserView view(db::Session& session, const core::User& user);

// Who did something, from the name that was written down then. Nothing for what is no user, or no
// longer: a namesake that was made later did not do it.
class Authors {
 public:
  explicit Authors(db::Session& session) : session_{session} {}
  std::optional<UserUid> find(const std::string& username, base::Time at);

 private:
  db::Session& session_;
  std::map<std::string, std::optional<core::User>> known_;
};

}  // namespace api::acme_admin
