#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/issuance.h"
#include "service/keys.h"

namespace service {

// The server's own HTTPS certificate, from its own authority, renewed before its end.
class ServerCertificate {
 public:
  struct Identity {
    std::string chain_pem;
    base::Secret key_pem;
  };

  // `names`: what clients call the server, DNS names and addresses.
  ServerCertificate(db::Database& database, Authorities& authorities, Issuance& issuance,
                    Keys& keys, const base::Clock& clock, std::vector<std::string> names)
      : database_{database},
        authorities_{authorities},
        issuance_{issuance},
        keys_{keys},
        clock_{clock},
        names_{std::move(names)} {}

  // The certificate to serve: the stored one, or a new one when it is missing, was revoked, lacks
  // a name, is from an authority that is no longer the default, or has a third of its life left.
  Identity current();

 private:
  std::optional<core::Certificate> stored();
  bool is_good(const core::Certificate& certificate);
  core::Certificate issue();

  db::Database& database_;
  Authorities& authorities_;
  Issuance& issuance_;
  Keys& keys_;
  const base::Clock& clock_;
  std::vector<std::string> names_;
};

}  // namespace service
