#include "service/audit_log.h"

#include <map>

#include "base/log.h"
#include "service/audit_leaf.h"
#include "storage/audit_tree_store.h"

namespace service {
namespace {

constexpr int largest_batch = 512;
constexpr std::chrono::seconds pause{1};
constexpr std::chrono::seconds pause_after_failure{30};
constexpr std::string_view key_purpose = "audit log";

const auth::Act act{.by = "system", .action = "audit.sequence"};

[[noreturn]] void refuse_changed_tree() {
  throw base::Error{base::ErrorCode::internal,
                    "the audit log's tree in the database is not the one that was signed: somebody "
                    "changed it; keep the database as it is and look for who did"};
}

}  // namespace

void AuditLog::start() {
  thread_ = std::thread{[this] { work(); }};
}

void AuditLog::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void AuditLog::work() {
  auto wait = pause;
  std::unique_lock lock{mutex_};
  while (!wake_.wait_for(lock, wait, [this] { return stopping_; })) {
    lock.unlock();
    wait = pause;
    try {
      sequence();
    } catch (const std::exception& error) {
      base::log_error("the audit log could not be extended", {{"reason", error.what()}});
      wait = pause_after_failure;
    }
    lock.lock();
  }
}

void AuditLog::sequence() {
  const std::lock_guard lock{sequencing_};
  const bool waiting = database_.read([](db::Session& session) {
    const storage::AuditTreeStore store{session};
    const auto signed_last = store.latest_checkpoint();
    return !store.pending(1).empty() || !signed_last ||
           signed_last->tree_size < store.tree().tree_size;
  });
  if (!waiting) {
    return;
  }
  signer();
  while (extend() == largest_batch) {
  }
  sign();
}

merkle::Tiles AuditLog::tiles(db::Session& session) {
  return merkle::Tiles{[&session](const merkle::Tile& tile) {
    return storage::AuditTreeStore{session}.tile(tile.level, static_cast<std::int64_t>(tile.index));
  }};
}

std::int64_t AuditLog::extend() {
  return database_.write(act, [&](db::Session& session) -> std::int64_t {
    session.bookkeeping("the tree says nothing that the entries do not");
    storage::AuditTreeStore store{session};
    const auto ids = store.pending(largest_batch);
    if (ids.empty()) {
      return 0;
    }
    auto tree = store.hold();
    // Another node may have taken some of them before the tree was ours.
    const auto still = store.pending(largest_batch);
    if (still.empty()) {
      return 0;
    }
    auto hashes = tiles(session);
    if (last_signed_ && (last_signed_->size > tree.tree_size ||
                         merkle::root(static_cast<std::uint64_t>(last_signed_->size),
                                      hashes.lookup()) != last_signed_->root)) {
      refuse_changed_tree();
    }
    std::map<std::int64_t, merkle::Hash> by_id;
    const auto entries = store.entries(still);
    for (const auto& entry : entries) {
      by_id.emplace(entry.id, leaf_hash(entry));
    }
    auto size = static_cast<std::uint64_t>(tree.tree_size);
    for (const auto id : still) {
      // An entry that is gone already still has its place: the check will miss it there.
      const auto found = by_id.find(id);
      hashes.append(size++, found != by_id.end() ? found->second : merkle::empty_root());
    }
    for (const auto& [tile, content] : hashes.changed()) {
      store.put_tile(tile.level, static_cast<std::int64_t>(tile.index), content);
    }
    store.add_leaves(tree.tree_size, still);
    store.count_days(entries);
    tree.tree_size = static_cast<std::int64_t>(size);
    store.put(tree);
    return static_cast<std::int64_t>(still.size());
  });
}

void AuditLog::sign() {
  Signed now{};
  database_.read([&](db::Session& session) {
    now.size = storage::AuditTreeStore{session}.tree().tree_size;
    auto hashes = tiles(session);
    now.root = merkle::root(static_cast<std::uint64_t>(now.size), hashes.lookup());
    if (last_signed_ && (last_signed_->size > now.size ||
                         merkle::root(static_cast<std::uint64_t>(last_signed_->size),
                                      hashes.lookup()) != last_signed_->root)) {
      refuse_changed_tree();
    }
  });
  const auto& [name, key] = signer();
  const auto note = merkle::sign_checkpoint(
      {.origin = name.name(), .size = static_cast<std::uint64_t>(now.size), .root = now.root}, name,
      key);
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping("the tree says nothing that the entries do not");
    storage::AuditTreeStore{session}.add(
        {.tree_size = now.size, .signed_at = clock_.now(), .note = note});
  });
  last_signed_ = now;
}

const AuditLog::Signer& AuditLog::signer() {
  if (signer_) {
    return *signer_;
  }
  auto made = make_signer();
  // What was signed before this start is where the tree must begin.
  const auto last = database_.read(
      [](db::Session& session) { return storage::AuditTreeStore{session}.latest_checkpoint(); });
  if (last) {
    const auto opened = merkle::open_checkpoint(last->note, made.name);
    if (!opened) {
      throw base::Error{base::ErrorCode::internal,
                        "the audit log's checkpoint: " + opened.error().reason};
    }
    last_signed_ = Signed{static_cast<std::int64_t>(opened->size), opened->root};
  }
  signer_.emplace(std::move(made));
  return *signer_;
}

AuditLog::Signer AuditLog::make_signer() {
  auto tree =
      database_.read([](db::Session& session) { return storage::AuditTreeStore{session}.tree(); });
  if (!tree.key_id) {
    const auto fresh = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ed25519);
    const auto origin = origin_();
    tree = database_.write(act, [&](db::Session& session) {
      session.bookkeeping("the key of the log itself");
      storage::AuditTreeStore store{session};
      auto held = store.hold();
      if (!held.key_id) {  // another node may have been first
        held.key_id = keys_.store(session, fresh, key_purpose);
        held.origin = origin;
        store.put(held);
      }
      return held;
    });
  }
  auto key = database_.read(
      [&](db::Session& session) { return keys_.load(session, tree.key_id.value()); });
  auto name = merkle::NoteKey::make(tree.origin, key.public_key());
  if (!name) {
    throw base::Error{base::ErrorCode::internal, "the audit log's name: " + name.error().reason};
  }
  return {*std::move(name), std::move(key)};
}

std::string AuditLog::checkpoint() {
  const auto latest = database_.read(
      [](db::Session& session) { return storage::AuditTreeStore{session}.latest_checkpoint(); });
  if (latest) {
    return latest->note;
  }
  sequence();
  return database_.read([](db::Session& session) {
    return storage::AuditTreeStore{session}.latest_checkpoint().value().note;
  });
}

std::string AuditLog::verifier_key() {
  const std::lock_guard lock{sequencing_};
  return signer().name.to_string();
}

std::optional<base::Bytes> AuditLog::tile(const merkle::TileRequest& request) {
  constexpr std::size_t hash_octets = 32;
  return database_.read([&](db::Session& session) -> std::optional<base::Bytes> {
    const storage::AuditTreeStore store{session};
    // Only what a checkpoint covers is published.
    const auto latest = store.latest_checkpoint();
    const auto size = latest ? static_cast<std::uint64_t>(latest->tree_size) : 0;
    if (merkle::width_of(request.tile, size) < request.width) {
      return std::nullopt;
    }
    auto hashes = store.tile(request.tile.level, static_cast<std::int64_t>(request.tile.index));
    if (hashes.size() < request.width * hash_octets) {
      return std::nullopt;
    }
    hashes.resize(request.width * hash_octets);
    return hashes;
  });
}

std::optional<AuditLog::Inclusion> AuditLog::prove_inclusion(std::int64_t entry_id) {
  sequence();
  return database_.read([&](db::Session& session) -> std::optional<Inclusion> {
    const storage::AuditTreeStore store{session};
    const auto entries = store.entries({entry_id});
    const auto index = store.leaf_of(entry_id);
    const auto latest = store.latest_checkpoint();
    if (entries.empty() || !index || !latest || *index >= latest->tree_size) {
      return std::nullopt;
    }
    auto hashes = tiles(session);
    return Inclusion{.leaf_index = *index,
                     .tree_size = latest->tree_size,
                     .leaf_hash = hashes.node({0, static_cast<std::uint64_t>(*index)}),
                     .proof = merkle::inclusion_proof(static_cast<std::uint64_t>(*index),
                                                      static_cast<std::uint64_t>(latest->tree_size),
                                                      hashes.lookup()),
                     .leaf = leaf_text(entries.front()),
                     .checkpoint = latest->note};
  });
}

AuditLog::Consistency AuditLog::prove_consistency(std::int64_t first, std::int64_t second) {
  sequence();
  return database_.read([&](db::Session& session) {
    const auto latest = storage::AuditTreeStore{session}.latest_checkpoint().value();
    if (second == 0) {
      second = latest.tree_size;
    }
    if (first < 1 || second < first || second > latest.tree_size) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"first", "not 1 <= first <= second <= " +
                                                       std::to_string(latest.tree_size)}}};
    }
    auto hashes = tiles(session);
    return Consistency{
        .first = first,
        .second = second,
        .proof = merkle::consistency_proof(static_cast<std::uint64_t>(first),
                                           static_cast<std::uint64_t>(second), hashes.lookup()),
        .checkpoint = latest.note};
  });
}

}  // namespace service
