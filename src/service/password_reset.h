#pragma once

#include <functional>
#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/secret.h"
#include "core/user.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/keys.h"
#include "service/mail_queue.h"
#include "service/passwords.h"

namespace service {

// Setting a password by a link that came by mail: who forgot one, who was invited. The link works
// once; only a keyed hash of it is stored, and its token stands behind a # where neither servers
// nor other sites get to see it.
class PasswordReset {
 public:
  static constexpr auto lifetime = std::chrono::hours{1};
  static constexpr auto lifetime_of_invitation = std::chrono::hours{72};
  static constexpr int most_mails = 3;  // to one user in an hour

  PasswordReset(db::Database& database, Passwords& passwords, MailQueue& mail,
                const MasterKey& master, crypto::Random& random, const base::Clock& clock,
                std::function<std::string()> base_url)
      : database_{database},
        passwords_{passwords},
        mail_{mail},
        master_{master},
        random_{random},
        clock_{clock},
        base_url_{std::move(base_url)} {}

  // How many times in an hour one address may ask; 0: as often as it likes.
  void set_asks_of_address(std::int64_t number) { asks_of_address_ = number; }

  // Mails a link to each active account with this address. Says and writes as much when there is
  // none. Throws unavailable when the server cannot send mail, rate_limited.
  void ask(const auth::Act& act, std::string_view email);

  // Throws unavailable when the server cannot send mail.
  void require_mail();

  // For an account whose user will choose one: nobody has ever seen it.
  base::Secret unknown_password();
  // Mails a link to somebody whose account was just made. Throws unavailable.
  void invite(const auth::Act& act, const core::User& user);

  // Ends all sessions of the user, and makes all other links worthless. Throws invalid_request.
  void set(const auth::Act& act, const base::Secret& token, const base::Secret& password);

 private:
  std::string link(const base::Secret& token) const;
  base::Secret put_token(db::Session& session, const core::User& user,
                         std::chrono::seconds valid_for);

  db::Database& database_;
  Passwords& passwords_;
  MailQueue& mail_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
  std::function<std::string()> base_url_;
  std::int64_t asks_of_address_ = 10;
};

}  // namespace service
