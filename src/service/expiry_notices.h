#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/identity_settings.h"
#include "service/mail_queue.h"
#include "storage/expiry_store.h"

namespace service {

// What of it is nearest to its end among the days at which one is warned; nothing: it is not due.
// A distance beyond half of a life is none: who renews short-lived certificates in time would be
// warned of each.
std::optional<std::int64_t> expiry_due(const std::vector<std::int64_t>& days, base::Time begins,
                                       base::Time ends, base::Time now);

// Tells of certificates, authorities and revocation lists that end soon: as events, and by mail to
// the recipients of the settings and to the owner of a certificate, each once per distance. Holders
// of ACME accounts are told by AcmeNotifications.
class ExpiryNotices {
 public:
  struct Counts {
    std::int64_t checked = 0;
    std::int64_t notified = 0;  // those that were due
    std::int64_t failed = 0;    // of which nobody could be told by mail
  };
  struct Outcome {
    Counts certificates;  // and authorities
    Counts crls;
  };

  ExpiryNotices(db::Database& database, Authorities& authorities, MailQueue& mail,
                const base::Clock& clock)
      : database_{database}, authorities_{authorities}, mail_{mail}, clock_{clock} {}

  ExpirySettings settings() { return settings_.get(); }
  // Throws invalid_request with all that is wrong.
  ExpirySettings change(const auth::Act& act, const ExpirySettings& settings);

  // Looks at everything; what was told is not told again. The first is for an administrator who
  // asks, the second for a job.
  Outcome check(const auth::Act& act);
  Outcome check();

 private:
  using Mails = std::map<std::string, std::vector<std::string>>;  // lines by address

  Counts check_certificates(const ExpirySettings& settings);
  Counts check_ended();
  Counts check_authorities(const ExpirySettings& settings);
  Counts check_crls(const ExpirySettings& settings);
  static void add(db::Session& session, Mails& mails, const ExpirySettings& settings,
                  const std::string& owner, const std::string& line, Counts& counts);
  void send(db::Session& session, const Mails& mails);

  db::Database& database_;
  Authorities& authorities_;
  MailQueue& mail_;
  const base::Clock& clock_;
  StoredSettings<ExpirySettings> settings_{database_, clock_, "expiry"};
};

}  // namespace service
