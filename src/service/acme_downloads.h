#pragma once

#include <string>

#include "core/acme/order.h"
#include "db/database.h"
#include "service/acme_accounts.h"
#include "service/acme_settings.h"
#include "service/authorities.h"

namespace service {

// Certificates with their chains, for the accounts that ordered them (RFC 8555, section 7.4.2).
class AcmeDownloads {
 public:
  AcmeDownloads(db::Database& database, Authorities& authorities)
      : database_{database}, authorities_{authorities} {}

  // The certificate of a valid order with its chain, in PEM. There are `chains` to choose from:
  // first the usual one, which leaves a root out, then others to the same key, last the one with
  // its root.
  struct Download {
    std::string pem;
    std::size_t chains;
  };
  core::acme::Result<Download> certificate(const AcmeAccount& account,
                                           const core::acme::OrderReference& reference,
                                           std::size_t chain, const AcmeSettings& settings);

 private:
  db::Database& database_;
  Authorities& authorities_;
};

}  // namespace service
