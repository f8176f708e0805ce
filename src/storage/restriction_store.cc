#include "storage/restriction_store.h"

#include "storage/tag_store.h"

namespace storage {
namespace {

constexpr std::string_view authority = "authority";
constexpr std::string_view made_by = "template";
constexpr std::string_view tagged = "tag";

// A kind that is not known, and a tag that is not there, are errors: left out, they would open what
// they close.
void add(core::Restriction& restriction, std::span<const db::Value> row) {
  const auto kind = db::from_value<std::string>(row[0], "kind");
  if (kind == authority) {
    restriction.authorities.push_back(db::from_value<core::AuthorityId>(row[1], "object_id"));
  } else if (kind == made_by) {
    restriction.templates.push_back(db::from_value<core::TemplateId>(row[1], "object_id"));
  } else if (kind == tagged) {
    restriction.tags.push_back(db::from_value<core::Tag>(row[2], "name"));
  } else {
    db::refuse_column("kind", "is not known: " + kind);
  }
}

constexpr std::string_view columns =
    "SELECT kind, object_id, tags.name, holder_id FROM restrictions "
    "LEFT JOIN tags ON kind = 'tag' AND tags.id = object_id ";

}  // namespace

core::Restriction RestrictionStore::of(std::string_view holder, std::int64_t id) const {
  core::Restriction restriction;
  session_.each(
      std::string{columns} + "WHERE holder = $1 AND holder_id = $2 ORDER BY kind, name, object_id",
      [&](std::span<const db::Value> row) { add(restriction, row); }, holder, id);
  return restriction;
}

std::map<core::GroupId, core::Restriction> RestrictionStore::of_groups(
    const core::UserId& id) const {
  std::map<core::GroupId, core::Restriction> found;
  session_.each(
      std::string{columns} +
          "WHERE holder = 'group' AND "
          "holder_id IN (SELECT group_id FROM group_members WHERE user_id = $1) "
          "ORDER BY holder_id, kind, name, object_id",
      [&](std::span<const db::Value> row) {
        add(found[db::from_value<core::GroupId>(row[3], "holder_id")], row);
      },
      id);
  return found;
}

std::set<core::UserId> RestrictionStore::restricted(const std::vector<core::UserId>& users) const {
  std::set<core::UserId> found;
  db::Query query{"SELECT holder_id FROM restrictions WHERE holder = 'user'"};
  query.add_any(" AND holder_id", users)
      .add_any(" UNION SELECT user_id FROM group_members WHERE user_id", users)
      .add(" AND group_id IN (SELECT holder_id FROM restrictions WHERE holder = 'group')");
  session_.each(query, [&](std::span<const db::Value> row) {
    found.insert(db::from_value<core::UserId>(row[0], "holder_id"));
  });
  return found;
}

std::set<core::GroupId> RestrictionStore::restricted(
    const std::vector<core::GroupId>& groups) const {
  std::set<core::GroupId> found;
  db::Query query{"SELECT holder_id FROM restrictions WHERE holder = 'group'"};
  query.add_any(" AND holder_id", groups);
  session_.each(query, [&](std::span<const db::Value> row) {
    found.insert(db::from_value<core::GroupId>(row[0], "holder_id"));
  });
  return found;
}

void RestrictionStore::set(std::string_view holder, std::int64_t id,
                           const core::Restriction& restriction) {
  session_.send("DELETE FROM restrictions WHERE holder = $1 AND holder_id = $2", holder, id);
  const auto insert = [&](std::string_view kind, std::int64_t object) {
    session_.send(
        "INSERT INTO restrictions (holder, holder_id, kind, object_id) VALUES ($1, $2, $3, $4)",
        holder, id, kind, object);
  };
  for (const auto& each : restriction.authorities) {
    insert(authority, each.to_number());
  }
  for (const auto& each : restriction.templates) {
    insert(made_by, each.to_number());
  }
  for (const auto& each : TagStore{session_}.ids_of(restriction.tags)) {
    insert(tagged, each.to_number());
  }
}

}  // namespace storage
