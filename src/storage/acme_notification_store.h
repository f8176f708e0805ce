#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/acme/notification.h"
#include "storage/acme_inventory_store.h"

namespace storage {

// A notification and what became of its mail.
struct AcmeNotification {
  core::acme::NotificationId id;
  core::acme::NotificationType notification_type;
  std::string recipient;
  std::string subject;
  core::acme::NotificationStatus status;
  core::acme::AccountId account_id;
  std::optional<std::string> error_detail;
  std::int64_t retry_count;
  base::Time created_at;
  std::optional<base::Time> sent_at;
};
BOOST_DESCRIBE_STRUCT(AcmeNotification, (),
                      (id, notification_type, recipient, subject, status, account_id, error_detail,
                       retry_count, created_at, sent_at))

// A certificate of an account that ends soon and has no successor.
struct AcmeEnding {
  core::CertificateId id;
  std::string common_name;
  base::Time not_before;
  base::Time not_after;
};
BOOST_DESCRIBE_STRUCT(AcmeEnding, (), (id, common_name, not_before, not_after))

class AcmeNotificationStore {
 public:
  explicit AcmeNotificationStore(db::Session& session) : session_{session} {}

  core::acme::NotificationId new_id() {
    return session_.new_id<core::acme::NotificationId>("acme_notifications");
  }
  void insert(const core::acme::Notification& notification) {
    session_.insert("acme_notifications", notification);
  }
  void note_sent(const core::MailId& mail, base::Time now);
  // The newest first.
  std::vector<AcmeNotification> list(const std::optional<core::acme::NotificationStatus>& status,
                                     const AcmePage& page) const;
  // The mails of those that failed and can be tried again.
  std::vector<core::MailId> failed_mails(int limit) const;
  // Those that are over and were made before then; returns how many.
  std::int64_t remove_before(base::Time created);

  // After that id, of the given span; not revoked, and nothing later was issued for the names.
  std::vector<AcmeEnding> ending(base::Time from, base::Time until, std::int64_t after_id,
                                 int limit) const;
  // Returns false when that was done before.
  [[nodiscard]] bool note_warning(const AcmeEnding& certificate, int days);
  void remove_warnings_before(base::Time not_after);

 private:
  db::Session& session_;
};

}  // namespace storage
