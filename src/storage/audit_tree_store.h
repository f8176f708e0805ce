#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "db/database.h"
#include "db/session.h"

namespace storage {

// How far the transparency log has come. One row.
struct AuditTree {
  std::int64_t tree_size;
  std::int64_t first_leaf;  // the entries before it were removed; their hashes stay
  std::string origin;
  std::optional<core::KeyId> key_id;
};
BOOST_DESCRIBE_STRUCT(AuditTree, (), (tree_size, first_leaf, origin, key_id))

struct AuditLeaf {
  std::int64_t leaf_index;
  std::int64_t entry_id;
};
BOOST_DESCRIBE_STRUCT(AuditLeaf, (), (leaf_index, entry_id))

struct AuditCheckpoint {
  std::int64_t tree_size;
  base::Time signed_at;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(AuditCheckpoint, (), (tree_size, signed_at, note))

// The Merkle tree over the audit log: which entry is which leaf, the tiles of hashes, checkpoints.
class AuditTreeStore {
 public:
  explicit AuditTreeStore(db::Session& session) : session_{session} {}

  AuditTree tree() const;
  // Keeps others from extending the tree until the transaction ends.
  AuditTree hold();
  void put(const AuditTree& tree);

  // Entries that are in the log and not yet in the tree, the oldest first.
  std::vector<std::int64_t> pending(int limit) const;
  std::vector<db::Entry> entries(const std::vector<std::int64_t>& ids) const;
  // These entries become leaves from `first` on, in this order, and wait no longer.
  void add_leaves(std::int64_t first, const std::vector<std::int64_t>& ids);
  // What `AuditStore::daily` reads.
  void count_days(const std::vector<db::Entry>& entries);
  void forget_days_before(base::Time time);

  std::vector<AuditLeaf> leaves(std::int64_t begin, std::int64_t end) const;
  std::vector<db::Entry> entries_of_leaves(std::int64_t begin, std::int64_t end) const;
  std::optional<std::int64_t> leaf_of(std::int64_t entry_id) const;
  // Of the first entry from that id or time on.
  std::optional<std::int64_t> leaf_from_id(std::int64_t entry_id) const;
  std::optional<std::int64_t> leaf_from(base::Time time) const;
  // Entries of these ids that neither are leaves nor wait to become some.
  std::vector<std::int64_t> strangers(std::int64_t from_id, std::int64_t to_id, int limit) const;
  void remove_entries(std::int64_t begin, std::int64_t end);
  std::optional<std::int64_t> lowest_leaf() const;

  base::Bytes tile(int level, std::int64_t index) const;  // empty when there is none
  void put_tile(int level, std::int64_t index, const base::Bytes& hashes);

  std::optional<AuditCheckpoint> latest_checkpoint() const;
  // Of one hour only the latest is kept.
  void add(const AuditCheckpoint& checkpoint);

 private:
  db::Session& session_;
};

}  // namespace storage
