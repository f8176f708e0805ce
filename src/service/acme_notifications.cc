#include "service/acme_notifications.h"

#include "storage/acme_store.h"
#include "storage/mail_store.h"

namespace service {
namespace {

using core::acme::NotificationType;

constexpr int in_one_step = 200;
constexpr int most_retried = 10'000;
constexpr std::chrono::days kept{90};

struct About {
  std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(About, (), (count))

struct Purged {
  int days;
  std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(Purged, (), (days, count))

AcmeNotifications::Note ending_of(const storage::AcmeEnding& certificate) {
  const auto end = base::to_text(certificate.not_after);
  return {.type = NotificationType::expiration_warning,
          .subject = "Certificate expiring: " + certificate.common_name,
          .text = "The certificate for " + certificate.common_name + " ends on " + end +
                  ", and none was issued after it for the same names.\n\nIs its ACME client still "
                  "running? If the name is no longer in use, nothing is to be done.\n"};
}

}  // namespace

AcmeNotifications::AcmeNotifications(db::Database& database, MailQueue& mail,
                                     const base::Clock& clock)
    : database_{database}, mail_{mail}, clock_{clock} {
  mail_.on_sent([&clock](db::Session& session, const core::MailId& id) {
    storage::AcmeNotificationStore{session}.note_sent(id, clock.now());
  });
}

void AcmeNotifications::tell(db::Session& session, const core::acme::AccountId& id,
                             const Note& note) {
  const auto account = storage::AcmeStore{session}.find(id);
  if (!account) {
    return;
  }
  storage::AcmeNotificationStore store{session};
  for (const auto& address : core::acme::mail_addresses_of(*account)) {
    const auto mail =
        mail_.put(session, {.to = address, .subject = note.subject, .text = note.text});
    store.insert({.id = store.new_id(),
                  .notification_type = note.type,
                  .recipient = address,
                  .subject = note.subject,
                  .account_id = id,
                  .mail_id = mail,
                  .created_at = clock_.now(),
                  .sent_at = std::nullopt});
  }
}

int AcmeNotifications::warn(std::span<const storage::AcmeEnding> certificates) {
  const auto now = clock_.now();
  return database_.write(
      {.by = "system", .action = "acme.notification.warn"}, [&](db::Session& session) {
        session.bookkeeping("who was warned; what is sent is recorded by the mail queue");
        storage::AcmeNotificationStore store{session};
        const storage::AcmeInventoryStore inventory{session};
        int warned = 0;
        for (const auto& certificate : certificates) {
          const auto days =
              core::acme::warning_due(certificate.not_before, certificate.not_after, now);
          const auto origin = inventory.origin_of(certificate.id);
          if (days && origin && store.note_warning(certificate, *days)) {
            tell(session, origin->account_id, ending_of(certificate));
            ++warned;
          }
        }
        return warned;
      });
}

void AcmeNotifications::warn_of_ends() {
  const auto now = clock_.now();
  database_.write({.by = "system", .action = "acme.notification.clean"}, [&](db::Session& session) {
    session.bookkeeping("notifications that are long over");
    storage::AcmeNotificationStore store{session};
    store.remove_before(now - kept);
    store.remove_warnings_before(now - kept);
  });
  if (!are_possible()) {
    return;
  }
  int warned = 0;
  std::int64_t last = 0;
  for (bool more = true; more;) {
    const auto ending = database_.read([&](db::Session& session) {
      return storage::AcmeNotificationStore{session}.ending(now, now + std::chrono::days{30}, last,
                                                            in_one_step);
    });
    if (!ending.empty()) {
      warned += warn(ending);
      last = ending.back().id.to_number();
    }
    more = ending.size() == in_one_step;
  }
  if (warned > 0) {
    mail_.wake();
  }
}

std::int64_t AcmeNotifications::retry(const auth::Act& act) {
  const auto now = clock_.now();
  const auto retried = database_.write(act, [&](db::Session& session) {
    storage::MailStore mails{session};
    std::int64_t count = 0;
    for (const auto& id : storage::AcmeNotificationStore{session}.failed_mails(most_retried)) {
      count += mails.retry(id, now, now + MailQueue::lifetime) ? 1 : 0;
    }
    session.record("acme_notification", core::KeyId::from_number(1).value(), "retry", About{count});
    return count;
  });
  mail_.wake();
  return retried;
}

std::int64_t AcmeNotifications::purge(const auth::Act& act, int days) {
  const auto before = clock_.now() - std::chrono::days{days};
  return database_.write(act, [&](db::Session& session) {
    const auto count = storage::AcmeNotificationStore{session}.remove_before(before);
    session.record("acme_notification", core::KeyId::from_number(1).value(), "purge",
                   Purged{days, count});
    return count;
  });
}

}  // namespace service
