#include "storage/acme_notification_store.h"

namespace storage {

using core::acme::NotificationStatus;

void AcmeNotificationStore::note_sent(const core::MailId& mail, base::Time now) {
  session_.send("UPDATE acme_notifications SET sent_at = $2 WHERE mail_id = $1", mail, now);
}

std::vector<AcmeNotification> AcmeNotificationStore::list(
    const std::optional<NotificationStatus>& status, const AcmePage& page) const {
  db::Query query{
      "FROM (SELECT told.id AS id, told.notification_type AS notification_type, "
      "told.recipient AS recipient, told.subject AS subject, "
      "CASE WHEN told.sent_at IS NOT NULL THEN 'sent' "
      "WHEN mail.id IS NULL OR mail.has_failed THEN 'failed' ELSE 'pending' END AS status, "
      "told.account_id AS account_id, NULLIF(mail.last_error, '') AS error_detail, "
      "COALESCE(mail.attempts, 0) AS retry_count, told.created_at AS created_at, "
      "told.sent_at AS sent_at FROM acme_notifications AS told "
      "LEFT JOIN mail_queue AS mail ON mail.id = told.mail_id WHERE told.id < "};
  query.add("", page.before_id).add(") AS notifications WHERE TRUE");
  if (status) {
    query.add(" AND status = ", *status);
  }
  query.add(" ORDER BY id DESC LIMIT ", page.limit).add(" OFFSET ", page.offset);
  return session_.select<AcmeNotification>(query);
}

std::vector<core::MailId> AcmeNotificationStore::failed_mails(int limit) const {
  std::vector<core::MailId> mails;
  session_.each(
      "SELECT mail.id FROM mail_queue AS mail WHERE mail.has_failed = TRUE AND EXISTS "
      "(SELECT 1 FROM acme_notifications WHERE mail_id = mail.id) ORDER BY mail.id LIMIT $1",
      [&](std::span<const db::Value> row) {
        mails.push_back(db::from_value<core::MailId>(row[0], "id"));
      },
      limit);
  return mails;
}

std::int64_t AcmeNotificationStore::remove_before(base::Time created) {
  return session_.execute(
      "DELETE FROM acme_notifications WHERE created_at < $1 AND (sent_at IS NOT NULL OR "
      "NOT EXISTS (SELECT 1 FROM mail_queue WHERE mail_queue.id = acme_notifications.mail_id "
      "AND mail_queue.has_failed = FALSE))",
      created);
}

std::vector<AcmeEnding> AcmeNotificationStore::ending(base::Time from, base::Time until,
                                                      std::int64_t after_id, int limit) const {
  return session_.select<AcmeEnding>(
      "FROM certificates WHERE not_after > $1 AND not_after <= $2 AND source = 'acme' "
      "AND revoked_at IS NULL AND renewed_by IS NULL AND id > $3 AND NOT EXISTS "
      "(SELECT 1 FROM certificates AS later WHERE later.common_name = certificates.common_name "
      "AND later.names = certificates.names AND later.not_after > certificates.not_after "
      "AND later.revoked_at IS NULL) ORDER BY id LIMIT $4",
      from, until, after_id, limit);
}

bool AcmeNotificationStore::note_warning(const AcmeEnding& certificate, int days) {
  return session_.execute(
             "INSERT INTO acme_expiry_warnings (certificate_id, days, not_after) "
             "VALUES ($1, $2, $3) ON CONFLICT (certificate_id, days) DO NOTHING",
             certificate.id, std::int64_t{days}, certificate.not_after) == 1;
}

void AcmeNotificationStore::remove_warnings_before(base::Time not_after) {
  session_.send("DELETE FROM acme_expiry_warnings WHERE not_after < $1", not_after);
}

}  // namespace storage
