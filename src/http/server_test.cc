#include "http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <latch>
#include <mutex>

#include "base/error.h"
#include "base/fiber.h"
#include "http/live.h"
#include "http/metrics.h"
#include "http/pipeline.h"
#include "http/serialize.h"
#include "http/trusted_proxies.h"
#include "http/websocket.h"

namespace http {
namespace {

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

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

std::string output_of(const std::string& command) {
  std::string text;
  auto* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  char bytes[1024];
  while (const auto got = std::fread(bytes, 1, sizeof bytes, pipe)) {
    text.append(bytes, got);
  }
  ::pclose(pipe);
  return text;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

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

constexpr std::string_view host = "Host: ca.example\r\n";

std::string get(std::string_view path, std::string_view fields = "") {
  return "GET " + std::string{path} + " HTTP/1.1\r\n" + std::string{host} + std::string{fields} +
         "\r\n";
}

constexpr std::string_view close_after = "Connection: close\r\n";

TEST_F(ServerTest, AnswersWithTheHeadersThatHardenABrowser) {
  start();
  const auto answer = ask(get("/address", close_after));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n127.0.0.1 ca.example")) << answer;
  for (const auto* field :
       {"X-Content-Type-Options: nosniff\r\n", "X-Frame-Options: DENY\r\n", "Referrer-Policy: ",
        "Permissions-Policy: ", "Content-Security-Policy: default-src 'self'; script-src 'self';",
        "Cache-Control: no-store\r\n", "X-Request-Id: ", "Content-Length: 20\r\n",
        "Connection: close\r\n"}) {
    EXPECT_EQ(count(answer, field), 1U) << field << answer;
  }
  EXPECT_EQ(count(answer, "Strict-Transport-Security"), 0U);
}

TEST_F(ServerTest, SendsAnswersInPartsWhileTheyAreMade) {
  start();
  const std::string chunk = "11\r\n" + std::string(17, 'a') + "\r\n";
  const auto answer = ask(get("/parts") + get("/address", close_after));
  EXPECT_EQ(count(answer, "Transfer-Encoding: chunked\r\n"), 1U) << answer;
  EXPECT_NE(answer.find("\r\n\r\n" + chunk + chunk + chunk + chunk + "0\r\n\r\nHTTP/1.1 200"),
            std::string::npos)
      << answer;
  EXPECT_EQ(count(answer, "Content-Length"), 1U) << answer;

  const auto old = ask("GET /parts HTTP/1.0\r\n" + std::string{host} + "\r\n");
  EXPECT_EQ(count(old, "Transfer-Encoding"), 0U) << old;
  EXPECT_TRUE(old.ends_with("\r\n\r\n" + std::string(4 * 17, 'a'))) << old;

  const auto head =
      ask("HEAD /parts HTTP/1.1\r\n" + std::string{host} + "\r\n" + get("/address", close_after));
  EXPECT_NE(head.find("\r\n\r\nHTTP/1.1 200"), std::string::npos) << head;
}

TEST_F(ServerTest, BreaksOffAnAnswerWhosePartsEndInAnError) {
  start();
  const auto answer = ask(get("/parts?break=1"));
  EXPECT_EQ(count(answer, std::string(17, 'a')), 2U) << answer;
  EXPECT_FALSE(answer.ends_with("0\r\n\r\n")) << answer;
}

TEST_F(ServerTest, AnswersAPipelineInItsOrder) {
  start();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    const auto body = std::to_string(i);
    requests += get("/hot") + "POST /echo HTTP/1.1\r\n" + std::string{host} +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  const auto answers = ask(requests + get("/address", close_after));
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 101U);
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = answers.find("\r\n\r\n" + std::to_string(i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(ServerTest, ReadsRequestsHoweverTheirBytesArrive) {
  start();
  const auto request =
      "POST /echo HTTP/1.1\r\n" + std::string{host} + std::string{close_after} +
      "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n";
  EXPECT_TRUE(ask(request).ends_with("\r\n\r\nhello!"));
  Client client{port()};
  for (const char c : request) {
    client.send({&c, 1});
    std::this_thread::sleep_for(milliseconds{1});
  }
  EXPECT_TRUE(client.read_all().ends_with("\r\n\r\nhello!"));
  Client empty{port()};
  empty.send("POST /echo HTTP/1.1\r\n" + std::string{host} + std::string{close_after} +
             "Transfer-Encoding: chunked\r\n\r\n0\r\n");
  for (const auto* piece : {"\r", "\n"}) {
    std::this_thread::sleep_for(milliseconds{20});
    empty.send(piece);
  }
  EXPECT_TRUE(empty.read_all().starts_with("HTTP/1.1 200 "));
}

TEST_F(ServerTest, AnswersHeadWithoutContent) {
  start();
  for (const auto* path : {"/hot", "/address"}) {
    const auto answer = ask("HEAD " + std::string{path} + " HTTP/1.1\r\n" + std::string{host} +
                            "Connection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
    EXPECT_EQ(count(answer, "Content-Length: "), 1U) << answer;
  }
}

TEST_F(ServerTest, SpeaksToHttp10) {
  start();
  EXPECT_EQ(count(ask("GET /hot HTTP/1.0\r\n\r\n"), "Connection: close\r\n"), 1U);
  Client client{port()};
  client.send("GET /hot HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(count(client.read_until("prepared"), "Connection: keep-alive\r\n"), 1U);
  EXPECT_TRUE(client.send("GET /hot HTTP/1.0\r\n\r\n").read_all().ends_with("prepared"));
}

TEST_F(ServerTest, ClosesAfterAPreparedAnswerWhenAsked) {
  start();
  const auto answer = ask(get("/hot", close_after));
  EXPECT_EQ(count(answer, "Connection: close\r\n"), 1U);
  EXPECT_EQ(count(answer, "Date: "), 1U);
}

TEST_F(ServerTest, SendsLargeAnswersWhole) {
  start();
  const auto answer = ask(get("/large", close_after));
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 3'000'000U);
}

TEST_F(ServerTest, ServesPlainHttpOnlyWhatIsForIt) {
  start();
  EXPECT_TRUE(ask(get("/secret", close_after)).starts_with("HTTP/1.1 404 "));
}

TEST_F(ServerTest, RefusesMalformedRequestsAndCloses) {
  start();
  const struct {
    std::string bytes;
    int status;
  } cases[] = {
      {"rubbish\r\n\r\n", 400},
      {"GET /hot HTTP/1.1\r\n\r\n", 400},  // no Host
      {"GET /hot HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET /hot HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET /hot HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET  /hot HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /hot HTTP/1.1\nHost: a\n\n" + std::string(20, '\n'), 505},
      {"GET /hot\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /hot HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n", 400},
  };
  for (const auto& [bytes, status] : cases) {
    const auto answer = ask(bytes + get("/hot"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(status))) << bytes << "\n"
                                                                          << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1"), 1U + (status == 505 ? 1U : 0U)) << answer;
  }
}

TEST_F(ServerTest, RefusesWhatProxiesMayReadDifferently) {
  start();
  const std::string post = "POST /echo HTTP/1.1\r\n" + std::string{host};
  for (const std::string fields : {
           "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Transfer-Encoding:\x0b"
           "chunked\r\n",
           "Content-Length: 4\r\nContent-Length: 5\r\n",
           "Content-Length: 4\r\nContent-Length: 4\r\n",
           "Content-Length: 4, 4\r\n",
           "Content-Length: +4\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 0x4\r\n",
           "Content-Length: 99999999999999999999999\r\n",
           "Content-Length:\r\n",
       }) {
    const auto answer = ask(post + fields + "\r\n0\r\n\r\n" + get("/hot"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << fields << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1"), 1U) << fields << answer;
  }
  EXPECT_TRUE(ask("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                  .starts_with("HTTP/1.1 400 "));
  for (const std::string chunk : {"g\r\n", "5 \r\nhello\r\n", "5\nhello\n0\n\n", "-1\r\n",
                                  "5\r\nhelloX\r\n0\r\n\r\n", "fffffffffffffffff\r\n"}) {
    const auto answer = ask(post + "Transfer-Encoding: chunked\r\n\r\n" + chunk + get("/hot"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << chunk << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1U) << chunk << answer;
  }
}

TEST_F(ServerTest, RefusesHeadersAndBodiesThatAreTooLarge) {
  start();
  EXPECT_TRUE(
      ask(get("/hot", "X: " + std::string(17'000, 'x') + "\r\n")).starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(ask(get("/" + std::string(17'000, 'x'))).starts_with("HTTP/1.1 431 "));
  std::string fields;
  for (int i = 0; i < 101; ++i) {
    fields += "A: b\r\n";
  }
  EXPECT_TRUE(ask(get("/hot", fields)).starts_with("HTTP/1.1 431 "));
  const std::string post = "POST /echo HTTP/1.1\r\n" + std::string{host};
  EXPECT_TRUE(ask(post + "Content-Length: 100001\r\n\r\n").starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(ask(post + "Transfer-Encoding: chunked\r\n\r\n186a1\r\n" + std::string(50'000, 'x'))
                  .starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(ask(post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(50'000, 'x'))
                  .starts_with("HTTP/1.1 4"));
  EXPECT_TRUE(
      ask("POST /nowhere HTTP/1.1\r\n" + std::string{host} + "Content-Length: 100000\r\n\r\n")
          .starts_with("HTTP/1.1 413 "));
  const std::string whole(100'000, 'x');
  EXPECT_TRUE(
      ask(post + "Connection: close\r\nContent-Length: 100000\r\n\r\n" + whole).ends_with(whole));
}

TEST_F(ServerTest, SaysContinueToThoseWhoWaitForIt) {
  start();
  Client client{port()};
  client.send("POST /echo HTTP/1.1\r\n" + std::string{host} +
              "Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(client.send("ok").read_all().ends_with("\r\n\r\nok"));
  EXPECT_TRUE(ask("POST /echo HTTP/1.1\r\n" + std::string{host} +
                  "Content-Length: 1\r\nExpect: tea\r\n\r\n")
                  .starts_with("HTTP/1.1 417 "));
}

TEST_F(ServerTest, CutsOffThoseWhoAreSlow) {
  options.header_timeout = milliseconds{300};
  options.body_timeout = milliseconds{300};
  options.idle_timeout = milliseconds{300};
  start();
  const auto began = std::chrono::steady_clock::now();
  Client slow_header{port()};
  Client slow_body{port()};
  Client idle{port()};
  slow_header.send("GET /hot HTTP/1.1\r\nHos");
  slow_body.send("POST /echo HTTP/1.1\r\n" + std::string{host} + "Content-Length: 9\r\n\r\nx");
  EXPECT_EQ(slow_header.read_all(), "");
  EXPECT_EQ(slow_body.read_all(), "");
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{5});
}

TEST_F(ServerTest, CutsOffThoseWhoDoNotReadTheirAnswers) {
  options.write_timeout = milliseconds{300};
  options.least_rate = 1'000'000'000;
  start();
  Client client{port()};
  for (int i = 0; i < 20; ++i) {
    client.send(get("/large"));
  }
  std::this_thread::sleep_for(milliseconds{1500});
  EXPECT_LT(client.read_all().size(), 20U * 3'000'000U);
}

TEST_F(ServerTest, SaysThatItIsBusyWhenTheQueueIsFull) {
  options.workers = 1;
  options.queue = 1;
  start();
  Client first{port()};
  first.send(get("/wait", close_after));
  wait_for(1);
  Client second{port()};
  second.send(get("/wait", close_after));
  while (metrics.render().find("http_queue_length 1") == std::string::npos) {
    std::this_thread::sleep_for(milliseconds{5});
  }
  const auto refused = ask(get("/address", close_after));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
  EXPECT_EQ(count(refused, "Retry-After: 1\r\n"), 1U) << refused;
  // What needs no worker is answered all the same.
  EXPECT_TRUE(ask(get("/hot", close_after)).ends_with("prepared"));
  gate.count_down();
  EXPECT_TRUE(first.read_all().ends_with("waited"));
  EXPECT_TRUE(second.read_all().ends_with("waited"));
}

TEST_F(ServerTest, TurnsAwayMoreConnectionsThanItMayHave) {
  options.max_connections = 2;
  start();
  Client first{port()};
  Client second{port()};
  first.send(get("/hot")).read_until("prepared");
  second.send(get("/hot")).read_until("prepared");
  EXPECT_TRUE(Client{port()}.read_all().starts_with("HTTP/1.1 503 "));
}

TEST_F(ServerTest, FinishesWhatIsInFlightWhenItStops) {
  start();
  Client busy{port()};
  busy.send(get("/wait"));
  wait_for(1);
  Client idle{port()};
  idle.send(get("/hot")).read_until("prepared");
  std::thread release{[&] {
    std::this_thread::sleep_for(milliseconds{300});
    gate.count_down();
  }};
  EXPECT_TRUE(server->stop());
  release.join();
  const auto answer = busy.read_all();
  EXPECT_TRUE(answer.ends_with("waited"));
  EXPECT_EQ(count(answer, "Connection: close\r\n"), 1U);
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_FALSE(Client{port()}.connected());
}

TEST_F(ServerTest, GivesUpOnWhatTakesTooLongToStop) {
  start();
  Client busy{port()};
  busy.send(get("/wait"));
  wait_for(1);
  EXPECT_FALSE(server->stop(milliseconds{100}));
}

TEST_F(ServerTest, KeepsNoThreadForQuickRequestsThatWait) {
  options.threads = 1;
  options.workers = 1;
  options.quick_on_loops = true;
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<Client>(port()));
    clients.back()->send("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }
  wait_for(50);
  EXPECT_EQ(waiting, 50);
  EXPECT_NE(ask("GET /hot HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").find("prepared"),
            std::string::npos);
  wake_quick();
  for (const auto& client : clients) {
    EXPECT_NE(client->read_all().find("on a fiber"), std::string::npos);
  }
}

TEST_F(ServerTest, LetsQuickRequestsEndBeforeItGoes) {
  options.quick_on_loops = true;
  start();
  Client client{port()};
  client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
  wait_for(1);
  std::thread waker{[&] {
    std::this_thread::sleep_for(milliseconds{100});
    wake_quick();
  }};
  server.reset();  // whoever wakes them would find nobody otherwise
  waker.join();
  EXPECT_TRUE(quick_waits.empty());
}

TEST_F(ServerTest, RunsQuickRequestsOnWorkersWhereTheDatabaseIsFar) {
  start();
  Client client{port()};
  client.send("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  wait_for(1);
  wake_quick();
  EXPECT_NE(client.read_all().find("on a worker"), std::string::npos);
}

TEST_F(ServerTest, RefusesToShareAPortWithAnotherServer) {
  start();
  options.listeners[0].port = port();
  Server other{options, *pipeline, metrics};
  EXPECT_THROW(other.start(), base::Error);
}

TEST_F(ServerTest, BelievesTrustedProxiesAboutTheClient) {
  start();
  const auto answer =
      ask(get("/address",
              "X-Forwarded-For: 203.0.113.9, 198.51.100.3\r\nX-Forwarded-For: 127.0.0.9\r\n"
              "Connection: close\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n198.51.100.3 ca.example")) << answer;
}

TEST(TrustedProxies, TakesTheNearestAddressThatIsNoProxy) {
  const TrustedProxies proxies{{"10.0.0.0/8", "2001:db8::/32"}};
  EXPECT_EQ(proxies.client("203.0.113.1", "1.2.3.4"), "203.0.113.1");
  EXPECT_EQ(proxies.client("10.1.1.1", "1.2.3.4, 5.6.7.8"), "5.6.7.8");
  EXPECT_EQ(proxies.client("10.1.1.1", "5.6.7.8, 2001:db8::7"), "5.6.7.8");
  EXPECT_EQ(proxies.client("10.1.1.1", "5.6.7.8, rubbish"), "10.1.1.1");
  EXPECT_EQ(proxies.client("10.1.1.1", ""), "10.1.1.1");
  EXPECT_THROW(TrustedProxies{{"10.0.0.0/99"}}, base::Error);
}

TEST_F(ServerTest, CountsRequestsByPatternAndClassOfStatus) {
  start();
  ask(get("/hot", close_after));
  ask(get("/nothing", close_after));
  const auto text = metrics.render();
  EXPECT_NE(
      text.find(
          "http_request_duration_seconds_count{method=\"GET\",path=\"/hot\",status=\"2xx\"} 1"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("path=\"unrouted\",status=\"4xx\"} 1"), std::string::npos) << text;
  EXPECT_NE(text.find("http_queue_length 0"), std::string::npos) << text;
}

class TlsServerTest : public ServerTest {
 protected:
  TlsServerTest() {
    options.listeners = {{.address = "127.0.0.1", .tls = true}};
    options.identity = make_identity("first.example");
  }
};

TEST_F(TlsServerTest, ServesHttps) {
  start();
  const auto answer =
      s_client("-quiet -alpn h2,http/1.1",
               "GET /secret HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n");
  EXPECT_NE(answer.find("over TLS"), std::string::npos) << answer;
  EXPECT_EQ(count(answer, "Strict-Transport-Security: max-age=31536000"), 1U) << answer;
}

TEST_F(TlsServerTest, SpeaksOnlyCurrentVersionsAndProtocols) {
  start();
  EXPECT_NE(s_client("-tls1_2 -alpn http/1.1").find("ALPN protocol: http/1.1"), std::string::npos);
  EXPECT_NE(s_client("-tls1_3").find("TLS_AES_"), std::string::npos);
  EXPECT_NE(s_client("-tls1_1 -cipher ALL:@SECLEVEL=0").find("alert"), std::string::npos);
  EXPECT_NE(s_client("-tls1_2 -cipher AES128-SHA").find("handshake failure"), std::string::npos);
  EXPECT_NE(s_client("-alpn h2").find("no application protocol"), std::string::npos);
  EXPECT_TRUE(ask(get("/hot")).starts_with("HTTP/1.1 400 "));
}

TEST_F(TlsServerTest, ResumesSessionsEvenAfterTheCertificateWasReplaced) {
  start();
  const auto session = (directory / "session").string();
  const std::string request = "GET /hot HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n";
  for (const std::string version : {"-tls1_2", "-tls1_3"}) {
    const auto first = s_client(version + " -ign_eof -sess_out " + session, request);
    EXPECT_NE(first.find("New, TLSv1"), std::string::npos) << first;
    const auto again = s_client(version + " -ign_eof -sess_in " + session, request);
    EXPECT_NE(again.find("Reused, TLSv1"), std::string::npos) << again;
    const auto other = make_identity("other.example");
    server->set_certificate(other.chain_pem, other.key_pem);
    EXPECT_NE(s_client(version + " -ign_eof -sess_in " + session, request).find("Reused, TLSv1"),
              std::string::npos);
  }
}

TEST_F(TlsServerTest, ReplacesItsCertificateWhileItServes) {
  start();
  EXPECT_NE(s_client("").find("CN = first.example"), std::string::npos);
  const auto second = make_identity("second.example");
  server->set_certificate(second.chain_pem, second.key_pem);
  EXPECT_NE(s_client("").find("CN = second.example"), std::string::npos);
  const auto third = make_identity("third.example");
  EXPECT_THROW(server->set_certificate(third.chain_pem, second.key_pem), base::Error);
  EXPECT_THROW(server->set_certificate("rubbish", second.key_pem), base::Error);
  EXPECT_NE(s_client("").find("CN = second.example"), std::string::npos);
}

TEST_F(TlsServerTest, ChoosesACertificateByTheNameTheClientAsksFor) {
  start();
  server->set_certificate_for("ca.example", make_identity("ca.example"));
  server->set_certificate_for("*.est.example", make_identity("wild.example"));
  EXPECT_NE(s_client("-servername CA.example").find("CN = ca.example"), std::string::npos);
  EXPECT_NE(s_client("-servername a.est.example").find("CN = wild.example"), std::string::npos);
  EXPECT_NE(s_client("-servername else.example").find("CN = first.example"), std::string::npos);
  EXPECT_NE(s_client("-noservername").find("CN = first.example"), std::string::npos);
}

TEST_F(TlsServerTest, LetsAnIdentityBeChosenByProtocol) {
  options.choose_identity = [challenge = std::make_shared<const TlsIdentity>(
                                 make_identity("challenge.example"))](const ClientHello& hello) {
    return hello.protocols == std::vector<std::string>{"acme-tls/1"} ? challenge : nullptr;
  };
  start();
  const auto answer = s_client("-alpn acme-tls/1 -servername a.example");
  EXPECT_NE(answer.find("CN = challenge.example"), std::string::npos) << answer;
  EXPECT_NE(answer.find("ALPN protocol: acme-tls/1"), std::string::npos) << answer;
  EXPECT_NE(s_client("-alpn http/1.1").find("CN = first.example"), std::string::npos);
}

// A client of the live events, over the openssl command, which passes bytes through.
class LiveServerTest : public TlsServerTest {
 protected:
  static std::string handshake(std::string_view origin, std::string_view cookie) {
    return "GET /live HTTP/1.1\\r\\nHost: ca.example:8443\\r\\nUpgrade: websocket\\r\\n"
           "Connection: keep-alive, Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nOrigin: " +
           std::string{origin} + "\\r\\nCookie: session=" + std::string{cookie} + "\\r\\n\\r\\n";
  }
};

TEST_F(LiveServerTest, SendsEventsToThoseWhoMaySeeThem) {
  live.add("/live", auth::Access::to_everyone_signed_in());
  start();
  std::thread publisher{[&] {
    for (int i = 0; i < 1000 && live.clients() == 0; ++i) {
      std::this_thread::sleep_for(milliseconds{10});
    }
    live.publish("for others", "read:audit");
    live.publish("certificate issued", "read:certificates");
    std::this_thread::sleep_for(milliseconds{100});
    server->stop();
  }};
  const auto answer = s_client("-quiet", handshake("https://ca.example:8443", "good"));
  publisher.join();
  EXPECT_NE(answer.find("HTTP/1.1 101 Switching Protocols"), std::string::npos) << answer;
  EXPECT_NE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  EXPECT_NE(answer.find("\x81\x12"
                        "certificate issued"),
            std::string::npos)
      << answer;
  EXPECT_EQ(answer.find("for others"), std::string::npos);
  EXPECT_NE(answer.find("\x88\x02\x03\xe9"), std::string::npos);  // going away
  EXPECT_EQ(live.clients(), 0U);
}

TEST_F(LiveServerTest, RefusesStrangersAndOtherOrigins) {
  live.add("/live", auth::Access::to_everyone_signed_in());
  live.add("/audit", auth::read_audit);
  start();
  const auto ask_live = [&](std::string_view origin, std::string_view cookie) {
    return s_client("-quiet", handshake(origin, cookie));
  };
  EXPECT_NE(ask_live("https://ca.example:8443", "bad").find("HTTP/1.1 401 "), std::string::npos);
  EXPECT_NE(ask_live("https://evil.example", "good").find("HTTP/1.1 403 "), std::string::npos);
  EXPECT_NE(ask_live("null", "good").find("HTTP/1.1 403 "), std::string::npos);
  EXPECT_NE(s_client("-quiet", "GET /live HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n").find("HTTP/1.1 400 "),
            std::string::npos);
}

}  // namespace
}  // namespace http
