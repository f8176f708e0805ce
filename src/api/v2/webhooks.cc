#include "api/v2/webhooks.h"

#include <algorithm>

#include "auth/permission.h"
#include "service/events.h"

namespace json {

// Headers: an object of texts.
template <>
inline std::optional<std::map<std::string, base::Secret>> read<std::map<std::string, base::Secret>>(
    const boost::json::value& value, Reading& reading, const std::string& at) {
  if (!value.is_object()) {
    return reading.refuse(at, "not an object");
  }
  std::map<std::string, base::Secret> texts;
  for (const auto& [name, text] : value.get_object()) {
    const std::string member{name};
    const auto* string = text.if_string();
    if (string == nullptr) {
      return reading.refuse(at + "." + member, "not a text");
    }
    auto secret = read_text<base::Secret>(*string, reading, at + "." + member);
    if (!secret || !is_storable(member)) {
      return reading.refuse(at, "not plain UTF-8 text");
    }
    texts.emplace(member, *std::move(secret));
  }
  return texts;
}

}  // namespace json

namespace api::v2 {
namespace {

using storage::WebhookId;

inline constexpr auth::Permission delete_settings{"delete:settings"};

struct WebhookView {
  WebhookId id;
  std::string name;
  std::string url;
  std::vector<std::string> events;
  std::vector<std::int64_t> ca_filter;
  bool enabled;
  std::string auth_type;
  std::string auth_username;
  std::string auth_header_name;
  bool auth_token_set;
  bool secret_set;
  std::vector<std::string> custom_header_names;
  std::string ca_certificate;
  std::optional<base::Time> last_success;
  std::optional<base::Time> last_failure;
  std::string last_error;
  std::int64_t failure_count;
  base::Time created_at;
  std::string created_by;
};
BOOST_DESCRIBE_STRUCT(WebhookView, (),
                      (id, name, url, events, ca_filter, enabled, auth_type, auth_username,
                       auth_header_name, auth_token_set, secret_set, custom_header_names,
                       ca_certificate, last_success, last_failure, last_error, failure_count,
                       created_at, created_by))

struct Body {
  static constexpr json::Alias aliases[] = {{"is_active", "enabled"},
                                            {"headers", "custom_headers"}};
  std::optional<std::string> name;
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> events;
  std::optional<std::vector<std::int64_t>> ca_filter;
  std::optional<bool> enabled;
  std::optional<base::Secret> secret;
  std::optional<std::map<std::string, base::Secret>> custom_headers;
  std::optional<std::string> auth_type;
  std::optional<base::Secret> auth_token;
  std::optional<std::string> auth_username;
  std::optional<std::string> auth_header_name;
  std::optional<std::string> ca_certificate;
};
BOOST_DESCRIBE_STRUCT(Body, (),
                      (name, url, events, ca_filter, enabled, secret, custom_headers, auth_type,
                       auth_token, auth_username, auth_header_name, ca_certificate))

struct Tested {
  bool sent;
  std::int64_t status_code;
  std::int64_t milliseconds;
};
BOOST_DESCRIBE_STRUCT(Tested, (), (sent, status_code, milliseconds))

struct NewSecret {
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(NewSecret, (), (secret))

struct Events {
  std::vector<std::string> events;
  std::map<std::string, std::string> descriptions;
};
BOOST_DESCRIBE_STRUCT(Events, (), (events, descriptions))

struct DeliveriesQuery {
  int per_page = 20;
  std::optional<storage::EventDeliveryId> cursor;
};
BOOST_DESCRIBE_STRUCT(DeliveriesQuery, (), (per_page, cursor))

struct DeliveryView {
  storage::EventDeliveryId id;
  std::int64_t event_id;
  std::string event;
  storage::DeliveryStatus status;
  std::int64_t attempts;
  std::int64_t status_code;
  std::string error;
  std::int64_t milliseconds;
  base::Time created_at;
  std::optional<base::Time> next_attempt_at;
  std::optional<base::Time> ended_at;
  json::Raw payload;
};
BOOST_DESCRIBE_STRUCT(DeliveryView, (),
                      (id, event_id, event, status, attempts, status_code, error, milliseconds,
                       created_at, next_attempt_at, ended_at, payload))

struct Webhooks {
  service::Webhooks& webhooks;

  http::Page<WebhookView> list(const http::Call& call) const;
  WebhookView read(const http::Call& call, const WebhookId& id) const;
  http::Created<WebhookView> create(const http::Call& call, const Body& body) const;
  http::Done<WebhookView> update(const http::Call& call, const WebhookId& id,
                                 const Body& body) const;
  void remove(const http::Call& call, const WebhookId& id) const;
  http::Done<WebhookView> toggle(const http::Call& call, const WebhookId& id) const;
  http::Done<Tested> test(const http::Call& call, const WebhookId& id) const;
  http::Done<NewSecret> regenerate_secret(const http::Call& call, const WebhookId& id) const;
  Events events(const http::Call& call) const;
  http::Page<DeliveryView> deliveries(const http::Call& call, const WebhookId& id,
                                      const DeliveriesQuery& query) const;
  http::Message redeliver(const http::Call& call, const WebhookId& id,
                          const storage::EventDeliveryId& delivery) const;
};

// The contract has these under two paths.
void add_under(http::Resource<Webhooks>& resource, const std::string& path) {
  resource.add(http::Endpoint{.method = http::get,
                              .path = path,
                              .summary = "List webhooks",
                              .access = auth::read_settings,
                              .handler = &Webhooks::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = path,
                              .summary = "Make a webhook: events are sent to its address",
                              .access = auth::write_settings,
                              .limit = http::Limit::strict,
                              .action = "webhook.create",
                              .handler = &Webhooks::create});
  const auto one = path + "/{webhook_id}";
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = one,
                              .summary = "Delete a webhook, and what it was still to be sent",
                              .access = delete_settings,
                              .action = "webhook.delete",
                              .handler = &Webhooks::remove});
  const auto test = one + "/test";
  resource.add(http::Endpoint{.method = http::post,
                              .path = test,
                              .summary = "Send a test event, and say what came of it",
                              .access = auth::write_settings,
                              .limit = http::Limit::strict,
                              .action = "webhook.test",
                              .handler = &Webhooks::test});
}

}  // namespace

void add_webhooks(http::Surface& surface, service::Webhooks& webhooks) {
  http::Resource resource{surface, "Webhooks", Webhooks{webhooks}};
  add_under(resource, "/webhooks");
  add_under(resource, "/settings/webhooks");
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/webhooks/events",
                              .summary = "List the events that there are",
                              .access = auth::read_settings,
                              .handler = &Webhooks::events});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/webhooks/{webhook_id}",
                              .summary = "Read one webhook",
                              .access = auth::read_settings,
                              .handler = &Webhooks::read});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/webhooks/{webhook_id}",
                              .summary = "Change a webhook; what is left out stays",
                              .access = auth::write_settings,
                              .action = "webhook.update",
                              .handler = &Webhooks::update});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/webhooks/{webhook_id}/toggle",
                              .summary = "Switch a webhook off or on",
                              .access = auth::write_settings,
                              .action = "webhook.toggle",
                              .handler = &Webhooks::toggle});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/webhooks/{webhook_id}/regenerate-secret",
                              .summary = "Make the secret that signs anew; it is shown this once",
                              .access = auth::write_settings,
                              .limit = http::Limit::strict,
                              .action = "webhook.regenerate_secret",
                              .handler = &Webhooks::regenerate_secret});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/webhooks/{webhook_id}/deliveries",
                              .summary = "List what was sent, the newest first",
                              .access = auth::read_settings,
                              .handler = &Webhooks::deliveries});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/webhooks/{webhook_id}/deliveries/{delivery_id}/retry",
                              .summary = "Send an event once more, under the same delivery id",
                              .access = auth::write_settings,
                              .limit = http::Limit::strict,
                              .action = "webhook.redeliver",
                              .handler = &Webhooks::redeliver});
}

namespace {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    list.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

WebhookView view(const storage::Webhook& webhook) {
  std::vector<std::int64_t> authorities;
  for (const auto& word : words(webhook.ca_filter)) {
    authorities.push_back(base::from_text<std::int64_t>(word).value_or(0));
  }
  auto events = words(webhook.events);
  if (events.empty()) {
    events.emplace_back("*");
  }
  return {.id = webhook.id,
          .name = webhook.name,
          .url = webhook.url,
          .events = std::move(events),
          .ca_filter = std::move(authorities),
          .enabled = webhook.enabled,
          .auth_type = webhook.auth_type,
          .auth_username = webhook.auth_username,
          .auth_header_name = webhook.auth_header_name,
          .auth_token_set = !webhook.wrapped_token.empty(),
          .secret_set = !webhook.wrapped_secret.empty(),
          .custom_header_names = words(webhook.header_names),
          .ca_certificate = webhook.ca_certificate,
          .last_success = webhook.last_success,
          .last_failure = webhook.last_failure,
          .last_error = webhook.last_error,
          .failure_count = webhook.failure_count,
          .created_at = webhook.created_at,
          .created_by = webhook.created_by};
}

service::Webhooks::Draft draft(const Body& body) {
  return {.name = body.name,
          .url = body.url,
          .events = body.events,
          .ca_filter = body.ca_filter,
          .enabled = body.enabled,
          .secret = body.secret,
          .custom_headers = body.custom_headers,
          .auth_type = body.auth_type,
          .auth_token = body.auth_token,
          .auth_username = body.auth_username,
          .auth_header_name = body.auth_header_name,
          .ca_certificate = body.ca_certificate};
}

http::Page<WebhookView> Webhooks::list(const http::Call& /*call*/) const {
  std::vector<WebhookView> views;
  for (const auto& webhook : webhooks.list()) {
    views.push_back(view(webhook));
  }
  const auto total = static_cast<std::int64_t>(views.size());
  return {.items = std::move(views),
          .total = total,
          .page = 1,
          .per_page = storage::WebhookStore::most};
}

WebhookView Webhooks::read(const http::Call& /*call*/, const WebhookId& id) const {
  return view(webhooks.find(id));
}

http::Created<WebhookView> Webhooks::create(const http::Call& call, const Body& body) const {
  std::vector<base::FieldError> missing;
  if (!body.name) {
    missing.push_back({"name", "missing"});
  }
  if (!body.url) {
    missing.push_back({"url", "missing"});
  }
  if (!missing.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(missing)};
  }
  return {.data = view(webhooks.create(call.act, draft(body))), .message = "Webhook created"};
}

http::Done<WebhookView> Webhooks::update(const http::Call& call, const WebhookId& id,
                                         const Body& body) const {
  return {.data = view(webhooks.update(call.act, id, draft(body))), .message = "Webhook updated"};
}

void Webhooks::remove(const http::Call& call, const WebhookId& id) const {
  webhooks.remove(call.act, id);
}

http::Done<WebhookView> Webhooks::toggle(const http::Call& call, const WebhookId& id) const {
  const auto webhook = webhooks.toggle(call.act, id);
  return {.data = view(webhook),
          .message = webhook.enabled ? "Webhook switched on" : "Webhook switched off"};
}

http::Done<Tested> Webhooks::test(const http::Call& call, const WebhookId& id) const {
  const auto outcome = webhooks.test(call.act, id);
  return {.data = {true, outcome.status_code, outcome.milliseconds},
          .message = "Delivered: it answered " + std::to_string(outcome.status_code)};
}

http::Done<NewSecret> Webhooks::regenerate_secret(const http::Call& call,
                                                  const WebhookId& id) const {
  const auto secret = webhooks.regenerate_secret(call.act, id);
  return {.data = {std::string{secret.reveal()}}, .message = "Keep it: it is not shown again"};
}

Events Webhooks::events(const http::Call& /*call*/) const {
  Events all;
  for (const auto& kind : service::event_kinds()) {
    all.events.emplace_back(kind.name);
    all.descriptions.emplace(kind.name, kind.description);
  }
  return all;
}

http::Page<DeliveryView> Webhooks::deliveries(const http::Call& /*call*/, const WebhookId& id,
                                              const DeliveriesQuery& query) const {
  const auto per_page = std::clamp(query.per_page, 1, 100);
  const auto found = webhooks.deliveries(id, query.cursor, per_page + 1);
  http::Page<DeliveryView> page{.items = {},
                                .total = found.total,
                                .page = 1,
                                .per_page = per_page,
                                .total_is_exact = found.total < 10'000};
  for (const auto& each : found.items) {
    if (static_cast<int>(page.items.size()) == per_page) {
      page.next_cursor = std::to_string(page.items.back().id.to_number());
      break;
    }
    const bool waits = each.status == storage::DeliveryStatus::waiting;
    page.items.push_back(
        {.id = each.id,
         .event_id = each.event_id,
         .event = each.event,
         .status = each.status,
         .attempts = each.attempts,
         .status_code = each.status_code,
         .error = each.last_error,
         .milliseconds = each.milliseconds,
         .created_at = each.created_at,
         .next_attempt_at = waits ? std::optional{each.next_attempt_at} : std::nullopt,
         .ended_at = each.ended_at,
         .payload = {each.body}});
  }
  return page;
}

http::Message Webhooks::redeliver(const http::Call& call, const WebhookId& id,
                                  const storage::EventDeliveryId& delivery) const {
  webhooks.redeliver(call.act, id, delivery);
  return {.message = "It is sent again"};
}

}  // namespace
}  // namespace api::v2
