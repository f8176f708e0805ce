#include "service/crls.h"

#include <algorithm>

#include "base/log.h"
#include "storage/revocation_store.h"
#include "x509/crl.h"

namespace service {
namespace {

using std::chrono::days;
using std::chrono::hours;

struct Generated {
  std::int64_t number;
  core::CrlScope scope;
  std::int64_t entries;
  base::Time next_update;
};
BOOST_DESCRIBE_STRUCT(Generated, (), (number, scope, entries, next_update))

const auth::Act routine{.by = "system", .action = "crl.generate"};

base::Seconds validity_of(const core::RevocationSettings& settings, const core::CrlScope& scope) {
  return scope.is_delta() ? base::Seconds{hours{settings.delta_crl_validity_hours}}
                          : base::Seconds{days{settings.crl_validity_days}};
}

base::Seconds interval_of(const core::RevocationSettings& settings, const core::CrlScope& scope) {
  return hours{scope.is_delta() ? settings.delta_crl_interval
                                : settings.crl_publish_interval_hours};
}

void check_scope(const core::RevocationSettings& settings, const core::CrlScope& scope) {
  if (scope.is_delta() && !settings.delta_crl_enabled) {
    throw base::Error{base::ErrorCode::not_found, "this authority has no delta CRL"};
  }
  if (scope.shards() > settings.most_shards) {
    throw base::Error{base::ErrorCode::not_found, "this authority has no such shard"};
  }
}

// So many that a part is read at a time, not a list of millions.
int parts_for(std::int64_t entries) {
  constexpr std::int64_t in_a_part = 20'000;
  int parts = 1;
  while (parts < core::most_crl_shards && entries / parts > in_a_part) {
    parts *= 2;
  }
  return parts;
}

}  // namespace

void Crls::stop() {
  {
    const std::lock_guard lock{due_mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

Crls::Crl Crls::current(const core::AuthorityId& id, const core::CrlScope& scope) {
  if (const auto crl = latest(id, scope);
      started_ && crl && crl->entries > many_entries && clock_.now() < crl->next_update) {
    if (!is_current(*crl, state(id, scope))) {
      changed(id);
    }
    return crl;
  }
  return fresh({id, scope});
}

Crls::Crl Crls::fresh(const Key& key) {
  const auto& [id, scope] = key;
  const auto now = state(id, scope);
  if (const auto crl = latest(id, scope); crl && is_current(*crl, now)) {
    return crl;
  }
  const std::lock_guard lock{mutex_of(key)};
  if (const auto crl = latest(id, scope); crl && is_current(*crl, now)) {
    return crl;  // made while we waited
  }
  return make(routine, key, true);
}

Crls::Crl Crls::regenerate(const auth::Act& act, const core::AuthorityId& id,
                           const core::CrlScope& scope) {
  state(id, scope);
  const Key key{id, scope};
  const std::lock_guard lock{mutex_of(key)};
  return make(act, key, &act == &routine);
}

Crls::Crl Crls::latest(const core::AuthorityId& id, const core::CrlScope& scope) {
  const Key key{id, scope};
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = kept_.find(key); found != kept_.end()) {
      return found->second.crl;
    }
  }
  auto stored = database_.read(
      [&](db::Session& session) { return storage::CrlStore{session}.find(id, scope); });
  if (!stored || stored->der.empty()) {
    return nullptr;
  }
  const std::lock_guard lock{mutex_};
  auto& kept = kept_[key].crl;
  if (!kept || kept->number < stored->number) {
    kept = std::make_shared<storage::StoredCrl>(*std::move(stored));
  }
  return kept;
}

Crls::State Crls::state(const core::AuthorityId& id, const core::CrlScope& scope) {
  const auto now = database_.read([&](db::Session& session) {
    return State{storage::CrlStore{session}.settings(id),
                 storage::RevocationStore{session}.changes(id)};
  });
  check_scope(now.settings, scope);
  return now;
}

bool Crls::is_current(const storage::StoredCrl& crl, const State& state) {
  if (clock_.now() >= crl.this_update + interval_of(state.settings, crl.scope)) {
    return false;
  }
  if (crl.covered_changes >= state.changes) {
    return true;
  }
  if (!crl.scope.is_shard()) {
    return false;
  }
  // What changed may all be in other shards.
  const Key key{crl.authority_id, crl.scope};
  auto checked = crl.covered_changes;
  {
    const std::lock_guard lock{mutex_};
    checked = std::max(checked, kept_[key].checked_changes);
  }
  const bool changed = database_.read([&](db::Session& session) {
    return storage::RevocationStore{session}.changed_in(crl.authority_id, crl.scope.buckets(),
                                                        checked);
  });
  if (!changed) {
    const std::lock_guard lock{mutex_};
    kept_[key].checked_changes = std::max(kept_[key].checked_changes, state.changes);
  }
  return !changed;
}

void Crls::forget(const core::AuthorityId& id) {
  const std::lock_guard lock{mutex_};
  std::erase_if(kept_, [&](const auto& each) { return each.first.first == id; });
}

std::mutex& Crls::mutex_of(const Key& key) {
  const std::lock_guard lock{mutex_};
  auto& entry = making_[key];
  if (!entry) {
    entry = std::make_unique<std::mutex>();
  }
  return *entry;
}

Crls::Crl Crls::make(const auth::Act& act, const Key& key, bool is_routine) {
  const auto& [id, scope] = key;
  const auto issuer = authorities_.issuer(id);
  if (!issuer->signer) {
    const auto last = latest(id, scope);
    if (last && is_routine) {
      return last;
    }
    throw base::Error{base::ErrorCode::conflict, "the key of this authority is not here"};
  }
  if (scope.is_delta()) {
    make_base(id);
  }
  // Another node may make one that covers more. Then ours is thrown away unseen: what a list says
  // is never taken back by one with a higher number.
  constexpr int attempts = 5;
  for (int i = 0; i < attempts; ++i) {
    const auto now = state(id, scope);
    auto crl = sign(*issuer, key, now.settings);
    if (keep(act, crl, *issuer, now.settings, is_routine)) {
      auto made = std::make_shared<const storage::StoredCrl>(std::move(crl));
      const std::lock_guard lock{mutex_};
      kept_[key] = {made, made->covered_changes};
      return made;
    }
    {
      const std::lock_guard lock{mutex_};
      kept_.erase(key);
    }
    if (const auto theirs = latest(id, scope); is_routine && theirs && is_current(*theirs, now)) {
      return theirs;
    }
  }
  throw base::Error{base::ErrorCode::unavailable, "other nodes make CRLs at this moment: try again"}
      .retry_after(1);
}

// A delta begins from a full list.
void Crls::make_base(const core::AuthorityId& id) {
  const bool is_there = database_.read(
      [&](db::Session& session) { return storage::CrlStore{session}.newest_base(id).has_value(); });
  if (!is_there) {
    regenerate(routine, id);
  }
}

storage::StoredCrl Crls::sign(const Issuer& issuer, const Key& key,
                              const core::RevocationSettings& settings) {
  const auto& [id, scope] = key;
  const auto number = database_.write(routine, [&](db::Session& session) {
    session.bookkeeping("the number of a CRL that is about to be made");
    return storage::CrlStore{session}.next_number(id);
  });
  const auto now = clock_.now();
  storage::StoredCrl crl{.authority_id = id,
                         .scope = scope,
                         .number = number,
                         .this_update = now,
                         .next_update = now + validity_of(settings, scope),
                         .entries = 0,
                         .covered_changes = 0,
                         .base_number = std::nullopt,
                         .der = {}};
  const auto& address = issuer.facts.addresses.crl;
  x509::CrlHeader header{.issuer = issuer.facts.subject_der,
                         .this_update = crl.this_update,
                         .next_update = crl.next_update,
                         .number = static_cast<std::uint64_t>(crl.number),
                         .authority_key_identifier = issuer.facts.subject_key_identifier,
                         .delta_base = std::nullopt,
                         .distribution_point = std::nullopt,
                         .freshest_crl = {}};
  if (scope.is_shard()) {
    header.distribution_point =
        x509::IssuingDistributionPoint{.urls = {core::crl_address(address, scope)}};
  }
  if (settings.delta_crl_enabled && scope == core::CrlScope{}) {
    header.freshest_crl = {core::crl_address(address, core::CrlScope::delta())};
  }
  const auto last = latest(id, scope);
  std::optional<x509::CrlWriter> writer;
  const auto add = [&](const storage::RevocationStore::Listed& entry) {
    // A delta says of what was taken off hold that it is no longer on the list (RFC 5280,
    // section 5.3.1).
    writer->add({.serial_number = entry.serial_number,
                 .revoked_at = entry.revoked_at.value_or(now),
                 .reason = entry.revoked_at ? entry.reason : x509::RevocationReason::removeFromCRL,
                 .invalidity_date = entry.invalidity_at});
  };
  database_.read([&](db::Session& session) {
    // The counter and the rows are of one moment, so the CRL covers exactly what it says.
    const storage::RevocationStore revocations{session};
    crl.covered_changes = revocations.changes(id);
    if (scope.is_delta()) {
      const auto base =
          storage::CrlStore{session}.base_for(id, now - validity_of(settings, core::CrlScope{}));
      if (!base) {
        throw base::Error{base::ErrorCode::internal, "there is no list for a delta to begin from"};
      }
      crl.base_number = base->number;
      header.delta_base = static_cast<std::uint64_t>(base->number);
      writer.emplace(std::move(header), *issuer.signer);
      revocations.each_changed(id, base->covered_changes, add);
      return;
    }
    // An entry stays until a CRL was issued after the certificate's end (RFC 5280, section 3.3).
    const auto ended = now - validity_of(settings, scope);
    // No more than the last list had and what changed since; counting reads as much as listing.
    const auto entries =
        last ? std::max(last->entries, last->entries + crl.covered_changes - last->covered_changes)
             : revocations.count_listed(id, scope.buckets(), ended);
    writer.emplace(std::move(header), *issuer.signer, static_cast<std::size_t>(entries));
    for (const auto& buckets : scope.buckets_in(parts_for(entries))) {
      revocations.each_listed(id, buckets, ended, add);
    }
  });
  crl.entries = static_cast<std::int64_t>(writer->entries());
  crl.der = std::move(*writer).finish();
  return crl;
}

bool Crls::keep(const auth::Act& act, const storage::StoredCrl& crl, const Issuer& issuer,
                const core::RevocationSettings& settings, bool is_routine) {
  return database_.write(act, [&](db::Session& session) {
    storage::CrlStore crls{session};
    if (!crls.put(crl)) {
      return false;
    }
    if (crl.scope == core::CrlScope{}) {
      const auto newest = crls.newest_base(crl.authority_id);
      if (!newest || crl.this_update >= newest->this_update + interval_of(settings, crl.scope)) {
        crls.add_base({.authority_id = crl.authority_id,
                       .number = crl.number,
                       .this_update = crl.this_update,
                       .covered_changes = crl.covered_changes});
        const auto in_force_since = crl.this_update - validity_of(settings, crl.scope);
        if (const auto base = crls.base_for(crl.authority_id, in_force_since)) {
          crls.remove_bases_before(*base);
          storage::RevocationStore{session}.remove_released(crl.authority_id,
                                                            base->covered_changes);
        }
      }
    }
    if (is_routine) {
      session.bookkeeping("a CRL that follows from revocations, which have their own entries");
    } else {
      session.record("crl", crl.authority_id, issuer.authority.name,
                     Generated{crl.number, crl.scope, crl.entries, crl.next_update});
    }
    return true;
  });
}

void Crls::refresh(const core::AuthorityId& id) {
  if (!authorities_.issuer(id)->signer) {
    return;
  }
  const auto chosen = settings(id);
  std::set<core::CrlScope> scopes{core::CrlScope{}};
  if (chosen.delta_crl_enabled) {
    scopes.insert(core::CrlScope::delta());
  }
  {
    // Shards that nobody ever asked for are made when somebody does.
    const std::lock_guard lock{mutex_};
    for (const auto& [key, kept] : kept_) {
      if (key.first == id && key.second.is_shard() && kept.crl) {
        scopes.insert(key.second);
      }
    }
  }
  for (const auto& scope : scopes) {
    fresh({id, scope});
  }
}

void Crls::start() {
  started_ = true;
  thread_ = std::thread{[this] { work(); }};
}

void Crls::changed(const core::AuthorityId& id) {
  {
    const std::lock_guard lock{due_mutex_};
    due_.insert(id);
  }
  wake_.notify_one();
}

void Crls::work() {
  using namespace std::chrono_literals;
  using Steady = std::chrono::steady_clock;
  std::chrono::milliseconds rest = 100ms;
  std::unique_lock lock{due_mutex_};
  while (!stopping_) {
    wake_.wait(lock, [&] { return stopping_ || !due_.empty(); });
    // Revocations that come together cost one list; and making lists takes a part of a processor
    // only, however many come.
    if (wake_.wait_for(lock, rest, [&] { return stopping_; })) {
      return;
    }
    const auto ids = std::exchange(due_, {});
    lock.unlock();
    const auto began = Steady::now();
    for (const auto& id : ids) {
      try {
        refresh(id);
      } catch (const std::exception& error) {
        base::log_error("a CRL could not be made",
                        {{"authority", id.to_number()}, {"error", error.what()}});
      }
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began);
    rest = std::clamp(3 * took, 100ms, 2000ms);
    lock.lock();
  }
}

core::RevocationSettings Crls::settings(const core::AuthorityId& id) {
  return database_.read(
      [&](db::Session& session) { return storage::CrlStore{session}.settings(id); });
}

core::RevocationSettings Crls::configure(const auth::Act& act, core::RevocationSettings settings) {
  if (auto errors = core::problems_of(settings); !errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  const auto issuer = authorities_.issuer(settings.authority_id);
  const auto changed = database_.write(act, [&](db::Session& session) {
    storage::CrlStore crls{session};
    auto chosen = settings;
    chosen.most_shards =
        std::max(crls.settings(chosen.authority_id).most_shards, chosen.crl_shards);
    crls.put_settings(chosen);
    // The next lists say what the settings say.
    storage::RevocationStore{session}.new_change(chosen.authority_id);
    session.record("crl", chosen.authority_id, issuer->authority.name, chosen);
    return chosen;
  });
  authorities_.forget();  // what is issued names the lists
  this->changed(settings.authority_id);
  return changed;
}

void Crls::remove_ended() {
  constexpr int batch = 1000;
  const auto before = clock_.now() - days{366};  // the longest a list is valid, and a day
  for (std::int64_t removed = batch; removed == batch;) {
    removed = database_.write(routine, [&](db::Session& session) {
      session.bookkeeping("what no list says any more of certificates that ended long ago");
      return storage::RevocationStore{session}.remove_ended(before, batch);
    });
  }
}

}  // namespace service
