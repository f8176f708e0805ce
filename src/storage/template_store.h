#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/template.h"
#include "db/session.h"

namespace storage {

struct TemplateFilter {
  std::optional<bool> is_active;
  std::string type;
  std::string search;  // the start of a name, in any case
};

// Templates, the versions of their rules, and how many certificates each has made.
class TemplateStore {
 public:
  explicit TemplateStore(db::Session& session) : session_{session} {}

  core::TemplateId new_id() { return session_.new_id<core::TemplateId>("templates"); }
  void insert(const core::Template& record) { session_.insert("templates", record); }
  void insert(const core::TemplateVersion& version) {
    session_.insert("template_versions", version);
  }
  void update(const core::Template& record);
  void remove(const core::TemplateId& id);

  std::optional<core::Template> find(const core::TemplateId& id) const;
  // Keeps others from changing the template until the transaction ends.
  std::optional<core::Template> find_to_change(const core::TemplateId& id);
  std::optional<core::Template> find_by_name(std::string_view name_key) const;
  std::vector<core::Template> list(const TemplateFilter& filter, int limit) const;
  std::int64_t count() const;

  std::optional<core::TemplateVersion> version(const core::TemplateId& id,
                                               std::int64_t version) const;
  std::vector<core::TemplateVersion> versions(const core::TemplateId& id, int limit) const;

  std::int64_t issued_by(const core::TemplateId& id) const;

 private:
  db::Session& session_;
};

}  // namespace storage
