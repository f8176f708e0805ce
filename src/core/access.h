#pragma once

#include <string>

#include "base/clock.h"
#include "core/ids.h"

namespace core {

using RoleId = base::Id<struct Role>;
using GroupId = base::Id<struct Group>;

// A role beside the four that are built in.
struct Role {
  RoleId id;
  std::string name;  // lower case, as users have it
  std::string description;
  std::string permissions;  // separated by blanks
  base::Time created_at;
  base::Time updated_at;
};
BOOST_DESCRIBE_STRUCT(Role, (), (id, name, description, permissions, created_at, updated_at))

// Adds its permissions to those of its members' roles.
struct Group {
  GroupId id;
  std::string name;
  std::string description;
  std::string permissions;  // separated by blanks
  base::Time created_at;
  base::Time updated_at;
};
BOOST_DESCRIBE_STRUCT(Group, (), (id, name, description, permissions, created_at, updated_at))

struct Membership {
  GroupId group_id;
  UserId user_id;
  std::string role;  // "member", "leader": for people, it grants nothing
  base::Time joined_at;
};
BOOST_DESCRIBE_STRUCT(Membership, (), (group_id, user_id, role, joined_at))

}  // namespace core
