#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace bench {

struct Response {
  int status = 0;
  std::string nonce;     // Replay-Nonce
  std::string location;  // Location
  std::string body;
};

// One HTTPS connection that is kept alive. Blocking; trusts whoever answers, since it only ever
// talks to servers that the benchmark started on this machine. Throws std::runtime_error.
class Connection {
 public:
  explicit Connection(int port);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  // `target` is a path, or a URL on this server. A body makes it a POST of a JWS.
  Response send(std::string_view method, std::string_view target, std::string_view body = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The port in "https://localhost:14000/directory".
int port_of(std::string_view url);

}  // namespace bench
