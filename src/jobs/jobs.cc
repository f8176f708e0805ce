#include "jobs/jobs.h"

#include "base/log.h"
#include "service/acme_cleaning.h"

namespace jobs {

std::vector<Job> all_jobs(const Parts& parts) {
  return {
      {.name = "crl-renewal",
       .summary = "Makes CRLs anew before they end",
       .every = std::chrono::minutes{10},
       .run =
           [parts] {
             for (const auto& issuer : parts.authorities.issuers()) {
               try {
                 parts.crls.refresh(issuer->authority.id);
               } catch (const std::exception& error) {
                 // The lists of the other authorities must not wait for this one.
                 base::log_error("a CRL could not be made",
                                 {{"authority", issuer->authority.name}, {"error", error.what()}});
               }
             }
           }},
      {.name = "crl-cleaning",
       .summary = "Forgets revoked certificates that ended a year ago",
       .every = std::chrono::hours{6},
       .run = [parts] { parts.crls.remove_ended(); }},
      {.name = "ocsp-responders",
       .summary = "Renews the certificates of OCSP responders before they end",
       .every = std::chrono::minutes{30},
       .run = [parts] { parts.ocsp_responders.renew_all(); }},
      {.name = "server-certificate",
       .summary = "Renews the server's own HTTPS certificate before it ends",
       .every = std::chrono::minutes{10},
       .run = parts.renew_server_certificate},
      {.name = "session-cleaning",
       .summary = "Forgets sessions that ended",
       .every = std::chrono::minutes{15},
       .run = [parts] { parts.sign_in.remove_ended_sessions(); }},
      {.name = "audit-retention",
       .summary = "Removes audit entries that are older than the settings say, once a day",
       .every = std::chrono::hours{1},
       .run = parts.remove_old_audit_entries},
      {.name = "acme-cleaning",
       .summary = "Closes expired ACME orders and forgets old ones",
       .every = std::chrono::minutes{5},
       .run = [parts] { service::clean_acme(parts.database, parts.clock); }},
      {.name = "acme-expiry-warnings",
       .summary = "Tells holders of ACME accounts which certificates end without a successor",
       .every = std::chrono::hours{1},
       .run = [parts] { parts.acme_notifications.warn_of_ends(); }},
      {.name = "expiry-notices",
       .summary = "Tells of certificates, authorities and revocation lists that end soon",
       .every = std::chrono::hours{1},
       .run = parts.tell_of_ends},
      {.name = "event-cleaning",
       .summary = "Forgets deliveries of events that are a month old",
       .every = std::chrono::hours{6},
       .run = parts.clean_event_deliveries},
  };
}

}  // namespace jobs
