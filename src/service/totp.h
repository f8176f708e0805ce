#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/user.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/keys.h"

namespace service {

// The second factor: TOTP (RFC 6238), with recovery codes for when the device is lost. Secrets are
// wrapped under the master key, recovery codes are keyed hashes; each code works once.
class Totp {
 public:
  static constexpr std::size_t recovery_codes = 8;

  struct Offer {
    std::string secret;  // base32
    std::string uri;
  };

  Totp(db::Database& database, const MasterKey& master, crypto::Random& random,
       const base::Clock& clock)
      : database_{database}, master_{master}, random_{random}, clock_{clock} {}

  // A secret that counts from when it is confirmed; an older offer is void. Throws conflict when
  // TOTP is on.
  Offer offer(const auth::Act& act, const core::User& user, std::string_view issuer);
  // Returns the recovery codes, which are shown this once.
  std::vector<std::string> confirm(const auth::Act& act, const core::User& user,
                                   std::string_view code);
  void disable(const auth::Act& act, const core::User& user, std::string_view code);
  std::vector<std::string> new_recovery_codes(const auth::Act& act, const core::User& user,
                                              std::string_view code);
  // For administrators: the device and the codes are lost.
  void remove(const auth::Act& act, const core::User& user);

  bool is_on(const core::UserId& id);
  std::int64_t recovery_codes_left(const core::UserId& id);

  // For other second factors, which share the recovery codes with this one.
  std::vector<std::string> make_codes();
  void put_codes(db::Session& session, const core::UserId& id,
                 const std::vector<std::string>& codes) const;

  // Spends a code; says by which kind of it ("totp", "recovery_code"), or nothing.
  std::optional<std::string> use(const auth::Act& act, const core::UserId& id,
                                 std::string_view code);

 private:
  std::optional<std::string> spend(db::Session& session, const core::UserId& id,
                                   std::string_view code);
  std::string hash_of(const core::UserId& id, std::string_view recovery_code) const;

  db::Database& database_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service
