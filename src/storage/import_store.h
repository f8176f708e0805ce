#pragma once

#include "core/authority.h"
#include "core/certificate.h"
#include "db/session.h"

namespace storage {

// What an import changes about what is here already: parents that were missing, keys that came
// later.
class ImportStore {
 public:
  explicit ImportStore(db::Session& session) : session_{session} {}

  void set_parent(const core::AuthorityId& id, const core::AuthorityId& parent) {
    session_.send("UPDATE authorities SET parent_id = $2 WHERE id = $1", id, parent);
  }
  // Returns false when it has a key already.
  [[nodiscard]] bool set_key(const core::AuthorityId& id, const core::KeyId& key) {
    return session_.execute("UPDATE authorities SET key_id = $2 WHERE id = $1 AND key_id IS NULL",
                            id, key) == 1;
  }
  [[nodiscard]] bool set_key(const core::CertificateId& id, const core::KeyId& key) {
    return session_.execute("UPDATE certificates SET key_id = $2 WHERE id = $1 AND key_id IS NULL",
                            id, key) == 1;
  }

 private:
  db::Session& session_;
};

}  // namespace storage
