#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/certificate.h"
#include "db/database.h"
#include "service/authorities.h"
#include "storage/crl_store.h"

namespace service {

// The CRLs of the authorities that are kept here: full ones, deltas and shards. A revocation never
// waits for a list. Whoever asks for one gets a list that covers all that was acknowledged before,
// made on the spot; only where that takes long, the last one is handed out while a thread of our
// own makes the next, which it does after each revocation anyway.
class Crls {
 public:
  using Crl = std::shared_ptr<const storage::StoredCrl>;

  // With more entries than this, nobody waits for a new one while the last is in force.
  static constexpr std::int64_t many_entries = 20'000;

  Crls(db::Database& database, Authorities& authorities, const base::Clock& clock)
      : database_{database}, authorities_{authorities}, clock_{clock} {}
  ~Crls() { stop(); }

  // Throws not_found when there is no such list, or conflict when the authority's key is not here
  // and no CRL was imported.
  Crl current(const core::AuthorityId& id, const core::CrlScope& scope = {});

  // Makes a new one in any case.
  Crl regenerate(const auth::Act& act, const core::AuthorityId& id,
                 const core::CrlScope& scope = {});

  // What is there, without making one; nothing when there is none.
  Crl latest(const core::AuthorityId& id, const core::CrlScope& scope = {});

  // Makes all lists of an authority anew that somebody may ask for and that need it.
  void refresh(const core::AuthorityId& id);

  // From now on, lists are made after each change without being asked for.
  void start();
  void stop();  // waits for the list that is being made
  void changed(const core::AuthorityId& id);

  core::RevocationSettings settings(const core::AuthorityId& id);
  // Throws invalid_request with all that is wrong with the settings.
  core::RevocationSettings configure(const auth::Act& act, core::RevocationSettings settings);

  // Forgets what ended long ago.
  void remove_ended();

  // The lists of an authority were changed behind our back: one that was signed elsewhere came in.
  void forget(const core::AuthorityId& id);

 private:
  using Key = std::pair<core::AuthorityId, core::CrlScope>;
  struct Kept {
    Crl crl;
    std::int64_t checked_changes = 0;  // up to here, nothing changed in this scope
  };
  struct State {
    core::RevocationSettings settings;
    std::int64_t changes;
  };

  State state(const core::AuthorityId& id, const core::CrlScope& scope);
  Crl fresh(const Key& key);
  Crl make(const auth::Act& act, const Key& key, bool is_routine);
  void make_base(const core::AuthorityId& id);
  storage::StoredCrl sign(const Issuer& issuer, const Key& key,
                          const core::RevocationSettings& settings);
  // Returns whether it was stored: a newer one may be there.
  bool keep(const auth::Act& act, const storage::StoredCrl& crl, const Issuer& issuer,
            const core::RevocationSettings& settings, bool is_routine);
  bool is_current(const storage::StoredCrl& crl, const State& state);
  std::mutex& mutex_of(const Key& key);
  void work();

  db::Database& database_;
  Authorities& authorities_;
  const base::Clock& clock_;

  std::mutex mutex_;  // over the maps
  std::map<Key, std::unique_ptr<std::mutex>> making_;
  std::map<Key, Kept> kept_;

  std::mutex due_mutex_;
  std::condition_variable wake_;
  std::set<core::AuthorityId> due_;
  bool stopping_ = false;
  std::atomic<bool> started_ = false;
  std::thread thread_;
};

}  // namespace service
