#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace http {

class Live;
class Metrics;
class Pipeline;

struct Listener {
  std::string address = "0.0.0.0";  // or "::", which takes IPv4 as well
  std::uint16_t port = 0;           // 0: the system chooses; see Server::ports
  bool tls = true;
};

// A certificate with its chain, the leaf first, and the leaf's key.
struct TlsIdentity {
  std::string chain_pem;
  base::Secret key_pem;
};

// What a client says before the handshake, to choose an identity by.
struct ClientHello {
  std::string server_name;             // empty: none sent
  std::vector<std::string> protocols;  // ALPN, in the client's order
};

struct ServerOptions {
  std::vector<Listener> listeners;
  int threads = 0;  // that do I/O; 0: as many as there are processors
  int workers = 16;
  std::size_t queue = 1024;     // requests that wait for a worker; more are answered 503
  bool quick_on_loops = false;  // see Route::is_quick: the database answers without the network
  std::size_t max_connections = 10'000;

  std::size_t header_limit = 16 * 1024;
  std::size_t unrouted_body_limit = 64 * 1024;
  std::chrono::milliseconds handshake_timeout{10'000};
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds idle_timeout{60'000};
  // For bodies and answers: this long, and longer as far as bytes move at `least_rate`.
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds write_timeout{30'000};
  std::size_t least_rate = 4 * 1024;  // bytes per second

  std::optional<TlsIdentity> identity = {};

  // Another identity for this client, or nothing; asked in the handshake, on an I/O thread. An
  // identity chosen for an ALPN protocol other than http/1.1 ends with the handshake (RFC 8737).
  std::function<std::shared_ptr<const TlsIdentity>(const ClientHello&)> choose_identity = {};

  // Networks ("10.0.0.0/8") of proxies whose X-Forwarded-For and X-SSL-Client-* are believed.
  std::vector<std::string> trusted_proxies = {};
};

// Listens, speaks HTTP/1.1 and TLS, and takes requests through the pipeline. Each I/O thread has
// its own event loop and its own listening sockets (SO_REUSEPORT), so connections never move
// between threads and need no locks; handlers run on workers, quick ones on fibers of the I/O
// thread.
class Server {
 public:
  // `live` may be null. All of them outlive the server.
  Server(ServerOptions options, const Pipeline& pipeline, Metrics& metrics, Live* live = nullptr);
  ~Server();

  // Listens and serves; throws base::Error when an address cannot be had.
  void start();

  // In the order of the listeners.
  const std::vector<std::uint16_t>& ports() const;

  // New handshakes use it; connections that exist stay. Thread-safe. Throws base::Error
  // (invalid_request) when chain and key do not fit, and keeps what it had.
  void set_certificate(const std::string& chain_pem, const base::Secret& key_pem);

  // An identity for one name or "*.example.org"; none removes it. Thread-safe.
  void set_certificate_for(const std::string& server_name, std::optional<TlsIdentity> identity);

  // Asks clients for a certificate from now on, or does so no more. It is passed on as it is: who
  // trusts it decides there. `authorities` are names (DER) that tell a client which of its
  // certificates is meant. Thread-safe.
  void ask_for_certificates(bool ask, const std::vector<std::string>& authorities);

  // Stops accepting, lets requests in flight finish, closes what idles. True when all was finished
  // in time; what was not is cut off.
  bool stop(std::chrono::milliseconds within = std::chrono::milliseconds{4000});

 private:
  struct Parts;

  std::shared_ptr<Parts> parts_;
};

}  // namespace http
