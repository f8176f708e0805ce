#include "service/event_mails.h"

#include "storage/expiry_store.h"

namespace service {
namespace {

constexpr std::string_view by_acme = "acme:";

// What of an event is needed; nothing when it has no account.
struct Failure {
  core::acme::AccountId account;
  std::string name;
  std::string reason;
};

std::string text_at(const boost::json::value& value, std::initializer_list<const char*> path) {
  const auto* at = &value;
  for (const auto* member : path) {
    const auto* object = at->if_object();
    at = object != nullptr ? object->if_contains(member) : nullptr;
    if (at == nullptr) {
      return {};
    }
  }
  return at->is_string() ? std::string{at->as_string()} : std::string{};
}

std::optional<Failure> read(const std::string& body) {
  const auto value = json::parse_value(body);
  const auto actor = text_at(value, {"data", "actor"});
  if (!actor.starts_with(by_acme)) {
    return std::nullopt;
  }
  const auto reference = core::acme::AccountReference::parse(actor.substr(by_acme.size()));
  if (!reference) {
    return std::nullopt;
  }
  return Failure{reference->id(), text_at(value, {"data", "resource", "name"}),
                 text_at(value, {"data", "details", "error", "detail"})};
}

}  // namespace

std::vector<EventTarget> EventMails::targets(db::Session& /*session*/) {
  if (!is_possible_) {
    return {};
  }
  return {{.name = "acme contacts",
           .events = {"acme.challenge.failed"},
           .authorities = {},
           .since = base::Time{}}};
}

EventOutcome EventMails::deliver(const storage::EventDelivery& delivery) {
  const auto failure = read(delivery.body);
  if (!failure) {
    return {.is_delivered = true};
  }
  const auto now = clock_.now();
  const base::Time tomorrow = std::chrono::floor<std::chrono::days>(now) + std::chrono::days{1};
  database_.write(
      {.by = "system", .action = "acme.notification.failure"}, [&](db::Session& session) {
        session.bookkeeping("who was told; what is sent is recorded by the mail queue");
        if (!storage::ExpiryStore{session}.note("acme challenge " + failure->name,
                                                failure->account.to_number(), tomorrow, 0, now)) {
          return;
        }
        notifications_.tell(
            session, failure->account,
            {.type = core::acme::NotificationType::challenge_failed,
             .subject = "Validation failed: " + failure->name,
             .text = "Control of " + failure->name + " could not be proven:\n\n" + failure->reason +
                     "\n\nNo certificate is issued for the name until that is mended. "
                     "You are told once a day.\n"});
      });
  notifications_.send_soon();
  return {.is_delivered = true};
}

}  // namespace service
