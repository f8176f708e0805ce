#include "storage/tag_store.h"

#include "storage/text_range.h"

namespace storage {

std::vector<core::Tag> TagStore::of(const core::CertificateId& id) const {
  auto found = of(std::vector{id});
  return found.empty() ? std::vector<core::Tag>{} : std::move(found.begin()->second);
}

std::map<core::CertificateId, std::vector<core::Tag>> TagStore::of(
    const std::vector<core::CertificateId>& ids) const {
  std::map<core::CertificateId, std::vector<core::Tag>> found;
  if (ids.empty()) {
    return found;
  }
  db::Query query{
      "SELECT certificate_id, name FROM certificate_tags JOIN tags ON tags.id = tag_id "};
  query.add_any("WHERE certificate_id", ids).add(" ORDER BY name");
  session_.each(query, [&](std::span<const db::Value> row) {
    found[db::from_value<core::CertificateId>(row[0], "certificate_id")].push_back(
        db::from_value<core::Tag>(row[1], "name"));
  });
  return found;
}

void TagStore::add(const core::CertificateId& id, const std::vector<core::Tag>& tags) {
  for (const auto& tag : ids_of(tags)) {
    session_.send(
        "INSERT INTO certificate_tags (tag_id, certificate_id) VALUES ($1, $2) "
        "ON CONFLICT (tag_id, certificate_id) DO NOTHING",
        tag, id);
  }
}

void TagStore::remove(const core::CertificateId& id, const std::vector<core::Tag>& tags) {
  for (const auto& tag : known(tags)) {
    session_.send("DELETE FROM certificate_tags WHERE tag_id = $1 AND certificate_id = $2", tag,
                  id);
  }
}

void TagStore::hand_down(const core::CertificateId& from, const core::CertificateId& to) {
  session_.send(
      "INSERT INTO certificate_tags (tag_id, certificate_id) "
      "SELECT tag_id, CAST($2 AS BIGINT) FROM certificate_tags WHERE certificate_id = $1",
      from, to);
}

std::vector<core::TagId> TagStore::ids_of(const std::vector<core::Tag>& tags) {
  auto ids = known(tags);
  if (ids.size() < tags.size()) {
    for (const auto& tag : tags) {
      session_.send("INSERT INTO tags (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                    session_.new_id<core::TagId>("tags"), tag);
    }
    ids = known(tags);
  }
  return ids;
}

std::vector<core::Tag> TagStore::list(std::string_view prefix,
                                      const std::optional<core::Tag>& after, int limit) const {
  db::Query query{
      "SELECT name FROM tags WHERE "
      "(EXISTS (SELECT 1 FROM certificate_tags WHERE tag_id = tags.id) OR "
      "EXISTS (SELECT 1 FROM restrictions WHERE kind = 'tag' AND object_id = tags.id))"};
  if (!prefix.empty()) {
    query.add(" AND name >= ", prefix).add(" AND name < ", end_of_prefix(prefix));
  }
  if (after) {
    query.add(" AND name > ", *after);
  }
  query.add(" ORDER BY name LIMIT ", limit);
  std::vector<core::Tag> found;
  session_.each(query, [&](std::span<const db::Value> row) {
    found.push_back(db::from_value<core::Tag>(row[0], "name"));
  });
  return found;
}

std::vector<core::TagId> TagStore::known(const std::vector<core::Tag>& tags) const {
  std::vector<core::TagId> ids;
  if (tags.empty()) {
    return ids;
  }
  db::Query query{"SELECT id FROM tags "};
  query.add_any("WHERE name", tags).add(" ORDER BY name");
  session_.each(query, [&](std::span<const db::Value> row) {
    ids.push_back(db::from_value<core::TagId>(row[0], "id"));
  });
  return ids;
}

}  // namespace storage
