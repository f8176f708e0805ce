#include "api/acme_admin/user_view.h"

#include "storage/user_change_store.h"
#include "storage/user_store.h"

namespace api::acme_admin {

std::vector<UserView> views(db::Session& session, const std::vector<core::User>& users) {
  std::vector<core::UserId> ids;
  for (const auto& user : users) {
    ids.push_back(user.id);
  }
  const auto changes = storage::UserChangeStore{session}.of(ids);
  std::vector<UserView> list;
  for (const auto& user : users) {
    const auto changed = changes.find(user.id);
    list.push_back({.id = user.id,
                    .username = user.username,
                    .email = user.email,
                    .role = user.role,
                    .enabled = user.is_active,
                    .created_at = user.created_at,
                    .updated_at = changed == changes.end() ? user.created_at : changed->second,
                    .last_login_at = user.last_login_at});
  }
  return list;
}

UserView view(db::Session& session, const core::User& user) {
  return views(session, {user}).front();
}

std::optional<UserUid> Authors::find(const std::string& username, base::Time at) {
  auto found = known_.find(username);
  if (found == known_.end()) {
    found = known_.emplace(username, storage::UserStore{session_}.find_by_name(username)).first;
  }
  const auto& user = found->second;
  return user && user->created_at <= at ? std::optional<UserUid>{user->id} : std::nullopt;
}

}  // namespace api::acme_admin
