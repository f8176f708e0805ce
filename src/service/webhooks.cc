#include "service/webhooks.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/token.h"
#include "net/targets.h"
#include "net/url.h"
#include "service/events.h"
#include "storage/authority_store.h"
#include "x509/certificate.h"

namespace service {
namespace {

using storage::Webhook;
using storage::WebhookId;

constexpr std::size_t longest_url = 2000;
constexpr std::size_t longest_secret = 1000;
constexpr std::size_t most_headers = 20;

struct About {
  std::string url;
  std::vector<std::string> events;
  bool enabled;
};
BOOST_DESCRIBE_STRUCT(About, (), (url, events, enabled))

struct Changed {
  std::string what;
};
BOOST_DESCRIBE_STRUCT(Changed, (), (what))

struct Attempted {
  std::string event;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Attempted, (), (event, reason))

std::string target_of(const WebhookId& id) {
  return "webhook " + std::to_string(id.to_number());
}

std::optional<WebhookId> id_of(std::string_view target) {
  constexpr std::string_view prefix = "webhook ";
  if (!target.starts_with(prefix)) {
    return std::nullopt;
  }
  const auto id = base::from_text<WebhookId>(target.substr(prefix.size()));
  return id ? std::optional{*id} : std::nullopt;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) {
      words.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::vector<std::int64_t> numbers(std::string_view text) {
  std::vector<std::int64_t> list;
  for (const auto& word : split(text)) {
    list.push_back(base::from_text<std::int64_t>(word).value_or(0));
  }
  return list;
}

// RFC 9110, section 5.6.2.
bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
             "!#$%&'*+-.^_`|~") == std::string_view::npos;
}

bool is_header_value(std::string_view value) {
  return value.size() <= longest_secret &&
         std::ranges::all_of(value, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

// What the server says itself, and what would change how the request is read.
bool is_reserved(std::string_view name) {
  static constexpr std::string_view names[] = {"content-type",   "user-agent", "host",
                                               "authorization",  "cookie",     "connection",
                                               "expect",         "upgrade",    "transfer-encoding",
                                               "content-length", "te",         "trailer"};
  const auto small = base::lower(name);
  return std::ranges::find(names, small) != std::end(names) || small.starts_with("x-ucm-") ||
         small.starts_with("x-certwright-");
}

std::string origin_of(std::string_view url) {
  const auto parsed = net::Url::parse(url);
  return parsed ? (parsed->secure ? "https://" : "http://") + parsed->authority() : std::string{};
}

About about(const Webhook& webhook) {
  return {origin_of(webhook.url), split(webhook.events), webhook.enabled};
}

class Complaints {
 public:
  void add(std::string field, std::string reason) {
    errors_.push_back({std::move(field), std::move(reason)});
  }
  void throw_if_any() {
    if (!errors_.empty()) {
      throw base::Error{base::ErrorCode::invalid_request, std::move(errors_)};
    }
  }

 private:
  std::vector<base::FieldError> errors_;
};

void check_url(Complaints& complaints, const Webhook& webhook,
               const std::vector<net::Network>& allowed) {
  const auto url = net::Url::parse(webhook.url);
  if (!url || webhook.url.size() > longest_url) {
    complaints.add("url", url ? "has more than 2000 characters" : url.error().reason);
    return;
  }
  if (!url->secure && (webhook.auth_type != "none" || !webhook.wrapped_headers.empty())) {
    complaints.add("url", "credentials and headers of your own are sent over https only");
  }
  if (const auto address = net::IpAddress::parse(url->host)) {
    if (const auto obstacle = net::target_obstacle(*address, allowed)) {
      complaints.add("url", "this server does not connect there: " + *obstacle);
    }
  }
}

void check_headers(Complaints& complaints, const Webhooks::Draft& draft) {
  if (!draft.custom_headers) {
    return;
  }
  if (draft.custom_headers->size() > most_headers) {
    complaints.add("custom_headers", "has more than 20 headers");
  }
  for (const auto& [name, value] : *draft.custom_headers) {
    if (!is_header_name(name)) {
      complaints.add("custom_headers", "not the name of a header");
    } else if (is_reserved(name)) {
      complaints.add("custom_headers." + name, "is said by the server itself");
    } else if (!is_header_value(value.reveal())) {
      complaints.add("custom_headers." + name, "not up to 1000 printable ASCII characters");
    }
  }
}

void check_authentication(Complaints& complaints, const Webhook& webhook) {
  static constexpr std::string_view types[] = {"none", "bearer", "basic", "api_key", "custom"};
  if (std::ranges::find(types, webhook.auth_type) == std::end(types)) {
    complaints.add("auth_type", "not one of none, bearer, basic, api_key, custom");
    return;
  }
  if (webhook.auth_type == "none") {
    return;
  }
  if (webhook.wrapped_token.empty()) {
    complaints.add("auth_token", "missing");
  }
  if (webhook.auth_type == "basic" &&
      (webhook.auth_username.empty() || webhook.auth_username.contains(':') ||
       !is_header_value(webhook.auth_username))) {
    complaints.add("auth_username", "not 1 to 1000 printable characters without a colon");
  }
  if (webhook.auth_type == "custom" || webhook.auth_type == "api_key") {
    if (!is_header_name(webhook.auth_header_name)) {
      complaints.add("auth_header_name", "not the name of a header");
    } else if (is_reserved(webhook.auth_header_name)) {
      complaints.add("auth_header_name", "is said by the server itself");
    }
  }
}

}  // namespace

std::vector<Webhook> Webhooks::list() {
  return database_.read([](db::Session& session) { return storage::WebhookStore{session}.list(); });
}

Webhook Webhooks::find(const WebhookId& id) {
  auto found =
      database_.read([&](db::Session& session) { return storage::WebhookStore{session}.find(id); });
  if (!found) {
    throw base::Error{base::ErrorCode::not_found, "no webhook has this id"};
  }
  return *std::move(found);
}

base::Bytes Webhooks::wrapped(const WebhookId& id, std::string_view what,
                              std::string_view text) const {
  return text.empty()
             ? base::Bytes{}
             : master_.wrap(base::as_bytes(text), target_of(id) + " " + std::string{what}, random_);
}

base::Secret Webhooks::unwrapped(const WebhookId& id, std::string_view what,
                                 const base::Bytes& wrapped) const {
  return wrapped.empty() ? base::Secret{}
                         : master_.unwrap(wrapped, target_of(id) + " " + std::string{what});
}

void Webhooks::check(db::Session& session, const Webhook& before, const Webhook& after,
                     const Draft& draft) const {
  Complaints complaints;
  if (after.name.empty() || after.name.size() > 100) {
    complaints.add("name", "has 1 to 100 characters");
  }
  check_url(complaints, after, network_.allowed_targets);
  if (draft.events) {
    for (const auto& name : *draft.events) {
      if (name != "*" && find_event_kind(name) == nullptr) {
        complaints.add("events", "there is no event " + name.substr(0, 60));
      }
    }
  }
  if (draft.ca_filter) {
    const storage::AuthorityStore authorities{session};
    for (const auto number : *draft.ca_filter) {
      const auto id = core::AuthorityId::from_number(number);
      if (!id || !authorities.find(*id)) {
        complaints.add("ca_filter", "there is no authority " + std::to_string(number));
      }
    }
  }
  for (const auto& [field, value] :
       {std::pair{"secret", &draft.secret}, std::pair{"auth_token", &draft.auth_token}}) {
    if (*value && !is_header_value((*value)->reveal())) {
      complaints.add(field, "not up to 1000 printable ASCII characters");
    }
  }
  check_headers(complaints, draft);
  check_authentication(complaints, after);
  const auto& trust = after.ca_certificate;
  if (!trust.empty() &&
      (trust.size() > 100'000 || !x509::Certificate::parse_pem_or_der(base::as_bytes(trust)))) {
    complaints.add("ca_certificate", "not a certificate in PEM");
  }
  // Who may not read a credential must not have it sent to an address of their own either.
  if (!before.url.empty() && origin_of(before.url) != origin_of(after.url)) {
    if (!after.wrapped_token.empty() && !draft.auth_token && after.auth_type != "none") {
      complaints.add("auth_token", "is to be given anew, since the address is another one");
    }
    if (!after.wrapped_headers.empty() && !draft.custom_headers) {
      complaints.add("custom_headers", "are to be given anew, since the address is another one");
    }
  }
  complaints.throw_if_any();
}

Webhook Webhooks::store(db::Session& session, Webhook webhook, const Draft& draft, bool is_new) {
  const auto before = webhook;
  webhook.name = draft.name.value_or(webhook.name);
  webhook.url = draft.url.value_or(webhook.url);
  if (draft.events) {
    std::vector<std::string> names;
    for (const auto& name : *draft.events) {
      const auto* kind = find_event_kind(name);
      if (name == "*") {
        names.clear();
        break;
      }
      if (kind != nullptr && std::ranges::find(names, kind->name) == names.end()) {
        names.emplace_back(kind->name);
      }
    }
    webhook.events = joined(names);
  }
  if (draft.ca_filter) {
    std::vector<std::string> ids;
    for (const auto id : *draft.ca_filter) {
      ids.push_back(std::to_string(id));
    }
    webhook.ca_filter = joined(ids);
  }
  webhook.enabled = draft.enabled.value_or(webhook.enabled);
  webhook.auth_type = draft.auth_type.value_or(webhook.auth_type);
  webhook.auth_username = draft.auth_username.value_or(webhook.auth_username);
  webhook.auth_header_name = draft.auth_header_name.value_or(webhook.auth_header_name);
  webhook.ca_certificate = draft.ca_certificate.value_or(webhook.ca_certificate);
  if (draft.secret) {
    webhook.wrapped_secret = wrapped(webhook.id, "secret", draft.secret->reveal());
  }
  if (draft.auth_token) {
    webhook.wrapped_token = wrapped(webhook.id, "token", draft.auth_token->reveal());
  }
  if (draft.custom_headers) {
    std::vector<std::string> names;
    boost::json::object headers;
    for (const auto& [name, value] : *draft.custom_headers) {
      names.push_back(name);
      headers[name] = boost::json::string{value.reveal()};
    }
    webhook.header_names = joined(names);
    webhook.wrapped_headers = names.empty()
                                  ? base::Bytes{}
                                  : wrapped(webhook.id, "headers", boost::json::serialize(headers));
  }
  check(session, before, webhook, draft);
  if (webhook.enabled && (is_new || !before.enabled)) {
    webhook.active_since = clock_.now();
    storage::EventStore{session}.activate();
  }
  storage::WebhookStore store{session};
  if (is_new) {
    store.insert(webhook);
  } else {
    store.update(webhook);
  }
  session.record("webhook", webhook.id, webhook.name, about(webhook));
  return webhook;
}

Webhook Webhooks::create(const auth::Act& act, const Draft& draft) {
  return database_.write(act, [&](db::Session& session) {
    storage::WebhookStore webhooks{session};
    if (webhooks.count() >= storage::WebhookStore::most) {
      throw base::Error{base::ErrorCode::conflict, "there are 100 webhooks already"};
    }
    const auto now = clock_.now();
    return store(session,
                 Webhook{.id = webhooks.new_id(),
                         .name = {},
                         .url = {},
                         .events = {},
                         .ca_filter = {},
                         .enabled = true,
                         .auth_type = "none",
                         .auth_username = {},
                         .auth_header_name = "X-API-Key",
                         .header_names = {},
                         .wrapped_secret = {},
                         .wrapped_token = {},
                         .wrapped_headers = {},
                         .ca_certificate = {},
                         .created_at = now,
                         .created_by = act.by,
                         .active_since = now,
                         .last_success = std::nullopt,
                         .last_failure = std::nullopt,
                         .last_error = {},
                         .failure_count = 0},
                 draft, true);
  });
}

namespace {

Webhook existing(db::Session& session, const WebhookId& id) {
  auto found = storage::WebhookStore{session}.find(id);
  if (!found) {
    throw base::Error{base::ErrorCode::not_found, "no webhook has this id"};
  }
  return *std::move(found);
}

}  // namespace

Webhook Webhooks::update(const auth::Act& act, const WebhookId& id, const Draft& draft) {
  return database_.write(act, [&](db::Session& session) {
    return store(session, existing(session, id), draft, false);
  });
}

Webhook Webhooks::toggle(const auth::Act& act, const WebhookId& id) {
  return database_.write(act, [&](db::Session& session) {
    const auto webhook = existing(session, id);
    return store(session, webhook, {.enabled = !webhook.enabled}, false);
  });
}

void Webhooks::remove(const auth::Act& act, const WebhookId& id) {
  database_.write(act, [&](db::Session& session) {
    const auto webhook = existing(session, id);
    storage::EventStore{session}.remove_target(target_of(id));
    storage::WebhookStore{session}.remove(id);
    session.record("webhook", id, webhook.name, about(webhook));
  });
}

base::Secret Webhooks::regenerate_secret(const auth::Act& act, const WebhookId& id) {
  base::Secret secret{crypto::random_token(random_, 32)};
  database_.write(act, [&](db::Session& session) {
    auto webhook = existing(session, id);
    webhook.wrapped_secret = wrapped(id, "secret", secret.reveal());
    storage::WebhookStore{session}.update(webhook);
    session.record("webhook", id, webhook.name, Changed{"secret"});
  });
  return secret;
}

EventOutcome Webhooks::test(const auth::Act& act, const WebhookId& id) {
  const auto webhook = find(id);
  const auto outcome = send(webhook, 0, "test", test_event(clock_.now()));
  database_.write(act, [&](db::Session& session) {
    if (outcome.is_delivered) {
      session.record("webhook", id, webhook.name, Attempted{"test", ""});
    } else {
      session.record_refusal("webhook", id, webhook.name, Attempted{"test", outcome.reason});
    }
  });
  if (!outcome.is_delivered) {
    throw base::Error{base::ErrorCode::invalid_request, "not delivered: " + outcome.reason};
  }
  return outcome;
}

Webhooks::Deliveries Webhooks::deliveries(const WebhookId& id,
                                          std::optional<storage::EventDeliveryId> before,
                                          int limit) {
  return database_.read([&](db::Session& session) {
    existing(session, id);
    const storage::EventStore store{session};
    return Deliveries{store.list(target_of(id), before, limit), store.count(target_of(id))};
  });
}

void Webhooks::redeliver(const auth::Act& act, const WebhookId& id,
                         const storage::EventDeliveryId& delivery) {
  const auto now = clock_.now();
  database_.write(act, [&](db::Session& session) {
    const auto webhook = existing(session, id);
    storage::EventStore store{session};
    const auto found = store.find(delivery);
    if (!found || !store.redeliver(delivery, target_of(id), now)) {
      throw base::Error{base::ErrorCode::not_found, "no delivery of this webhook has this id"};
    }
    session.record("webhook", id, webhook.name, Attempted{found->event, "sent again"});
  });
}

std::vector<EventTarget> Webhooks::targets(db::Session& session) {
  std::vector<EventTarget> all;
  for (const auto& webhook : storage::WebhookStore{session}.enabled()) {
    all.push_back({.name = target_of(webhook.id),
                   .events = split(webhook.events),
                   .authorities = numbers(webhook.ca_filter),
                   .since = webhook.active_since});
  }
  return all;
}

EventOutcome Webhooks::deliver(const storage::EventDelivery& delivery) {
  const auto id = id_of(delivery.target);
  const auto webhook = database_.read([&](db::Session& session) {
    return id ? storage::WebhookStore{session}.find(*id) : std::nullopt;
  });
  if (!webhook) {
    return {.reason = "the webhook was deleted"};
  }
  return send(*webhook, delivery.id.to_number(), delivery.event, delivery.body);
}

EventOutcome Webhooks::send(const Webhook& webhook, std::int64_t delivery, std::string_view event,
                            const std::string& body) {
  const auto time = std::to_string(clock_.now().time_since_epoch().count());
  net::PostRequest request{
      .url = webhook.url,
      .headers = {{"Content-Type", base::Secret{"application/json"}},
                  {"X-Certwright-Event", base::Secret{std::string{event}}},
                  {"X-Certwright-Delivery", base::Secret{std::to_string(delivery)}},
                  {"X-Certwright-Timestamp", base::Secret{time}},
                  {"X-UCM-Event", base::Secret{std::string{event}}}},
      .body = body,
      .user_agent = "Certwright webhook",
      .trust_pem = webhook.ca_certificate,
      .allowed_targets = network_.allowed_targets,
      .time = network_.time,
      .cancelled = &cancelled_};
  const auto add = [&](const std::string& name, std::string value) {
    request.headers.push_back({name, base::Secret{std::move(value)}});
  };
  if (!webhook.wrapped_secret.empty()) {
    const auto secret = unwrapped(webhook.id, "secret", webhook.wrapped_secret);
    const auto sign = [&](const std::string& text) {
      return base::to_hex(
          crypto::hmac_sha256(base::as_bytes(secret.reveal()), base::as_bytes(text)));
    };
    // With the time in it, so that what was heard cannot be sent again later; and the plain form
    // that receivers of other products check.
    add("X-Certwright-Signature", "t=" + time + ",v1=" + sign(time + "." + body));
    add("X-UCM-Signature", "sha256=" + sign(body));
  }
  const auto token = unwrapped(webhook.id, "token", webhook.wrapped_token);
  if (webhook.auth_type == "bearer") {
    add("Authorization", "Bearer " + std::string{token.reveal()});
  } else if (webhook.auth_type == "basic") {
    const base::Secret pair{webhook.auth_username + ":" + std::string{token.reveal()}};
    add("Authorization", "Basic " + base::to_base64(base::as_bytes(pair.reveal())));
  } else if (webhook.auth_type != "none") {
    add(webhook.auth_header_name, std::string{token.reveal()});
  }
  if (!webhook.wrapped_headers.empty()) {
    const auto headers = unwrapped(webhook.id, "headers", webhook.wrapped_headers);
    const auto parsed = json::parse_value(headers.reveal());
    for (const auto& [name, value] : parsed.as_object()) {
      add(std::string{name}, std::string{value.as_string()});
    }
  }
  const auto outcome = net::post(network_.resolver, request);
  EventOutcome result{.is_delivered = outcome.is_success(),
                      .status_code = outcome.status,
                      .reason = outcome.reason,
                      .milliseconds = outcome.took.count()};
  // What an answer says is not kept: it may be that of a host which only this server reaches.
  if (!result.is_delivered && outcome.status != 0) {
    const bool is_redirect = outcome.status >= 300 && outcome.status < 400;
    result.reason = "it answered " + std::to_string(outcome.status) +
                    (is_redirect ? "; redirects are not followed" : "");
  }
  return result;
}

void Webhooks::note(db::Session& session, const storage::EventDelivery& delivery,
                    const EventOutcome& outcome, bool is_final) {
  const auto id = id_of(delivery.target);
  if (!id) {
    return;
  }
  storage::WebhookStore store{session};
  const auto now = clock_.now();
  if (outcome.is_delivered) {
    store.note_success(*id, now);
    return;
  }
  store.note_failure(*id, now, outcome.reason);
  if (is_final) {
    const auto webhook = store.find(*id);
    session.record_refusal("webhook", webhook ? webhook->name : delivery.target,
                           Attempted{delivery.event, outcome.reason});
  }
}

}  // namespace service
