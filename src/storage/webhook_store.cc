#include "storage/webhook_store.h"

namespace storage {

void WebhookStore::update(const Webhook& webhook) {
  session_.send(
      "UPDATE webhooks SET name = $2, url = $3, events = $4, ca_filter = $5, enabled = $6, "
      "auth_type = $7, auth_username = $8, auth_header_name = $9, header_names = $10, "
      "wrapped_secret = $11, wrapped_token = $12, wrapped_headers = $13, ca_certificate = $14, "
      "active_since = $15 WHERE id = $1",
      webhook.id, webhook.name, webhook.url, webhook.events, webhook.ca_filter, webhook.enabled,
      webhook.auth_type, webhook.auth_username, webhook.auth_header_name, webhook.header_names,
      webhook.wrapped_secret, webhook.wrapped_token, webhook.wrapped_headers,
      webhook.ca_certificate, webhook.active_since);
}

bool WebhookStore::remove(const WebhookId& id) {
  return session_.execute("DELETE FROM webhooks WHERE id = $1", id) == 1;
}

std::optional<Webhook> WebhookStore::find(const WebhookId& id) const {
  return session_.select_one<Webhook>("FROM webhooks WHERE id = $1", id);
}

std::vector<Webhook> WebhookStore::list() const {
  return session_.select<Webhook>("FROM webhooks ORDER BY id LIMIT $1", most);
}

std::vector<Webhook> WebhookStore::enabled() const {
  return session_.select<Webhook>("FROM webhooks WHERE enabled = TRUE ORDER BY id LIMIT $1", most);
}

std::int64_t WebhookStore::count() const {
  return session_.number("SELECT COUNT(*) FROM webhooks");
}

void WebhookStore::note_success(const WebhookId& id, base::Time at) {
  session_.send(
      "UPDATE webhooks SET last_success = $2, failure_count = 0, last_error = '' WHERE id = $1", id,
      at);
}

void WebhookStore::note_failure(const WebhookId& id, base::Time at, std::string_view reason) {
  session_.send(
      "UPDATE webhooks SET last_failure = $2, last_error = $3, failure_count = failure_count + 1 "
      "WHERE id = $1",
      id, at, reason);
}

}  // namespace storage
