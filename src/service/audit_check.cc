#include "service/audit_check.h"

#include <algorithm>
#include <limits>
#include <map>

#include "service/audit_leaf.h"
#include "service/audit_retention.h"
#include "storage/audit_store.h"
#include "storage/audit_tree_store.h"

namespace service {
namespace {

constexpr std::int64_t page = 512;
// Ids and leaves have nearly the same order: nodes draw ids in blocks.
constexpr std::int64_t disorder = 1024;

bool is_full(const AuditVerdict& verdict) {
  return verdict.errors.size() >= AuditCheck::most_findings;
}

}  // namespace

struct AuditCheck::Span {
  std::int64_t begin;
  std::int64_t end;  // leaves
  std::int64_t from_id;
  std::int64_t to_id;
};

AuditVerdict AuditCheck::run(std::optional<std::int64_t> start_id,
                             std::optional<std::int64_t> end_id) {
  AuditVerdict verdict;
  try {
    log_.sequence();
  } catch (const base::Error& error) {
    verdict.errors.push_back({std::nullopt, error.what()});
  }
  if (!check_tree(verdict)) {
    return verdict;
  }
  check_removal(verdict);
  const auto wanted = span(verdict, start_id, end_id);
  check_leaves(verdict, wanted);
  check_strangers(verdict, wanted);
  return verdict;
}

bool AuditCheck::check_tree(AuditVerdict& verdict) {
  std::string key_text;
  try {
    key_text = log_.verifier_key();
  } catch (const base::Error& error) {
    verdict.errors.push_back({std::nullopt, error.what()});
    return false;
  }
  const auto key = merkle::NoteKey::parse(key_text);
  return database_.read([&](db::Session& session) {
    const storage::AuditTreeStore store{session};
    const auto latest = store.latest_checkpoint();
    if (!latest || !key) {
      verdict.errors.push_back({std::nullopt, "the checkpoints are gone"});
      return false;
    }
    const auto opened = merkle::open_checkpoint(latest->note, *key);
    if (!opened) {
      verdict.errors.push_back({std::nullopt, opened.error().reason});
      return false;
    }
    verdict.tree_size = static_cast<std::int64_t>(opened->size);
    verdict.root_hash = base::to_base64(opened->root);
    root_ = opened->root;
    try {
      auto hashes = AuditLog::tiles(session);
      if (merkle::root(opened->size, hashes.lookup()) == root_) {
        return true;
      }
      verdict.errors.push_back({std::nullopt, "the tree's root is not the one that was signed"});
    } catch (const base::Error& error) {
      verdict.errors.push_back({std::nullopt, error.what()});
    }
    return false;
  });
}

// Whoever deletes old entries must have said so in the log.
void AuditCheck::check_removal(AuditVerdict& verdict) {
  const auto [first_leaf, told] = database_.read([](db::Session& session) {
    return std::pair{storage::AuditTreeStore{session}.tree().first_leaf,
                     last_removal(session).value_or(0)};
  });
  if (first_leaf != told) {
    verdict.errors.push_back(
        {std::nullopt, "the entries before leaf " + std::to_string(first_leaf) +
                           " are gone, and the log tells of " + std::to_string(told)});
  }
}

AuditCheck::Span AuditCheck::span(const AuditVerdict& verdict, std::optional<std::int64_t> start_id,
                                  std::optional<std::int64_t> end_id) {
  return database_.read([&](db::Session& session) {
    const storage::AuditTreeStore store{session};
    const auto first = store.tree().first_leaf;
    Span span{.begin = first,
              .end = verdict.tree_size,
              .from_id = start_id.value_or(1),
              .to_id = end_id.value_or(std::numeric_limits<std::int64_t>::max())};
    if (start_id) {
      span.begin =
          std::max(first, store.leaf_from_id(*start_id).value_or(verdict.tree_size) - disorder);
    }
    if (end_id && span.to_id < std::numeric_limits<std::int64_t>::max()) {
      const auto after = store.leaf_from_id(span.to_id + 1);
      span.end = after ? std::min(verdict.tree_size, *after + disorder) : verdict.tree_size;
    }
    if (!start_id && span.end - span.begin > most_checked) {
      span.begin = span.end - most_checked;
      const auto leaves = store.leaves(span.begin, span.begin + 1);
      span.from_id = leaves.empty() ? 1 : leaves.front().entry_id;
    }
    span.end = std::min(span.end, span.begin + most_checked + 2 * disorder);
    return span;
  });
}

void AuditCheck::check_leaves(AuditVerdict& verdict, const Span& span) {
  const auto size = static_cast<std::uint64_t>(verdict.tree_size);
  // In pages, so that no reading transaction is long.
  for (auto begin = span.begin; begin < span.end && !is_full(verdict);) {
    const auto end = std::min(span.end, begin - begin % page + page);
    database_.read([&](db::Session& session) {
      const storage::AuditTreeStore store{session};
      std::map<std::int64_t, std::int64_t> id_of;
      for (const auto& leaf : store.leaves(begin, end)) {
        id_of[leaf.leaf_index] = leaf.entry_id;
      }
      std::map<std::int64_t, db::Entry> entries;
      for (auto& entry : store.entries_of_leaves(begin, end)) {
        entries.emplace(entry.id, std::move(entry));
      }
      auto hashes = AuditLog::tiles(session);
      const auto add = [&](std::optional<std::int64_t> id, std::string error) {
        if (!is_full(verdict)) {
          verdict.errors.push_back({id, std::move(error)});
        }
      };
      for (auto index = begin; index < end; ++index) {
        const auto leaf = static_cast<std::uint64_t>(index);
        const auto hash = hashes.node({0, leaf});
        // One proof for each tile, and the last one: it holds all of the tile's hashes to the root.
        if ((leaf % merkle::tile_width == 0 || index == begin) &&
            !merkle::verify_inclusion(
                hash, leaf, size, merkle::inclusion_proof(leaf, size, hashes.lookup()), root_)) {
          add(std::nullopt, "the hashes from leaf " + std::to_string(index) +
                                " on are not those of the signed tree");
        }
        const auto id = id_of.find(index);
        if (id == id_of.end()) {
          add(std::nullopt, "leaf " + std::to_string(index) + " has no entry any more");
          continue;
        }
        if (id->second < span.from_id || id->second > span.to_id) {
          continue;
        }
        ++verdict.checked;
        const auto entry = entries.find(id->second);
        if (entry == entries.end()) {
          add(id->second, "the entry was deleted");
        } else if (leaf_hash(entry->second) != hash) {
          add(id->second, "the entry was changed: it is not the one that was signed as leaf " +
                              std::to_string(index));
        }
      }
    });
    begin = end;
  }
}

void AuditCheck::check_strangers(AuditVerdict& verdict, const Span& span) {
  const auto found = database_.read([&](db::Session& session) {
    return storage::AuditTreeStore{session}.strangers(
        span.from_id, span.to_id, static_cast<int>(most_findings - verdict.errors.size()));
  });
  for (const auto id : found) {
    verdict.errors.push_back({id, "the entry was put in by other means: it is not in the tree"});
  }
}

}  // namespace service
