#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"
#include "core/ids.h"
#include "crypto/key.h"
#include "crypto/random.h"
#include "db/session.h"

namespace service {

// The key under which everything secret in the database is wrapped: 32 octets.
class MasterKey {
 public:
  explicit MasterKey(base::Secret key);

  // `context` says what is wrapped ("key 7", "secret smtp"): it must be the same when unwrapping,
  // so that what was wrapped for one place does not open in another.
  base::Bytes wrap(base::ByteView secret, std::string_view context, crypto::Random& random) const;
  base::Secret unwrap(base::ByteView wrapped, std::string_view context) const;

  // A keyed hash, for what only has to be recognized: tokens of sessions, API keys.
  std::string fingerprint(std::string_view secret, std::string_view context) const;

 private:
  base::Secret key_;
};

// Private keys, wrapped in the database. Callers get a Signer, so that a key may live in an HSM
// without them noticing; only exporting needs the key itself.
class Keys {
 public:
  Keys(const MasterKey& master, crypto::Random& random, const base::Clock& clock)
      : master_{master}, random_{random}, clock_{clock} {}

  // Stores a key within the transaction of what it belongs to.
  core::KeyId store(db::Session& session, const crypto::PrivateKey& key, std::string_view purpose);

  crypto::PrivateKey load(db::Session& session, const core::KeyId& id) const;
  void erase(db::Session& session, const core::KeyId& id);

 private:
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service
