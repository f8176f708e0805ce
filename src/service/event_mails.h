#pragma once

#include <atomic>

#include "service/acme_notifications.h"
#include "service/events_queue.h"

namespace service {

// Tells the holders of ACME accounts, by mail to their contacts, that proving control of a name
// failed for good: once a day for each name, however often their client tries.
class EventMails final : public EventChannel {
 public:
  EventMails(db::Database& database, AcmeNotifications& notifications, const base::Clock& clock)
      : database_{database}, notifications_{notifications}, clock_{clock} {}

  void prepare() override { is_possible_ = notifications_.are_possible(); }
  std::vector<EventTarget> targets(db::Session& session) override;
  EventOutcome deliver(const storage::EventDelivery& delivery) override;
  void note(db::Session& /*session*/, const storage::EventDelivery& /*delivery*/,
            const EventOutcome& /*outcome*/, bool /*is_final*/) override {}

 private:
  db::Database& database_;
  AcmeNotifications& notifications_;
  const base::Clock& clock_;
  std::atomic<bool> is_possible_ = false;
};

}  // namespace service
