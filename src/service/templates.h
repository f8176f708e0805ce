#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/template.h"
#include "db/database.h"
#include "storage/template_store.h"

namespace service {

// The rules of template versions. A version never changes, so each is read once and kept.
class TemplateProfiles {
 public:
  explicit TemplateProfiles(db::Database& database) : database_{database} {}

  // The version in use. Throws invalid_request when there is no such template, conflict when it
  // was switched off.
  std::shared_ptr<const core::BoundProfile> current(const core::TemplateId& id);
  // A version that was recorded, whether the template is in use or not.
  std::shared_ptr<const core::BoundProfile> version(const core::TemplateId& id,
                                                    std::int64_t version);

 private:
  static constexpr std::size_t most_kept = 1000;

  db::Database& database_;
  std::mutex mutex_;
  std::map<std::pair<core::TemplateId, std::int64_t>, std::shared_ptr<const core::BoundProfile>>
      kept_;
};

class Templates {
 public:
  struct Draft {
    std::string name;
    std::string description;
    core::Profile profile;  // its name is the type of the template
    bool is_active = true;
  };
  struct Changes {
    std::optional<std::string> name = {};
    std::optional<std::string> description = {};
    // Makes the new rules from those that stand, within the transaction.
    std::function<core::Profile(core::Profile)> profile = {};
    std::optional<bool> is_active = {};
  };
  // A template as it stands, for those who show it.
  struct Shown {
    core::Template record;
    core::Profile profile;
    std::int64_t issued;
  };
  struct Imported {
    int imported = 0;
    int updated = 0;
    int skipped = 0;
  };

  Templates(db::Database& database, const base::Clock& clock)
      : database_{database}, clock_{clock} {}

  // Brings what comes with the program up to date. To be called once, before the server answers.
  void make_built_in();

  Shown create(const auth::Act& act, const Draft& draft);
  // Each change makes a version. Throws forbidden for a template that came with the program.
  Shown update(const auth::Act& act, const core::TemplateId& id, const Changes& changes);
  Shown duplicate(const auth::Act& act, const core::TemplateId& id,
                  const std::optional<std::string>& name);
  // Throws conflict when certificates were made from it: renewing them needs its versions.
  void remove(const auth::Act& act, const core::TemplateId& id);
  // All of them or none. What has a name that is taken is skipped, or updated when asked.
  Imported import(const auth::Act& act, const std::vector<Draft>& drafts, bool update_existing);

  std::optional<Shown> find(const core::TemplateId& id);
  std::vector<Shown> list(const storage::TemplateFilter& filter);
  std::vector<core::TemplateVersion> versions(const core::TemplateId& id);

 private:
  db::Database& database_;
  const base::Clock& clock_;
};

// The Profile in a version's JSON.
core::Profile profile_of(const core::TemplateVersion& version);

}  // namespace service
