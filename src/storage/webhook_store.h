#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/id.h"
#include "db/session.h"

namespace storage {

using WebhookId = base::Id<struct Webhook>;

struct Webhook {
  WebhookId id;
  std::string name;
  std::string url;
  std::string events;     // separated by blanks; empty: all
  std::string ca_filter;  // ids of authorities, separated by blanks; empty: all
  bool enabled;
  std::string auth_type;
  std::string auth_username;
  std::string auth_header_name;
  std::string header_names;  // of the custom ones, separated by blanks
  base::Bytes wrapped_secret;
  base::Bytes wrapped_token;
  base::Bytes wrapped_headers;
  std::string ca_certificate;
  base::Time created_at;
  std::string created_by;
  base::Time active_since;  // what happened before is not sent
  std::optional<base::Time> last_success;
  std::optional<base::Time> last_failure;
  std::string last_error;
  std::int64_t failure_count;  // since the last success
};
BOOST_DESCRIBE_STRUCT(Webhook, (),
                      (id, name, url, events, ca_filter, enabled, auth_type, auth_username,
                       auth_header_name, header_names, wrapped_secret, wrapped_token,
                       wrapped_headers, ca_certificate, created_at, created_by, active_since,
                       last_success, last_failure, last_error, failure_count))

// Who is told of events over HTTP. There are few: lists are whole.
class WebhookStore {
 public:
  static constexpr int most = 100;

  explicit WebhookStore(db::Session& session) : session_{session} {}

  WebhookId new_id() { return session_.new_id<WebhookId>("webhooks"); }
  void insert(const Webhook& webhook) { session_.insert("webhooks", webhook); }
  void update(const Webhook& webhook);
  bool remove(const WebhookId& id);

  std::optional<Webhook> find(const WebhookId& id) const;
  std::vector<Webhook> list() const;
  std::vector<Webhook> enabled() const;
  std::int64_t count() const;

  void note_success(const WebhookId& id, base::Time at);
  void note_failure(const WebhookId& id, base::Time at, std::string_view reason);

 private:
  db::Session& session_;
};

}  // namespace storage
