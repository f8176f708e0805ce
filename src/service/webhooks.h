#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "net/http_post.h"
#include "service/events_queue.h"
#include "service/keys.h"
#include "storage/webhook_store.h"

namespace service {

// Who is told of events over HTTP. Secrets are kept wrapped and never shown again.
class Webhooks final : public EventChannel {
 public:
  struct Network {
    net::Resolver& resolver;
    std::vector<net::Network> allowed_targets = {};
    std::chrono::milliseconds time = std::chrono::seconds{10};
  };
  // What an administrator says; what is not said stays as it is.
  struct Draft {
    std::optional<std::string> name = {};
    std::optional<std::string> url = {};
    std::optional<std::vector<std::string>> events = {};
    std::optional<std::vector<std::int64_t>> ca_filter = {};
    std::optional<bool> enabled = {};
    std::optional<base::Secret> secret = {};  // empty: none
    std::optional<std::map<std::string, base::Secret>> custom_headers = {};
    std::optional<std::string> auth_type = {};
    std::optional<base::Secret> auth_token = {};
    std::optional<std::string> auth_username = {};
    std::optional<std::string> auth_header_name = {};
    std::optional<std::string> ca_certificate = {};
  };

  Webhooks(db::Database& database, const MasterKey& master, crypto::Random& random,
           const base::Clock& clock, Network network)
      : database_{database},
        master_{master},
        random_{random},
        clock_{clock},
        network_{std::move(network)} {}

  std::vector<storage::Webhook> list();
  storage::Webhook find(const storage::WebhookId& id);  // throws not_found
  // Both throw invalid_request with all that is wrong.
  storage::Webhook create(const auth::Act& act, const Draft& draft);
  storage::Webhook update(const auth::Act& act, const storage::WebhookId& id, const Draft& draft);
  storage::Webhook toggle(const auth::Act& act, const storage::WebhookId& id);
  void remove(const auth::Act& act, const storage::WebhookId& id);
  // The new one, which nobody can read again.
  base::Secret regenerate_secret(const auth::Act& act, const storage::WebhookId& id);

  // Sends a test past the queue. Throws invalid_request, with what came of it.
  EventOutcome test(const auth::Act& act, const storage::WebhookId& id);

  struct Deliveries {
    std::vector<storage::EventDelivery> items;
    std::int64_t total;
  };
  Deliveries deliveries(const storage::WebhookId& id,
                        std::optional<storage::EventDeliveryId> before, int limit);
  void redeliver(const auth::Act& act, const storage::WebhookId& id,
                 const storage::EventDeliveryId& delivery);

  std::vector<EventTarget> targets(db::Session& session) override;
  EventOutcome deliver(const storage::EventDelivery& delivery) override;
  void cancel() override { cancelled_ = true; }
  void note(db::Session& session, const storage::EventDelivery& delivery,
            const EventOutcome& outcome, bool is_final) override;

 private:
  storage::Webhook store(db::Session& session, storage::Webhook webhook, const Draft& draft,
                         bool is_new);
  void check(db::Session& session, const storage::Webhook& before, const storage::Webhook& after,
             const Draft& draft) const;
  base::Bytes wrapped(const storage::WebhookId& id, std::string_view what,
                      std::string_view text) const;
  base::Secret unwrapped(const storage::WebhookId& id, std::string_view what,
                         const base::Bytes& wrapped) const;
  EventOutcome send(const storage::Webhook& webhook, std::int64_t delivery, std::string_view event,
                    const std::string& body);

  db::Database& database_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
  Network network_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace service
