#include "service/access.h"

#include <algorithm>

#include "service/access_rights.h"
#include "storage/access_store.h"
#include "storage/restriction_store.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_description = 500;

struct About {
  std::string description;
  std::string permissions;
};
BOOST_DESCRIBE_STRUCT(About, (), (description, permissions))

struct MemberChange {
  std::string username;
  bool is_member;
};
BOOST_DESCRIBE_STRUCT(MemberChange, (), (username, is_member))

[[noreturn]] void refuse(std::string field, std::string reason) {
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{std::move(field), std::move(reason)}}};
}

void check_role_name(std::string_view name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (name.size() < 2 || name.size() > longest_name || !plain) {
    refuse("name", "has 2 to 64 lower-case letters, digits, '-' and '_'");
  }
  if (std::ranges::find(auth::role_names(), name) != auth::role_names().end()) {
    throw base::Error{base::ErrorCode::conflict, "this role is built in"};
  }
}

void check_group_name(std::string_view name) {
  if (name.size() < 2 || name.size() > longest_name || name.front() == ' ' || name.back() == ' ') {
    refuse("name", "has 2 to 64 characters, and no blanks around them");
  }
}

void check_description(std::string_view text) {
  if (text.size() > longest_description) {
    refuse("description", "has more than 500 characters");
  }
}

// As a column has them.
std::string checked(const std::vector<std::string>& permissions) {
  for (const auto& name : permissions) {
    if (!auth::is_grantable(name)) {
      refuse("permissions", "'" + name +
                                "' cannot be granted: it is no permission, or one that "
                                "only administrators have");
    }
  }
  auto sorted = permissions;
  std::ranges::sort(sorted);
  const auto repeated = std::ranges::unique(sorted);
  sorted.erase(repeated.begin(), repeated.end());
  return auth::to_text(auth::Rights{std::move(sorted)});
}

void refuse_more_than_own(const auth::Caller& caller, std::string_view permissions) {
  if (!caller.rights.cover(auth::rights_from_text(permissions))) {
    throw base::Error{base::ErrorCode::forbidden,
                      "this is about rights that you do not have yourself"};
  }
}

// Who comes into such a group is restricted, who leaves it may be free.
void refuse_lifting_restrictions(db::Session& session, const auth::Caller& caller,
                                 const core::GroupId& id) {
  if (!caller.rights.include(auth::admin_users.name()) &&
      !storage::RestrictionStore{session}.of(id).is_empty()) {
    throw base::Error{base::ErrorCode::forbidden,
                      "this group restricts its members: only administrators change who they are"};
  }
}

core::Role existing_role(storage::AccessStore& store, std::string_view name) {
  if (std::ranges::find(auth::role_names(), name) != auth::role_names().end()) {
    throw base::Error{base::ErrorCode::conflict, "this role is built in and stays as it is"};
  }
  auto role = store.find_role(name);
  if (!role) {
    throw base::Error{base::ErrorCode::not_found, "there is no such role"};
  }
  return *std::move(role);
}

core::Group existing_group(storage::AccessStore& store, const core::GroupId& id) {
  auto group = store.find_group(id);
  if (!group) {
    throw base::Error{base::ErrorCode::not_found, "no group has this id"};
  }
  return *std::move(group);
}

AccessRules::Member member_of(storage::UserStore& users, const core::Membership& membership) {
  const auto user = users.find(membership.user_id);
  return {membership, user ? user->username : "", user ? user->email : "",
          user ? user->full_name : ""};
}

}  // namespace

core::Role AccessRules::create_role(const auth::Act& act, const auth::Caller& caller,
                                    const RoleOrder& order) {
  check_role_name(order.name);
  check_description(order.description);
  const auto permissions = checked(order.permissions);
  refuse_more_than_own(caller, permissions);
  const auto now = clock_.now();
  return database_.write(act, [&](db::Session& session) {
    storage::AccessStore store{session};
    if (store.find_role(order.name)) {
      throw base::Error{base::ErrorCode::conflict, "there is a role of this name"};
    }
    core::Role role{.id = store.new_role_id(),
                    .name = order.name,
                    .description = order.description,
                    .permissions = permissions,
                    .created_at = now,
                    .updated_at = now};
    store.insert(role);
    session.record("role", role.id, role.name, About{role.description, role.permissions});
    return role;
  });
}

core::Role AccessRules::update_role(const auth::Act& act, const auth::Caller& caller,
                                    std::string_view name, const RoleChanges& changes) {
  if (changes.name && *changes.name != name) {
    check_role_name(*changes.name);
  }
  check_description(changes.description.value_or(""));
  const auto permissions =
      changes.permissions ? std::optional{checked(*changes.permissions)} : std::nullopt;
  return database_.write(act, [&](db::Session& session) {
    storage::AccessStore store{session};
    auto role = existing_role(store, name);
    refuse_more_than_own(caller, role.permissions);
    role.permissions = permissions.value_or(role.permissions);
    refuse_more_than_own(caller, role.permissions);
    role.description = changes.description.value_or(role.description);
    if (changes.name && *changes.name != role.name) {
      if (store.find_role(*changes.name)) {
        throw base::Error{base::ErrorCode::conflict, "there is a role of this name"};
      }
      store.rename_role_of_users(role.name, *changes.name);
      role.name = *changes.name;
    }
    role.updated_at = clock_.now();
    store.update(role);
    session.record("role", role.id, role.name, About{role.description, role.permissions});
    return role;
  });
}

void AccessRules::remove_role(const auth::Act& act, const auth::Caller& caller,
                              std::string_view name) {
  database_.write(act, [&](db::Session& session) {
    storage::AccessStore store{session};
    const auto role = existing_role(store, name);
    refuse_more_than_own(caller, role.permissions);
    if (const auto users = store.count_users_of(role.name); users > 0) {
      throw base::Error{base::ErrorCode::conflict,
                        std::to_string(users) + " users have this role: give them another first"};
    }
    store.remove(role.id);
    session.record("role", role.id, role.name, About{role.description, role.permissions});
  });
}

std::vector<core::Role> AccessRules::roles() {
  return database_.read(
      [](db::Session& session) { return storage::AccessStore{session}.roles(most_listed); });
}

std::optional<core::Role> AccessRules::find_role(std::string_view name) {
  return database_.read(
      [&](db::Session& session) { return storage::AccessStore{session}.find_role(name); });
}

core::Group AccessRules::create_group(const auth::Act& act, const auth::Caller& caller,
                                      const RoleOrder& order) {
  check_group_name(order.name);
  check_description(order.description);
  const auto permissions = checked(order.permissions);
  refuse_more_than_own(caller, permissions);
  const auto now = clock_.now();
  return database_.write(act, [&](db::Session& session) {
    storage::AccessStore store{session};
    if (store.find_group(order.name)) {
      throw base::Error{base::ErrorCode::conflict, "there is a group of this name"};
    }
    core::Group group{.id = store.new_group_id(),
                      .name = order.name,
                      .description = order.description,
                      .permissions = permissions,
                      .created_at = now,
                      .updated_at = now};
    store.insert(group);
    session.record("group", group.id, group.name, About{group.description, group.permissions});
    return group;
  });
}

core::Group AccessRules::update_group(const auth::Act& act, const auth::Caller& caller,
                                      const core::GroupId& id, const RoleChanges& changes) {
  if (changes.name) {
    check_group_name(*changes.name);
  }
  check_description(changes.description.value_or(""));
  const auto permissions =
      changes.permissions ? std::optional{checked(*changes.permissions)} : std::nullopt;
  return database_.write(act, [&](db::Session& session) {
    storage::AccessStore store{session};
    auto group = existing_group(store, id);
    refuse_more_than_own(caller, group.permissions);
    group.permissions = permissions.value_or(group.permissions);
    refuse_more_than_own(caller, group.permissions);
    if (changes.name && *changes.name != group.name && store.find_group(*changes.name)) {
      throw base::Error{base::ErrorCode::conflict, "there is a group of this name"};
    }
    group.name = changes.name.value_or(group.name);
    group.description = changes.description.value_or(group.description);
    group.updated_at = clock_.now();
    store.update(group);
    session.record("group", id, group.name, About{group.description, group.permissions});
    return group;
  });
}

void AccessRules::remove_group(const auth::Act& act, const auth::Caller& caller,
                               const core::GroupId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::AccessStore store{session};
    const auto group = existing_group(store, id);
    refuse_more_than_own(caller, group.permissions);
    refuse_lifting_restrictions(session, caller, id);
    store.remove(id);
    session.record("group", id, group.name, About{group.description, group.permissions});
  });
}

std::vector<AccessRules::Counted> AccessRules::groups(std::string_view search) {
  return database_.read([&](db::Session& session) {
    const storage::AccessStore store{session};
    std::vector<Counted> counted;
    for (auto& group : store.groups(search, most_listed)) {
      const auto members = store.count_members(group.id);
      counted.push_back({std::move(group), members});
    }
    return counted;
  });
}

AccessRules::Counted AccessRules::group(const core::GroupId& id) {
  return database_.read([&](db::Session& session) {
    storage::AccessStore store{session};
    auto group = existing_group(store, id);
    return Counted{std::move(group), store.count_members(id)};
  });
}

AccessRules::GroupNumbers AccessRules::group_numbers() {
  return database_.read([](db::Session& session) {
    const storage::AccessStore store{session};
    return GroupNumbers{store.count_groups(), store.count_memberships()};
  });
}

AccessRules::Member AccessRules::add_member(const auth::Act& act, const auth::Caller& caller,
                                            const core::GroupId& id, const core::UserId& user,
                                            std::string_view role) {
  if (role.empty() || role.size() > longest_name) {
    refuse("role", "has 1 to 64 characters");
  }
  return database_.write(act, [&](db::Session& session) {
    storage::AccessStore store{session};
    storage::UserStore users{session};
    const auto group = existing_group(store, id);
    refuse_more_than_own(caller, group.permissions);
    refuse_lifting_restrictions(session, caller, id);
    const auto found = users.find(user);
    if (!found) {
      refuse("user_id", "no user has this id");
    }
    if (store.is_member(id, user)) {
      throw base::Error{base::ErrorCode::conflict, "this user is in the group already"};
    }
    const core::Membership membership{
        .group_id = id, .user_id = user, .role = std::string{role}, .joined_at = clock_.now()};
    store.insert(membership);
    session.record("group", id, group.name, MemberChange{found->username, true});
    return member_of(users, membership);
  });
}

void AccessRules::remove_member(const auth::Act& act, const auth::Caller& caller,
                                const core::GroupId& id, const core::UserId& user) {
  database_.write(act, [&](db::Session& session) {
    storage::AccessStore store{session};
    const auto group = existing_group(store, id);
    refuse_more_than_own(caller, group.permissions);
    refuse_lifting_restrictions(session, caller, id);
    if (!store.remove_member(id, user)) {
      throw base::Error{base::ErrorCode::not_found, "this user is not in the group"};
    }
    const auto found = storage::UserStore{session}.find(user);
    session.record("group", id, group.name, MemberChange{found ? found->username : "", false});
  });
}

std::vector<AccessRules::Member> AccessRules::members(const core::GroupId& id) {
  return database_.read([&](db::Session& session) {
    storage::AccessStore store{session};
    storage::UserStore users{session};
    existing_group(store, id);
    std::vector<Member> members;
    for (const auto& membership : store.members(id, most_listed)) {
      members.push_back(member_of(users, membership));
    }
    return members;
  });
}

}  // namespace service
