#include "service/api_keys.h"

#include <algorithm>

#include "crypto/token.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr std::string_view context = "api key";
constexpr std::string_view prefix = "cw_ak_";
constexpr std::size_t shown = 12;
constexpr std::int64_t longest_days = 3650;

struct About {
  std::string name;
  std::string key_prefix;
  std::string permissions;
  bool is_active;
};
BOOST_DESCRIBE_STRUCT(About, (), (name, key_prefix, permissions, is_active))

About about(const core::ApiKey& key) {
  return {key.name, key.key_prefix, key.permissions, key.is_active};
}

core::UserId owner(const auth::Caller& caller) {
  return core::UserId::from_number(caller.user_id).value();
}

core::ApiKey existing(storage::UserStore& users, const auth::Caller& caller,
                      const core::ApiKeyId& id) {
  auto key = users.find_api_key(owner(caller), id);
  if (!key) {
    throw base::Error{base::ErrorCode::not_found, "no API key of yours has this id"};
  }
  return *std::move(key);
}

void check_name(std::string_view name) {
  if (name.empty() || name.size() > 100) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"name", "has 1 to 100 characters"}}};
  }
}

void check_rate(const std::optional<std::int64_t>& requests_per_minute) {
  if (requests_per_minute && (*requests_per_minute < 0 || *requests_per_minute > 1'000'000)) {
    throw base::Error{
        base::ErrorCode::invalid_request,
        {base::FieldError{"requests_per_minute", "not between 0 (as everybody) and 1000000"}}};
  }
}

std::optional<std::int64_t> rate_of(const std::optional<std::int64_t>& requests_per_minute) {
  return requests_per_minute.value_or(0) == 0 ? std::nullopt : requests_per_minute;
}

void check_permissions(const auth::Caller& caller, const std::vector<std::string>& permissions) {
  if (permissions.empty()) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"permissions", "name at least one permission"}}};
  }
  for (const auto& name : permissions) {
    if (!auth::is_permission_name(name)) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"permissions", "'" + name + "' is no permission"}}};
    }
    // A wildcard is more than any list of what it stands for today: who has it may pass it on.
    if (!caller.rights.include(name)) {
      throw base::Error{base::ErrorCode::forbidden,
                        "you cannot grant '" + name + "': you do not have it yourself"};
    }
  }
}

std::string joined(const std::vector<std::string>& permissions) {
  std::string text;
  for (const auto& name : permissions) {
    text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

}  // namespace

ApiKeys::Made ApiKeys::create(const auth::Act& act, const auth::Caller& caller,
                              std::string_view name, const std::vector<std::string>& permissions,
                              std::optional<std::int64_t> days,
                              std::optional<std::int64_t> requests_per_minute) {
  check_name(name);
  check_permissions(caller, permissions);
  check_rate(requests_per_minute);
  const auto lifetime = days.value_or(365);
  if (lifetime < 0 || lifetime > longest_days) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"expires_days", "not between 0 (never) and 3650"}}};
  }
  auto text = new_text();
  const auto now = clock_.now();
  auto key = database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    const auto active = std::ranges::count_if(users.api_keys_of(owner(caller)),
                                              [](const auto& each) { return each.is_active; });
    if (active >= most_active) {
      throw base::Error{base::ErrorCode::conflict, "you have ten active keys: remove one first"};
    }
    core::ApiKey made{
        .id = users.new_api_key_id(),
        .user_id = owner(caller),
        .name = std::string{name},
        .key_prefix = std::string{text.reveal().substr(0, shown)},
        .key_hash = master_.fingerprint(text.reveal(), context),
        .permissions = joined(permissions),
        .is_active = true,
        .created_at = now,
        .expires_at = lifetime == 0 ? std::nullopt
                                    : std::optional<base::Time>{now + std::chrono::days{lifetime}},
        .last_used_at = std::nullopt,
        .requests_per_minute = rate_of(requests_per_minute)};
    users.insert(made);
    session.record("api_key", made.id, made.name, about(made));
    return made;
  });
  return {.key = std::move(key), .text = std::move(text)};
}

core::ApiKey ApiKeys::update(const auth::Act& act, const auth::Caller& caller,
                             const core::ApiKeyId& id, const std::optional<std::string>& name,
                             const std::optional<bool>& is_active,
                             std::optional<std::int64_t> requests_per_minute) {
  if (name) {
    check_name(*name);
  }
  check_rate(requests_per_minute);
  return database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    auto key = existing(users, caller, id);
    key.name = name.value_or(key.name);
    key.is_active = is_active.value_or(key.is_active);
    if (requests_per_minute) {
      key.requests_per_minute = rate_of(requests_per_minute);
    }
    users.update(key);
    session.record("api_key", id, key.name, about(key));
    return key;
  });
}

ApiKeys::Made ApiKeys::regenerate(const auth::Act& act, const auth::Caller& caller,
                                  const core::ApiKeyId& id) {
  auto text = new_text();
  auto key = database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    auto changed = existing(users, caller, id);
    changed.key_prefix = std::string{text.reveal().substr(0, shown)};
    changed.key_hash = master_.fingerprint(text.reveal(), context);
    changed.is_active = true;
    users.update(changed);
    session.record("api_key", id, changed.name, about(changed));
    return changed;
  });
  return {.key = std::move(key), .text = std::move(text)};
}

void ApiKeys::remove(const auth::Act& act, const auth::Caller& caller, const core::ApiKeyId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    const auto key = existing(users, caller, id);
    users.remove(id);
    session.record("api_key", id, key.name, about(key));
  });
}

std::vector<core::ApiKey> ApiKeys::list(const auth::Caller& caller) {
  return database_.read(
      [&](db::Session& session) { return storage::UserStore{session}.api_keys_of(owner(caller)); });
}

core::ApiKey ApiKeys::find(const auth::Caller& caller, const core::ApiKeyId& id) {
  return database_.read([&](db::Session& session) {
    storage::UserStore users{session};
    return existing(users, caller, id);
  });
}

base::Secret ApiKeys::new_text() {
  return base::Secret{std::string{prefix} + crypto::random_token(random_)};
}

}  // namespace service
