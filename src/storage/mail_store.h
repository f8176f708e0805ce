#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "core/ids.h"
#include "db/session.h"

namespace storage {

struct QueuedMail {
  core::MailId id;
  std::string recipient;
  std::string subject;
  base::Bytes wrapped_text;
  bool has_failed;  // for good
  std::int64_t attempts;
  std::string last_error;
  base::Time created_at;
  base::Time next_attempt_at;
  base::Time expires_at;
};
BOOST_DESCRIBE_STRUCT(QueuedMail, (),
                      (id, recipient, subject, wrapped_text, has_failed, attempts, last_error,
                       created_at, next_attempt_at, expires_at))

// Mail on its way. What was sent is gone from here; the audit log knows of it.
class MailStore {
 public:
  explicit MailStore(db::Session& session) : session_{session} {}

  core::MailId new_id() { return session_.new_id<core::MailId>("mail_queue"); }
  void insert(const QueuedMail& mail) { session_.insert("mail_queue", mail); }

  bool is_due(base::Time now) const;
  // Takes the next one that is due, so that nobody else does until `until`.
  std::optional<QueuedMail> take(base::Time now, base::Time until);
  void note_failure(const core::MailId& id, std::string_view error, base::Time next_attempt_at);
  void give_up(const core::MailId& id, std::string_view error);
  // Returns whether it was given up; it is due at once.
  bool retry(const core::MailId& id, base::Time now, base::Time expires_at);
  bool remove(const core::MailId& id);
  std::int64_t remove_failed_before(base::Time last_attempt);

  // Those that wait or were given up, the latest attempt first.
  std::vector<QueuedMail> list(bool has_failed, int limit) const;

 private:
  db::Session& session_;
};

}  // namespace storage
