#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "core/ids.h"
#include "db/session.h"
#include "x509/serial_number.h"

namespace storage {

// That a node is going to sign with this serial number: durable before the key is used.
struct Intent {
  core::IntentId id;
  core::AuthorityId authority_id;
  x509::SerialNumber serial_number;
  std::string node;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(Intent, (), (id, authority_id, serial_number, node, created_at))

class IntentStore {
 public:
  explicit IntentStore(db::Session& session) : session_{session} {}

  core::IntentId new_id() { return session_.new_id<core::IntentId>("issuance_intents"); }
  void insert(const Intent& intent) { session_.insert("issuance_intents", intent); }

  // Returns false when it is gone: another process voided it.
  [[nodiscard]] bool remove(const core::IntentId& id) {
    return session_.execute("DELETE FROM issuance_intents WHERE id = $1", id) == 1;
  }

  std::vector<Intent> of_node(std::string_view node, int limit) const {
    return session_.select<Intent>("FROM issuance_intents WHERE node = $1 ORDER BY id LIMIT $2",
                                   node, limit);
  }

 private:
  db::Session& session_;
};

}  // namespace storage
