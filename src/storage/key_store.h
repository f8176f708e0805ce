#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "core/ids.h"
#include "db/session.h"

namespace storage {

struct StoredKey {
  core::KeyId id;
  std::string purpose;  // "authority", "certificate", "server"
  std::string algorithm;
  base::Bytes spki;
  base::Bytes wrapped;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(StoredKey, (), (id, purpose, algorithm, spki, wrapped, created_at))

// Private keys, wrapped.
class KeyStore {
 public:
  explicit KeyStore(db::Session& session) : session_{session} {}

  core::KeyId new_id() { return session_.new_id<core::KeyId>("keys"); }
  void insert(const StoredKey& key) { session_.insert("keys", key); }
  void remove(const core::KeyId& id) { session_.execute("DELETE FROM keys WHERE id = $1", id); }
  std::optional<StoredKey> find(const core::KeyId& id) const {
    return session_.select_one<StoredKey>("FROM keys WHERE id = $1", id);
  }

 private:
  db::Session& session_;
};

}  // namespace storage
