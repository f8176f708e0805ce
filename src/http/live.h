#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access.h"
#include "auth/caller.h"
#include "http/message.h"

namespace http {

struct LiveOptions {
  std::size_t max_clients = 500;
  std::size_t queue = 256;  // messages that wait for one client; a slower one is dropped
  std::chrono::milliseconds ping_every{25'000};
  std::chrono::milliseconds recheck_every{60'000};
};

// One connected client, as the hub sees it. Both may be called from any thread and do not block.
class LiveClient {
 public:
  virtual ~LiveClient() = default;
  virtual void send(std::shared_ptr<const std::string> frame) = 0;
  virtual void close() = 0;
};

// Live events over WebSocket (RFC 6455): who is connected, and what each of them may see.
class Live {
 public:
  // Who connects: a session's cookie and nothing else, since browsers send no other header here.
  // Runs on a worker, and again while a client is connected, so that an ended session or a lost
  // right ends the stream; it should not count as activity of the person.
  using Identify = std::function<auth::Caller(const Request&)>;

  explicit Live(Identify identify, LiveOptions options = {});

  // Clients may connect to this path.
  void add(std::string path, auth::Access access);

  // To all clients whose rights include the permission.
  void publish(std::string_view text, std::string_view permission);

  std::size_t clients() const;
  const LiveOptions& options() const { return options_; }

  // ---- For the server ----

  bool serves(std::string_view path) const { return paths_.contains(path); }

  // Refuses by throwing base::Error: not signed in, no permission, another origin, not a WebSocket.
  auth::Rights admit(const Request& request) const;

  // False when there are too many.
  bool join(std::shared_ptr<LiveClient> client, auth::Rights rights);
  void update(const LiveClient& client, auth::Rights rights);
  void leave(const LiveClient& client);
  void close_all();

 private:
  struct Member {
    std::shared_ptr<LiveClient> client;
    auth::Rights rights;
  };

  Identify identify_;
  LiveOptions options_;
  std::map<std::string, auth::Access, std::less<>> paths_;
  mutable std::mutex mutex_;
  std::vector<Member> members_;
};

}  // namespace http
