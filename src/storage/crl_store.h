#pragma once

#include <optional>
#include <vector>

#include "core/revocation.h"
#include "db/session.h"

namespace storage {

// A CRL as it is published, and what it covers.
struct StoredCrl {
  core::AuthorityId authority_id;
  core::CrlScope scope;
  std::int64_t number;
  base::Time this_update;
  base::Time next_update;
  std::int64_t entries;
  std::int64_t covered_changes;
  std::optional<std::int64_t> base_number = {};  // of a delta
  base::Bytes der;
};
BOOST_DESCRIBE_STRUCT(StoredCrl, (),
                      (authority_id, scope, number, this_update, next_update, entries,
                       covered_changes, base_number, der))

// A full CRL that deltas may begin from.
struct CrlBase {
  core::AuthorityId authority_id;
  std::int64_t number;
  base::Time this_update;
  std::int64_t covered_changes;
};
BOOST_DESCRIBE_STRUCT(CrlBase, (), (authority_id, number, this_update, covered_changes))

// The published lists, and the settings by which they are made.
class CrlStore {
 public:
  // Longer ones are not kept in the database: they are made anew after a start.
  static constexpr std::size_t longest_kept = std::size_t{4} << 20;

  explicit CrlStore(db::Session& session) : session_{session} {}

  core::RevocationSettings settings(const core::AuthorityId& id) const;
  void put_settings(const core::RevocationSettings& settings);

  // Draws the next number of an authority's lists: beyond all that were drawn, or came with a list
  // that was signed elsewhere.
  std::int64_t next_number(const core::AuthorityId& id);
  // Numbers up to this one were drawn elsewhere, before the authority came here.
  void go_on_after(const core::AuthorityId& id, std::int64_t number);

  std::optional<StoredCrl> find(const core::AuthorityId& id, const core::CrlScope& scope) const;
  // Keeps a CRL unless there is one that is newer or covers more. Returns whether it was kept.
  bool put(const StoredCrl& crl);

  // The base of the next delta: whoever has any list that was in force then or later can use it.
  std::optional<CrlBase> base_for(const core::AuthorityId& id, base::Time in_force_since) const;
  std::optional<CrlBase> newest_base(const core::AuthorityId& id) const;
  void add_base(const CrlBase& base);
  void remove_bases_before(const CrlBase& base);

 private:
  db::Session& session_;
};

}  // namespace storage
