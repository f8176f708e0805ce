#include "storage/audit_tree_store.h"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

namespace storage {
namespace {

constexpr std::size_t most_at_once = 64;
constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;

std::int64_t day_of(base::Time time) {
  return time.time_since_epoch().count() / day;
}

// Hands out parts of powers of two, so that there are few texts of statements.
template <class Use>
void in_parts(std::span<const std::int64_t> ids, Use use) {
  while (!ids.empty()) {
    const auto count = std::min(most_at_once, std::bit_floor(ids.size()));
    use(ids.first(count));
    ids = ids.subspan(count);
  }
}

std::optional<std::int64_t> first_number(db::Session& session, const db::Query& query) {
  std::optional<std::int64_t> found;
  session.each(query, [&](std::span<const db::Value> row) {
    found = db::from_value<std::optional<std::int64_t>>(row[0], "leaf_index");
  });
  return found;
}

}  // namespace

AuditTree AuditTreeStore::tree() const {
  return session_.select_one<AuditTree>("FROM audit_tree WHERE id = 1").value();
}

AuditTree AuditTreeStore::hold() {
  // An update that changes nothing takes the lock on both databases.
  session_.send("UPDATE audit_tree SET id = 1 WHERE id = 1");
  return tree();
}

void AuditTreeStore::put(const AuditTree& tree) {
  session_.send(
      "UPDATE audit_tree SET tree_size = $1, first_leaf = $2, origin = $3, key_id = $4 "
      "WHERE id = 1",
      tree.tree_size, tree.first_leaf, tree.origin, tree.key_id);
}

std::vector<std::int64_t> AuditTreeStore::pending(int limit) const {
  std::vector<std::int64_t> ids;
  session_.each(
      "SELECT entry_id FROM audit_pending ORDER BY entry_id LIMIT $1",
      [&](std::span<const db::Value> row) { ids.push_back(std::get<std::int64_t>(row[0])); },
      limit);
  return ids;
}

std::vector<db::Entry> AuditTreeStore::entries(const std::vector<std::int64_t>& ids) const {
  std::vector<db::Entry> entries;
  in_parts(ids, [&](std::span<const std::int64_t> part) {
    db::Query query{"FROM audit_log WHERE"};
    query.add_any(" id", std::vector<std::int64_t>{part.begin(), part.end()});
    std::ranges::move(session_.select<db::Entry>(query), std::back_inserter(entries));
  });
  return entries;
}

void AuditTreeStore::add_leaves(std::int64_t first, const std::vector<std::int64_t>& ids) {
  in_parts(ids, [&](std::span<const std::int64_t> part) {
    db::Query insert{"INSERT INTO audit_leaves (leaf_index, entry_id) VALUES "};
    for (std::size_t i = 0; i < part.size(); ++i) {
      insert.add(i == 0 ? "(" : ", (", first++).add(", ", part[i]).add(")");
    }
    session_.send(insert);
    db::Query remove{"DELETE FROM audit_pending WHERE"};
    remove.add_any(" entry_id", std::vector<std::int64_t>{part.begin(), part.end()});
    session_.send(remove);
  });
}

void AuditTreeStore::count_days(const std::vector<db::Entry>& entries) {
  std::map<std::tuple<std::int64_t, std::string_view, bool>, std::int64_t> counts;
  for (const auto& entry : entries) {
    ++counts[{day_of(entry.at), entry.action, entry.success}];
  }
  for (const auto& [what, number] : counts) {
    const auto& [day, action, success] = what;
    session_.send(
        "INSERT INTO audit_days (day, action, success, entries) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (day, action, success) DO UPDATE SET entries = audit_days.entries + "
        "excluded.entries",
        day, action, success, number);
  }
}

void AuditTreeStore::forget_days_before(base::Time time) {
  session_.send("DELETE FROM audit_days WHERE day < $1", day_of(time));
}

std::vector<AuditLeaf> AuditTreeStore::leaves(std::int64_t begin, std::int64_t end) const {
  return session_.select<AuditLeaf>(
      "FROM audit_leaves WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index", begin,
      end);
}

std::vector<db::Entry> AuditTreeStore::entries_of_leaves(std::int64_t begin,
                                                         std::int64_t end) const {
  return session_.select<db::Entry>(
      "FROM audit_log WHERE id IN (SELECT entry_id FROM audit_leaves WHERE leaf_index >= $1 AND "
      "leaf_index < $2)",
      begin, end);
}

std::optional<std::int64_t> AuditTreeStore::leaf_of(std::int64_t entry_id) const {
  return first_number(session_, db::Query{"SELECT leaf_index FROM audit_leaves"}.add(
                                    " WHERE entry_id = ", entry_id));
}

std::optional<std::int64_t> AuditTreeStore::leaf_from_id(std::int64_t entry_id) const {
  return first_number(session_, db::Query{"SELECT leaf_index FROM audit_leaves"}
                                    .add(" WHERE entry_id >= ", entry_id)
                                    .add(" ORDER BY entry_id LIMIT 1"));
}

std::optional<std::int64_t> AuditTreeStore::leaf_from(base::Time time) const {
  const auto id = first_number(session_, db::Query{"SELECT id FROM audit_log"}
                                             .add(" WHERE at >= ", time)
                                             .add(" ORDER BY at, id LIMIT 1"));
  return id ? leaf_from_id(*id) : std::nullopt;
}

std::vector<std::int64_t> AuditTreeStore::strangers(std::int64_t from_id, std::int64_t to_id,
                                                    int limit) const {
  std::vector<std::int64_t> ids;
  session_.each(
      "SELECT id FROM audit_log WHERE id >= $1 AND id <= $2 "
      "AND NOT EXISTS (SELECT 1 FROM audit_leaves WHERE entry_id = audit_log.id) "
      "AND NOT EXISTS (SELECT 1 FROM audit_pending WHERE entry_id = audit_log.id) "
      "ORDER BY id LIMIT $3",
      [&](std::span<const db::Value> row) { ids.push_back(std::get<std::int64_t>(row[0])); },
      from_id, to_id, limit);
  return ids;
}

void AuditTreeStore::remove_entries(std::int64_t begin, std::int64_t end) {
  session_.send(
      "DELETE FROM audit_log WHERE id IN (SELECT entry_id FROM audit_leaves WHERE leaf_index >= $1 "
      "AND leaf_index < $2)",
      begin, end);
  session_.send("DELETE FROM audit_leaves WHERE leaf_index >= $1 AND leaf_index < $2", begin, end);
}

std::optional<std::int64_t> AuditTreeStore::lowest_leaf() const {
  return first_number(session_, db::Query{"SELECT MIN(leaf_index) FROM audit_leaves"});
}

base::Bytes AuditTreeStore::tile(int level, std::int64_t index) const {
  base::Bytes hashes;
  session_.each(
      "SELECT hashes FROM audit_tiles WHERE level = $1 AND tile_index = $2",
      [&](std::span<const db::Value> row) { hashes = std::get<base::Bytes>(row[0]); }, level,
      index);
  return hashes;
}

void AuditTreeStore::put_tile(int level, std::int64_t index, const base::Bytes& hashes) {
  session_.send(
      "INSERT INTO audit_tiles (level, tile_index, hashes) VALUES ($1, $2, $3) "
      "ON CONFLICT (level, tile_index) DO UPDATE SET hashes = excluded.hashes",
      level, index, hashes);
}

std::optional<AuditCheckpoint> AuditTreeStore::latest_checkpoint() const {
  return session_.select_one<AuditCheckpoint>(
      "FROM audit_checkpoints ORDER BY tree_size DESC LIMIT 1");
}

void AuditTreeStore::add(const AuditCheckpoint& checkpoint) {
  const auto last = latest_checkpoint();
  const auto hour_of = [](base::Time time) { return time.time_since_epoch().count() / hour; };
  if (last && last->tree_size < checkpoint.tree_size &&
      hour_of(last->signed_at) == hour_of(checkpoint.signed_at)) {
    session_.send("DELETE FROM audit_checkpoints WHERE tree_size = $1", last->tree_size);
  }
  session_.send(
      "INSERT INTO audit_checkpoints (tree_size, signed_at, note) VALUES ($1, $2, $3) "
      "ON CONFLICT (tree_size) DO NOTHING",
      checkpoint.tree_size, checkpoint.signed_at, checkpoint.note);
}

}  // namespace storage
