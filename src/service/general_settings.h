#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"

namespace service {

// What administrators change while the server runs; kept in the database.
struct General {
  std::string site_name = "Certwright";
  std::string organization = {};
  std::string base_url = {};           // of the console, as others reach it; empty: as configured
  std::string protocol_base_url = {};  // of the plain HTTP port; empty: as configured
  std::int64_t session_timeout = 8 * 3600;  // seconds without use
  std::int64_t default_validity_days = 90;
  std::int64_t ocsp_response_validity_hours = 24;
  bool enforce_2fa = false;                         // for everybody who has a password
  std::vector<std::string> enforce_2fa_roles = {};  // or for these roles only
};
BOOST_DESCRIBE_STRUCT(General, (),
                      (site_name, organization, base_url, protocol_base_url, session_timeout,
                       default_validity_days, ocsp_response_validity_hours, enforce_2fa,
                       enforce_2fa_roles))

struct AcmeGeneral {
  bool enabled = true;
  std::int64_t validity_days = 90;
  std::string terms_of_service = {};
  bool require_approval = false;  // of the default service; the others have it themselves
  // Orders within hours; 0: no limit.
  std::int64_t account_orders = 0;
  std::int64_t account_hours = 24;
  std::int64_t external_account_orders = 0;
  std::int64_t external_account_hours = 24;
  std::int64_t identifier_orders = 0;
  std::int64_t identifier_hours = 168;
  // How long what is over is kept, in days; 0: for ever.
  std::int64_t keep_failed_orders = 30;
  std::int64_t keep_authorizations = 30;
  std::int64_t keep_issued_orders = 1095;
  std::int64_t keep_unused_accounts = 400;
};
BOOST_DESCRIBE_STRUCT(AcmeGeneral, (),
                      (enabled, validity_days, terms_of_service, require_approval, account_orders,
                       account_hours, external_account_orders, external_account_hours,
                       identifier_orders, identifier_hours, keep_failed_orders, keep_authorizations,
                       keep_issued_orders, keep_unused_accounts))

// A described struct as rows of the settings table, each member under "section.member". What is
// not there has the initial value. Kept in memory and read anew after a change.
template <class T>
class StoredSettings {
 public:
  StoredSettings(db::Database& database, const base::Clock& clock, std::string section)
      : database_{database}, clock_{clock}, section_{std::move(section)} {}

  T get();
  void put(const auth::Act& act, const T& value);

  // The same as a part of a transaction; afterwards the kept value is to be forgotten.
  void store(db::Session& session, const T& value);
  void forget();

 private:
  db::Database& database_;
  const base::Clock& clock_;
  std::string section_;
  std::mutex mutex_;
  std::optional<T> kept_;
};

extern template class StoredSettings<General>;
extern template class StoredSettings<AcmeGeneral>;

}  // namespace service
