#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <latch>
#include <mutex>

#include "base/fiber.h"
#include "http/live.h"
#include "http/metrics.h"
#include "http/pipeline.h"
#include "http/serialize.h"
#include "http/server.h"

// A server with routes of every kind, and clients that talk to it by octets.
namespace http {

using std::chrono::milliseconds;

// A client that sends exactly the bytes it is told to.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;

  bool connected() const { return connected_; }

  Client& send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        break;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return *this;
  }

  // Everything until the server closes.
  std::string read_all() {
    while (read_some()) {
    }
    return std::exchange(received_, {});
  }

  // Until the text has come; what came so far.
  std::string read_until(std::string_view text) {
    std::size_t at = std::string::npos;
    while ((at = received_.find(text)) == std::string::npos && read_some()) {
    }
    if (at == std::string::npos) {
      return std::exchange(received_, {});
    }
    auto before = received_.substr(0, at + text.size());
    received_.erase(0, at + text.size());
    return before;
  }

 private:
  bool read_some() {
    char bytes[4096];
    const auto got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got > 0) {
      received_.append(bytes, static_cast<std::size_t>(got));
    }
    return got > 0;
  }

  int socket_;
  bool connected_;
  std::string received_;
};

inline std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

inline std::string output_of(const std::string& command) {
  std::string text;
  auto* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  char bytes[1024];
  while (const auto got = std::fread(bytes, 1, sizeof bytes, pipe)) {
    text.append(bytes, got);
  }
  ::pclose(pipe);
  return text;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline constexpr std::string_view host = "Host: ca.example\r\n";

inline constexpr std::string_view close_after = "Connection: close\r\n";

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options.listeners = {{.address = "127.0.0.1", .tls = false}};
    options.threads = 2;
    options.workers = 2;
    options.trusted_proxies = {"127.0.0.0/8"};
  }

  ~ServerTest() override {
    gate.count_down();
    server.reset();
    if (!directory.empty()) {
      std::filesystem::remove_all(directory);
    }
  }

  static Route route(Method method, std::string path,
                     std::function<Response(const Call&, const PathValues&)> handle) {
    return {.method = method,
            .path = std::move(path),
            .access = auth::Access::to_anyone(),
            .limit = Limit::unlimited,
            .body_limit = 100'000,
            .on_plain_http = true,
            .handle = std::move(handle),
            .refuse = plain_refusal};
  }

  void start() {
    auto hot = route(Method::get, "/hot", {});
    hot.at_once = [prepared = prepare({.content_type = "text/plain", .body = "prepared"},
                                      Hardening::machine)](const Request&) {
      return std::optional{Response{.prepared = prepared}};
    };
    auto secret = route(Method::get, "/secret", [](const Call&, const PathValues&) {
      return Response{.body = "over TLS"};
    });
    secret.on_plain_http = false;
    auto quick = route(Method::get, "/quick", [this](const Call&, const PathValues&) {
      const auto woken = base::Signal::of_caller();
      {
        const std::lock_guard lock{quick_mutex};
        quick_waits.push_back(woken);
      }
      ++waiting;
      woken->wait();
      return Response{.body = base::Fiber::current() != nullptr ? "on a fiber" : "on a worker"};
    });
    quick.is_quick = true;
    Router router;
    router.add({std::move(hot), std::move(secret), std::move(quick),
                route(Method::post, "/echo",
                      [](const Call& call, const PathValues&) {
                        return Response{.content_type = "text/plain", .body = call.request.body};
                      }),
                route(Method::get, "/address",
                      [](const Call& call, const PathValues&) {
                        return Response{.body = call.request.address + " " + call.request.host};
                      }),
                route(Method::get, "/large",
                      [](const Call&, const PathValues&) {
                        return Response{.body = std::string(3'000'000, 'z')};
                      }),
                route(Method::get, "/parts",
                      [](const Call& call, const PathValues&) {
                        const bool breaks = call.request.query.contains("break");
                        return Response{.content_type = "text/plain",
                                        .parts = [n = 0, breaks](std::string& part) mutable {
                                          if (n == 3 && breaks) {
                                            throw std::runtime_error{"gone"};
                                          }
                                          part = n == 1 ? "" : std::string(17, 'a');
                                          return ++n < 5;
                                        }};
                      }),
                route(Method::get, "/wait", [this](const Call&, const PathValues&) {
                  ++waiting;
                  gate.wait();
                  return Response{.body = "waited"};
                })});
    pipeline.emplace(std::move(router),
                     PipelineParts{.identify = [](const Request&) { return auth::Caller{}; },
                                   .record_refusal = {},
                                   .clock = &clock});
    server.emplace(options, *pipeline, metrics, &live);
    server->start();
  }

  static std::string get(std::string_view path, std::string_view fields = "") {
    return "GET " + std::string{path} + " HTTP/1.1\r\n" + std::string{host} + std::string{fields} +
           "\r\n";
  }

  std::uint16_t port(std::size_t listener = 0) { return server->ports().at(listener); }

  // The whole exchange on a connection of its own.
  std::string ask(std::string_view bytes) { return Client{port()}.send(bytes).read_all(); }

  void wake_quick() {
    const std::lock_guard lock{quick_mutex};
    for (const auto& wait : std::exchange(quick_waits, {})) {
      wait->raise();
    }
  }

  void wait_for(int handlers) {
    for (int i = 0; i < 1000 && waiting < handlers; ++i) {
      std::this_thread::sleep_for(milliseconds{5});
    }
  }

  TlsIdentity make_identity(const std::string& name) {
    if (directory.empty()) {
      std::string pattern = (std::filesystem::temp_directory_path() / "http_test_XXXXXX").string();
      directory = ::mkdtemp(pattern.data());
    }
    const auto key = directory / (name + ".key");
    const auto certificate = directory / (name + ".crt");
    output_of(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout " +
        key.string() + " -out " + certificate.string() + " -subj /CN=" + name);
    return {.chain_pem = read_file(certificate), .key_pem = base::Secret{read_file(key)}};
  }

  std::string s_client(const std::string& arguments, const std::string& input = "") {
    return output_of("printf '" + input + "' | openssl s_client -connect 127.0.0.1:" +
                     std::to_string(port()) + " " + arguments);
  }

  base::SystemClock clock;
  Metrics metrics;
  ServerOptions options;
  std::optional<Pipeline> pipeline;
  Live live{[](const Request& request) {
    auth::Caller caller;
    if (request.cookie("session") == "good") {
      caller.credential = auth::Credential::session;
      caller.rights = auth::Rights{{"read:certificates"}};
    }
    return caller;
  }};
  std::optional<Server> server;
  std::latch gate{1};
  std::atomic<int> waiting = 0;
  std::mutex quick_mutex;
  std::vector<std::shared_ptr<base::Signal>> quick_waits;
  std::filesystem::path directory;
};

class TlsServerTest : public ServerTest {
 protected:
  TlsServerTest() {
    options.listeners = {{.address = "127.0.0.1", .tls = true}};
    options.identity = make_identity("first.example");
  }
};

}  // namespace http
