#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "core/ids.h"

namespace core {

// A credential of WebAuthn that belongs to a user: a passkey or a security key.
struct Passkey {
  PasskeyId id;
  UserId user_id;
  std::string credential_id;  // base64url
  std::string name;
  base::Bytes public_key;  // SubjectPublicKeyInfo
  std::string aaguid;
  std::string transports;  // separated by blanks
  bool is_backup_eligible;
  bool is_backed_up;
  bool user_verified;
  bool is_enabled;
  std::int64_t sign_count;
  base::Time created_at;
  std::optional<base::Time> last_used_at;
};
BOOST_DESCRIBE_STRUCT(Passkey, (),
                      (id, user_id, credential_id, name, public_key, aaguid, transports,
                       is_backup_eligible, is_backed_up, user_verified, is_enabled, sign_count,
                       created_at, last_used_at))

}  // namespace core
