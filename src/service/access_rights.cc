#include "service/access_rights.h"

#include <algorithm>

#include "storage/access_store.h"

namespace service {
namespace {

bool is_built_in(std::string_view role) {
  return std::ranges::find(auth::role_names(), role) != auth::role_names().end();
}

// Whatever the table says, only the role admin administers.
auth::Rights granted(std::string_view permissions) {
  const auto written = auth::rights_from_text(permissions);
  std::vector<std::string> names;
  for (const auto& name : written.names()) {
    if (auth::is_grantable(name)) {
      names.push_back(name);
    }
  }
  return auth::Rights{std::move(names)};
}

}  // namespace

auth::Rights rights_of_role(db::Session& session, std::string_view role) {
  if (is_built_in(role)) {
    return auth::rights_of_role(role);
  }
  const auto found = storage::AccessStore{session}.find_role(role);
  return found ? granted(found->permissions) : auth::Rights{};
}

auth::Rights rights_of(db::Session& session, const core::User& user) {
  auto rights = rights_of_role(session, user.role);
  if (rights.include("*")) {
    return rights;
  }
  for (const auto& permissions : storage::AccessStore{session}.permissions_of_groups(user.id)) {
    rights = rights.joined_with(granted(permissions));
  }
  return rights;
}

bool is_role(db::Session& session, std::string_view role) {
  return is_built_in(role) || storage::AccessStore{session}.find_role(role).has_value();
}

}  // namespace service
