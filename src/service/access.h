#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/access.h"
#include "db/database.h"

namespace service {

// Custom roles and groups. Nobody gives, takes or changes rights that are not all the caller's own:
// whoever may write groups must not write themselves into a better one.
class AccessRules {
 public:
  static constexpr int most_listed = 500;

  struct RoleOrder {
    std::string name;
    std::string description;
    std::vector<std::string> permissions;
  };
  struct RoleChanges {
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<std::vector<std::string>> permissions;
  };
  struct Counted {
    core::Group group;
    std::int64_t members;
  };
  struct Member {
    core::Membership membership;
    std::string username;
    std::string email;
    std::string full_name;
  };
  struct GroupNumbers {
    std::int64_t groups;
    std::int64_t memberships;
  };

  AccessRules(db::Database& database, const base::Clock& clock)
      : database_{database}, clock_{clock} {}

  core::Role create_role(const auth::Act& act, const auth::Caller& caller, const RoleOrder& order);
  core::Role update_role(const auth::Act& act, const auth::Caller& caller, std::string_view name,
                         const RoleChanges& changes);
  // Throws conflict while somebody has the role.
  void remove_role(const auth::Act& act, const auth::Caller& caller, std::string_view name);
  std::vector<core::Role> roles();
  std::optional<core::Role> find_role(std::string_view name);

  core::Group create_group(const auth::Act& act, const auth::Caller& caller,
                           const RoleOrder& order);
  core::Group update_group(const auth::Act& act, const auth::Caller& caller,
                           const core::GroupId& id, const RoleChanges& changes);
  void remove_group(const auth::Act& act, const auth::Caller& caller, const core::GroupId& id);
  std::vector<Counted> groups(std::string_view search);
  Counted group(const core::GroupId& id);
  GroupNumbers group_numbers();

  Member add_member(const auth::Act& act, const auth::Caller& caller, const core::GroupId& id,
                    const core::UserId& user, std::string_view role);
  void remove_member(const auth::Act& act, const auth::Caller& caller, const core::GroupId& id,
                     const core::UserId& user);
  std::vector<Member> members(const core::GroupId& id);

 private:
  db::Database& database_;
  const base::Clock& clock_;
};

}  // namespace service
