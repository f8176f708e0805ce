#include "storage/template_store.h"

#include "storage/text_range.h"

namespace storage {

void TemplateStore::update(const core::Template& record) {
  session_.send(
      "UPDATE templates SET name = $2, name_key = $3, description = $4, template_type = $5, "
      "is_active = $6, version = $7, updated_at = $8, updated_by = $9 WHERE id = $1",
      record.id, record.name, record.name_key, record.description, record.template_type,
      record.is_active, record.version, record.updated_at, record.updated_by);
}

void TemplateStore::remove(const core::TemplateId& id) {
  session_.send("DELETE FROM template_counts WHERE template_id = $1", id);
  session_.send("DELETE FROM template_versions WHERE template_id = $1", id);
  session_.send("DELETE FROM templates WHERE id = $1", id);
}

std::optional<core::Template> TemplateStore::find(const core::TemplateId& id) const {
  return session_.select_one<core::Template>("FROM templates WHERE id = $1", id);
}

// An update that changes nothing takes the lock on both databases.
std::optional<core::Template> TemplateStore::find_to_change(const core::TemplateId& id) {
  session_.send("UPDATE templates SET id = id WHERE id = $1", id);
  return find(id);
}

std::optional<core::Template> TemplateStore::find_by_name(std::string_view name_key) const {
  return session_.select_one<core::Template>("FROM templates WHERE name_key = $1", name_key);
}

// There are as many templates as people make by hand: filters need no index of their own.
std::vector<core::Template> TemplateStore::list(const TemplateFilter& filter, int limit) const {
  db::Query query{"FROM templates WHERE TRUE"};
  if (filter.is_active) {
    query.add(" AND is_active = ", *filter.is_active);
  }
  if (!filter.type.empty()) {
    query.add(" AND template_type = ", filter.type);
  }
  if (!filter.search.empty()) {
    query.add(" AND name_key >= ", filter.search)
        .add(" AND name_key < ", end_of_prefix(filter.search));
  }
  query.add(" ORDER BY id LIMIT ", limit);
  return session_.select<core::Template>(query);
}

std::int64_t TemplateStore::count() const {
  return session_.number("SELECT COUNT(*) FROM templates");
}

std::optional<core::TemplateVersion> TemplateStore::version(const core::TemplateId& id,
                                                            std::int64_t version) const {
  return session_.select_one<core::TemplateVersion>(
      "FROM template_versions WHERE template_id = $1 AND version = $2", id, version);
}

std::vector<core::TemplateVersion> TemplateStore::versions(const core::TemplateId& id,
                                                           int limit) const {
  return session_.select<core::TemplateVersion>(
      "FROM template_versions WHERE template_id = $1 ORDER BY version DESC LIMIT $2", id, limit);
}

std::int64_t TemplateStore::issued_by(const core::TemplateId& id) const {
  return session_.number("SELECT SUM(issued) FROM template_counts WHERE template_id = $1", id);
}

}  // namespace storage
