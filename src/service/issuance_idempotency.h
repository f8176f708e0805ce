#pragma once

#include <mutex>
#include <set>
#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/certificate.h"
#include "db/database.h"
#include "storage/idempotency_store.h"

namespace service {

// Requests to issue that name themselves (the Idempotency-Key header) are carried out once: who
// lost the answer sends the request again and gets the same one. Kept for a week.
//
// The name is claimed before anything happens, the certificate (or the authority) is noted in the
// transaction that stores it, and the answer is kept after that. A crash in between leaves a claim
// without a certificate, which the next start gives up, or one with it, which is answered from it.
class Idempotency {
 public:
  struct Request {
    std::string caller;  // names of different callers have nothing to do with each other
    std::string name;
    std::string fingerprint;
  };

  Idempotency(db::Database& database, const base::Clock& clock, std::string node)
      : database_{database}, clock_{clock}, node_{std::move(node)} {}

  // A claim that has no status and made nothing is fresh: the caller goes on and ends it by `keep`
  // or `release`. Throws conflict when the name stands for another request, or for one under way.
  storage::IdempotencyKey claim(const auth::Act& act, const Request& request);
  void keep(const auth::Act& act, const storage::IdempotencyKey& claim, int status,
            std::string_view answer);
  void release(const auth::Act& act, const storage::IdempotencyKey& claim);

  // Within the transaction that stores the certificate.
  void note(db::Session& session, const auth::Act& act, const core::Certificate& certificate);
  // The same of something else, an authority or what belongs to one. The last one stands.
  void note_made(db::Session& session, const auth::Act& act, std::string_view kind,
                 std::int64_t number);

  // Gives up what a crash left. To be called once, before the server answers.
  void release_open();

 private:
  bool is_under_way(const std::string& request_id);
  void forget(const std::string& request_id);

  db::Database& database_;
  const base::Clock& clock_;
  std::string node_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> under_way_;  // request ids, so that others cost no statement
};

}  // namespace service
