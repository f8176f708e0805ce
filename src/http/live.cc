#include "http/live.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "http/websocket.h"

namespace http {
namespace {

// One of the words of a list: "keep-alive, Upgrade".
bool lists(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    auto word = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), word.size() + 1));
    word.remove_prefix(std::min(word.size(), word.find_first_not_of(" \t")));
    word = word.substr(0, word.find_last_not_of(" \t") + 1);
    if (base::equal_ignoring_case(word, wanted)) {
      return true;
    }
  }
  return false;
}

[[noreturn]] void refuse(base::ErrorCode code, std::string_view detail) {
  throw base::Error{code, std::string{detail}};
}

// A page of another site may open a WebSocket here, and the browser sends our cookie with it: the
// origin is what tells (RFC 6455, section 10.2).
void check_origin(const Request& request) {
  const auto origin = request.header("origin");
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos ||
      !base::equal_ignoring_case(origin.substr(scheme + 3), request.host)) {
    refuse(base::ErrorCode::forbidden, "live events are for pages of this server only");
  }
}

}  // namespace

Live::Live(Identify identify, LiveOptions options)
    : identify_{std::move(identify)}, options_{options} {}

void Live::add(std::string path, auth::Access access) {
  paths_.emplace(std::move(path), std::move(access));
}

auth::Rights Live::admit(const Request& request) const {
  if (!base::equal_ignoring_case(request.header("upgrade"), "websocket") ||
      !lists(request.header("connection"), "upgrade") ||
      request.header("sec-websocket-version") != "13" ||
      !websocket::accept_value(request.header("sec-websocket-key"))) {
    refuse(base::ErrorCode::invalid_request, "this address speaks WebSocket, version 13");
  }
  check_origin(request);
  const auto& access = paths_.find(request.path)->second;
  const auto caller = identify_(request);
  if (access.to_strangers()) {
    return caller.rights;
  }
  if (caller.credential != auth::Credential::session) {
    refuse(base::ErrorCode::unauthenticated, "sign in to see live events");
  }
  for (const auto& permission : access.all_of()) {
    if (!caller.rights.include(permission.name())) {
      refuse(base::ErrorCode::forbidden,
             "this needs the permission " + std::string{permission.name()});
    }
  }
  return caller.rights;
}

void Live::publish(std::string_view text, std::string_view permission) {
  std::shared_ptr<const std::string> frame;
  const std::scoped_lock lock{mutex_};
  for (const auto& member : members_) {
    if (!member.rights.include(permission)) {
      continue;
    }
    if (!frame) {
      frame = std::make_shared<const std::string>(websocket::frame(websocket::Opcode::text, text));
    }
    member.client->send(frame);
  }
}

std::size_t Live::clients() const {
  const std::scoped_lock lock{mutex_};
  return members_.size();
}

bool Live::join(std::shared_ptr<LiveClient> client, auth::Rights rights) {
  const std::scoped_lock lock{mutex_};
  if (members_.size() >= options_.max_clients) {
    return false;
  }
  members_.push_back({.client = std::move(client), .rights = std::move(rights)});
  return true;
}

void Live::update(const LiveClient& client, auth::Rights rights) {
  const std::scoped_lock lock{mutex_};
  for (auto& member : members_) {
    if (member.client.get() == &client) {
      member.rights = std::move(rights);
      return;
    }
  }
}

void Live::leave(const LiveClient& client) {
  const std::scoped_lock lock{mutex_};
  std::erase_if(members_, [&](const Member& member) { return member.client.get() == &client; });
}

void Live::close_all() {
  const std::scoped_lock lock{mutex_};
  for (const auto& member : members_) {
    member.client->close();
  }
}

}  // namespace http
