#include "service/audit_export.h"

#include <algorithm>
#include <map>
#include <utility>

#include "service/audit_leaf.h"
#include "storage/audit_tree_store.h"

namespace service {
namespace {

constexpr std::int64_t page = 500;

std::vector<std::string> hashes_of(std::int64_t begin, std::int64_t end, merkle::Tiles& tiles) {
  std::vector<std::string> texts;
  for (const auto& node :
       merkle::cover(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end))) {
    texts.push_back(base::to_base64(tiles.node(node)));
  }
  return texts;
}

void append_leaves(std::string& text, db::Session& session, std::int64_t begin, std::int64_t end) {
  const storage::AuditTreeStore store{session};
  std::map<std::int64_t, db::Entry> entries;
  for (auto& entry : store.entries_of_leaves(begin, end)) {
    entries.emplace(entry.id, std::move(entry));
  }
  for (const auto& leaf : store.leaves(begin, end)) {
    const auto entry = entries.find(leaf.entry_id);
    // The place of one that is gone stays empty, and the verifier says which.
    text += (entry == entries.end() ? std::string{} : leaf_text(entry->second)) + "\n";
  }
}

}  // namespace

AuditExportHeader AuditExport::header(const Range& range) {
  return database_.read([&](db::Session& session) {
    const storage::AuditTreeStore store{session};
    const auto latest = store.latest_checkpoint().value();
    const auto size = latest.tree_size;
    AuditExportHeader header{.tree_size = size, .checkpoint = latest.note};
    header.first = std::max(store.tree().first_leaf, range.first_leaf.value_or(0));
    if (range.from) {
      header.first = std::max(header.first, store.leaf_from(*range.from).value_or(size));
    }
    header.first = std::min(header.first, size);
    header.end = size;
    if (range.before) {
      header.end = std::min(size, store.leaf_from(*range.before).value_or(size));
    }
    header.end = std::clamp(header.end, header.first, header.first + range.limit);
    auto tiles = AuditLog::tiles(session);
    header.left = hashes_of(0, header.first, tiles);
    header.right = hashes_of(header.end, size, tiles);
    return header;
  });
}

std::function<bool(std::string&)> AuditExport::lines(const Range& range) {
  log_.sequence();
  const auto head = header(range);
  return [&database = database_, first = json::to_text(head) + "\n", begin = head.first,
          last = head.end](std::string& part) mutable {
    part += std::exchange(first, {});
    const auto end = std::min(last, begin + page);
    database.read([&](db::Session& session) { append_leaves(part, session, begin, end); });
    begin = end;
    return begin < last;
  };
}

}  // namespace service
