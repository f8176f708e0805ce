#pragma once

#include <string>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/notification.h"
#include "db/database.h"
#include "service/mail_queue.h"
#include "storage/acme_notification_store.h"

namespace service {

// Tells the holders of ACME accounts what happens to their certificates, by mail to their contacts.
// While the server cannot send mail, nobody is told anything.
class AcmeNotifications {
 public:
  AcmeNotifications(db::Database& database, MailQueue& mail, const base::Clock& clock);

  struct Note {
    core::acme::NotificationType type;
    std::string subject;
    std::string text;
  };
  // Within the transaction of what it tells of.
  void tell(db::Session& session, const core::acme::AccountId& account, const Note& note);
  bool are_possible() { return mail_.is_configured(); }
  void send_soon() { mail_.wake(); }  // once that transaction is durable

  // For a job: certificates that end and that nobody renewed, each at most four times.
  void warn_of_ends();

  // Those that nobody took go out again; returns how many.
  std::int64_t retry(const auth::Act& act);
  // Forgets those that are over and older than that; returns how many.
  std::int64_t purge(const auth::Act& act, int days);

 private:
  int warn(std::span<const storage::AcmeEnding> certificates);

  db::Database& database_;
  MailQueue& mail_;
  const base::Clock& clock_;
};

}  // namespace service
