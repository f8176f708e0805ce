#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "core/acme/account.h"
#include "core/ids.h"

namespace core::acme {

using NotificationId = base::Id<struct Notification>;

BOOST_DEFINE_ENUM_CLASS(NotificationType, expiration_warning, revocation_succeeded,
                        challenge_failed)

// `failed`: nobody took the mail, and it is not tried any more.
BOOST_DEFINE_ENUM_CLASS(NotificationStatus, pending, sent, failed)

// What the holder of an account was told.
struct Notification {
  NotificationId id;
  NotificationType notification_type;
  std::string recipient;
  std::string subject;
  AccountId account_id;
  MailId mail_id;
  base::Time created_at;
  std::optional<base::Time> sent_at;
};
BOOST_DESCRIBE_STRUCT(Notification, (),
                      (id, notification_type, recipient, subject, account_id, mail_id, created_at,
                       sent_at))

// The addresses among an account's contacts: those of its mailto URLs.
std::vector<std::string> mail_addresses_of(const Account& account);

// How many days before its end a certificate's holder is to be warned now, if at all: 30, 14, 7 or
// 1, as far as that is not most of the certificate's life.
std::optional<int> warning_due(base::Time not_before, base::Time not_after, base::Time now);

}  // namespace core::acme
