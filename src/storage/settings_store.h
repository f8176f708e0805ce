#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "db/session.h"

namespace storage {

struct Setting {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(Setting, (), (name, value))

// What administrators change while the server runs: text by name.
class SettingsStore {
 public:
  explicit SettingsStore(db::Session& session) : session_{session} {}

  std::optional<std::string> find(std::string_view name) const {
    const auto setting = session_.select_one<Setting>("FROM settings WHERE name = $1", name);
    return setting ? std::optional{setting->value} : std::nullopt;
  }

  std::vector<Setting> all() const {
    return session_.select<Setting>("FROM settings ORDER BY name");
  }

  void put(std::string_view name, std::string_view value, base::Time now) {
    session_.send(
        "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
        name, value, now);
  }

  // Returns whether it was there.
  bool remove(std::string_view name) {
    return session_.execute("DELETE FROM settings WHERE name = $1", name) == 1;
  }

 private:
  db::Session& session_;
};

}  // namespace storage
