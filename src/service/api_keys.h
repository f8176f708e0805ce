#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/secret.h"
#include "core/user.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/keys.h"

namespace service {

// API keys of users: shown once, recognized by a keyed hash, never with more rights than the
// caller who makes them.
class ApiKeys {
 public:
  static constexpr int most_active = 10;  // of one user

  struct Made {
    core::ApiKey key;
    base::Secret text;  // shown once
  };

  ApiKeys(db::Database& database, const MasterKey& master, crypto::Random& random,
          const base::Clock& clock)
      : database_{database}, master_{master}, random_{random}, clock_{clock} {}

  Made create(const auth::Act& act, const auth::Caller& caller, std::string_view name,
              const std::vector<std::string>& permissions, std::optional<std::int64_t> days,
              std::optional<std::int64_t> requests_per_minute = {});
  core::ApiKey update(const auth::Act& act, const auth::Caller& caller, const core::ApiKeyId& id,
                      const std::optional<std::string>& name, const std::optional<bool>& is_active,
                      std::optional<std::int64_t> requests_per_minute = {});  // 0: as everybody
  // The old text stops working at once.
  Made regenerate(const auth::Act& act, const auth::Caller& caller, const core::ApiKeyId& id);
  void remove(const auth::Act& act, const auth::Caller& caller, const core::ApiKeyId& id);

  std::vector<core::ApiKey> list(const auth::Caller& caller);
  core::ApiKey find(const auth::Caller& caller, const core::ApiKeyId& id);

 private:
  base::Secret new_text();

  db::Database& database_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service
