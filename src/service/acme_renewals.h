#pragma once

#include <optional>

#include "core/acme/renewal.h"
#include "core/certificate.h"
#include "db/database.h"
#include "service/authorities.h"

namespace service {

// When certificates are to be renewed (RFC 9773), by what is known of them at the moment.
class AcmeRenewals {
 public:
  AcmeRenewals(db::Database& database, Authorities& authorities)
      : database_{database}, authorities_{authorities} {}

  // The problem is malformed, with status 404 when no certificate of ours has that name.
  core::acme::Result<core::Certificate> find(std::string_view name);
  core::acme::Result<core::acme::RenewalWindow> window(std::string_view name);

 private:
  db::Database& database_;
  Authorities& authorities_;
};

}  // namespace service
