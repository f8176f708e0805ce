#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/secret.h"
#include "core/user.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/general_settings.h"
#include "service/keys.h"
#include "service/users.h"

namespace service {

// The first start: authorities with sane defaults at once, and a link with which one person makes
// the first administrator. The link works until that is done, and never again.
class Setup {
 public:
  struct NewAuthorities {
    std::string organization;
    std::string root_name;
    std::string issuing_name;
    crypto::KeyAlgorithm root_key = crypto::KeyAlgorithm::ec_p384;
    int root_years = 20;
  };
  struct Completion {
    std::string organization;
    Users::NewUser administrator;
    std::optional<NewAuthorities> authorities;  // nothing: keep those of the first start
  };

  Setup(db::Database& database, Authorities& authorities, Users& users, const MasterKey& master,
        crypto::Random& random, const base::Clock& clock, StoredSettings<General>& general)
      : database_{database},
        authorities_{authorities},
        users_{users},
        master_{master},
        random_{random},
        clock_{clock},
        general_{general} {}

  bool is_needed() { return !users_.exist(); }

  // Makes a root (P-384) and an issuing authority (P-256) when there is no authority yet.
  void make_first_authorities();

  // A new token for the link; an older one stops working. Only its keyed hash is stored.
  base::Secret new_token();

  // Throws forbidden for a wrong token, conflict when there is an administrator already.
  void check_token(const base::Secret& token);

  // Returns the administrator. The token is used up.
  core::User complete(const auth::Act& act, const base::Secret& token, const Completion& wanted);

 private:
  core::AuthorityId make_authorities(const auth::Act& act, const NewAuthorities& order);
  void remove_unused_authorities(const auth::Act& act, const std::vector<core::AuthorityId>& ids);

  db::Database& database_;
  Authorities& authorities_;
  Users& users_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
  StoredSettings<General>& general_;
  std::mutex completing_;  // of two who follow the link at once, one is the first
};

}  // namespace service
