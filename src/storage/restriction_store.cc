#include "storage/restriction_store.h"

namespace storage {
namespace {

constexpr std::string_view authority = "authority";
constexpr std::string_view made_by = "template";

void add(core::Restriction& restriction, const db::Value& kind, const db::Value& object) {
  const auto id = std::get<std::int64_t>(object);
  if (std::get<std::string>(kind) == authority) {
    restriction.authorities.push_back(core::AuthorityId::from_number(id).value());
  } else {
    restriction.templates.push_back(core::TemplateId::from_number(id).value());
  }
}

}  // namespace

core::Restriction RestrictionStore::of(std::string_view holder, std::int64_t id) const {
  core::Restriction restriction;
  session_.each(
      "SELECT kind, object_id FROM restrictions WHERE holder = $1 AND holder_id = $2 "
      "ORDER BY kind, object_id",
      [&](std::span<const db::Value> row) { add(restriction, row[0], row[1]); }, holder, id);
  return restriction;
}

std::map<core::GroupId, core::Restriction> RestrictionStore::of_groups(
    const core::UserId& id) const {
  std::map<core::GroupId, core::Restriction> found;
  session_.each(
      "SELECT kind, object_id, holder_id FROM restrictions WHERE holder = 'group' AND "
      "holder_id IN (SELECT group_id FROM group_members WHERE user_id = $1) "
      "ORDER BY holder_id, kind, object_id",
      [&](std::span<const db::Value> row) {
        const auto group = core::GroupId::from_number(std::get<std::int64_t>(row[2])).value();
        add(found[group], row[0], row[1]);
      },
      id);
  return found;
}

void RestrictionStore::set(std::string_view holder, std::int64_t id,
                           const core::Restriction& restriction) {
  session_.execute("DELETE FROM restrictions WHERE holder = $1 AND holder_id = $2", holder, id);
  const auto insert = [&](std::string_view kind, std::int64_t object) {
    session_.execute(
        "INSERT INTO restrictions (holder, holder_id, kind, object_id) VALUES ($1, $2, $3, $4)",
        holder, id, kind, object);
  };
  for (const auto& each : restriction.authorities) {
    insert(authority, each.to_number());
  }
  for (const auto& each : restriction.templates) {
    insert(made_by, each.to_number());
  }
}

}  // namespace storage
