#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "core/ids.h"
#include "db/session.h"

namespace storage {

using IdempotencyId = base::Id<struct IdempotencyKey>;

// A request that named itself. `status` is 0 until it was answered; what has a certificate then, or
// made something else, was cut off between making and answering.
struct IdempotencyKey {
  IdempotencyId id;
  std::string caller;
  std::string name;
  std::string fingerprint;  // of what was asked for
  std::string request_id;
  std::string node;
  base::Time created_at;
  std::optional<core::CertificateId> certificate_id;
  int status;
  std::string answer;
  std::string made = {};  // "ca 5": what it made, when that is no certificate
};
BOOST_DESCRIBE_STRUCT(IdempotencyKey, (),
                      (id, caller, name, fingerprint, request_id, node, created_at, certificate_id,
                       status, answer, made))

class IdempotencyStore {
 public:
  explicit IdempotencyStore(db::Session& session) : session_{session} {}

  IdempotencyId new_id() { return session_.new_id<IdempotencyId>("idempotency_keys"); }
  void insert(const IdempotencyKey& key) { session_.insert("idempotency_keys", key); }

  std::optional<IdempotencyKey> find(std::string_view caller, std::string_view name) const {
    return session_.select_one<IdempotencyKey>(
        "FROM idempotency_keys WHERE caller = $1 AND name = $2", caller, name);
  }

  void set_answer(const IdempotencyId& id, int status, std::string_view answer) {
    session_.send("UPDATE idempotency_keys SET status = $2, answer = $3 WHERE id = $1", id, status,
                  answer);
  }

  void set_certificate(std::string_view request_id, const core::CertificateId& certificate_id) {
    session_.send(
        "UPDATE idempotency_keys SET certificate_id = $2 WHERE request_id = $1 AND status = 0",
        request_id, certificate_id);
  }

  void set_made(std::string_view request_id, std::string_view made) {
    session_.send("UPDATE idempotency_keys SET made = $2 WHERE request_id = $1 AND status = 0",
                  request_id, made);
  }

  // What made nothing may be sent again.
  void remove_open(const IdempotencyId& id) {
    session_.send(
        "DELETE FROM idempotency_keys WHERE id = $1 AND status = 0 AND certificate_id IS NULL "
        "AND made = ''",
        id);
  }
  std::int64_t remove_open_of(std::string_view node) {
    return session_.execute(
        "DELETE FROM idempotency_keys WHERE node = $1 AND status = 0 AND certificate_id IS NULL "
        "AND made = ''",
        node);
  }
  std::int64_t remove_before(base::Time time, int most) {
    return session_.execute(
        "DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys "
        "WHERE created_at < $1 ORDER BY created_at, id LIMIT $2)",
        time, most);
  }

 private:
  db::Session& session_;
};

}  // namespace storage
