#include "net/acme_validation.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>

namespace net {
namespace {

using core::acme::ChallengeType;
using core::acme::ProblemType;

// Answers from a table.
class TableResolver final : public Resolver {
 public:
  std::map<std::string, std::vector<std::string>, std::less<>> addresses_of;
  std::map<std::string, std::vector<std::string>, std::less<>> texts_of;
  std::map<std::string, DnsAnswer<core::acme::CaaRecord>, std::less<>> caa_of;

  DnsAnswer<IpAddress> addresses(std::string_view name, Milliseconds /*time*/) override {
    const auto found = addresses_of.find(name);
    if (found == addresses_of.end()) {
      return {.status = DnsStatus::nxdomain, .reason = "no such name (NXDOMAIN)"};
    }
    DnsAnswer<IpAddress> answer{.status = DnsStatus::records};
    for (const auto& text : found->second) {
      answer.records.push_back(IpAddress::parse(text).value());
    }
    return answer;
  }
  DnsAnswer<std::string> texts(std::string_view name, Milliseconds /*time*/) override {
    const auto found = texts_of.find(name);
    if (found == texts_of.end()) {
      return {.status = DnsStatus::nodata, .reason = "the name has no such records"};
    }
    return {.status = DnsStatus::records, .records = found->second};
  }
  DnsAnswer<core::acme::CaaRecord> caa(std::string_view name, Milliseconds /*time*/) override {
    const auto found = caa_of.find(name);
    return found == caa_of.end() ? DnsAnswer<core::acme::CaaRecord>{.status = DnsStatus::nxdomain}
                                 : found->second;
  }
};

// A web server on a port of 127.0.0.1 that answers each path with fixed bytes.
class WebServer {
 public:
  WebServer() {
    file_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(file_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(file_, 16);
    socklen_t size = sizeof address;
    getsockname(file_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~WebServer() {
    shutdown(file_, SHUT_RDWR);
    thread_.join();
    close(file_);
  }

  int port = 0;
  std::map<std::string, std::string> answers;  // the whole answer; empty: silence
  std::vector<std::string> requests;

 private:
  void serve() {
    for (;;) {
      const int peer = accept(file_, nullptr, nullptr);
      if (peer < 0) {
        return;
      }
      char buffer[4096];
      const auto got = read(peer, buffer, sizeof buffer);
      const std::string request{buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
      requests.push_back(request);
      const auto path = request.substr(4, request.find(' ', 4) - 4);
      const auto found = answers.find(path);
      const auto answer = found == answers.end()
                              ? std::string{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"}
                              : found->second;
      if (answer.empty()) {
        std::this_thread::sleep_for(std::chrono::milliseconds{600});
      }
      send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
      close(peer);
    }
  }

  int file_ = -1;
  std::thread thread_;
};

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\n\r\n" + body;
}
std::string to(const std::string& location) {
  return "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n";
}

class AcmeValidation : public testing::Test {
 protected:
  AcmeValidation() {
    resolver.addresses_of["a.example"] = {"127.0.0.1"};
    resolver.addresses_of["v6.example"] = {"::1", "127.0.0.1"};
    resolver.addresses_of["metadata.example"] = {"169.254.169.254"};
  }

  AcmeValidator::Outcome validate(ChallengeType type, const std::string& name) {
    AcmeValidator validator{
        resolver,
        {.http01_port = server.port,
         .allowed_targets = {Network::parse("127.0.0.0/8").value(), Network::parse("::1").value()},
         .time = std::chrono::milliseconds{400}}};
    return validator.validate({.type = type,
                               .name = name,
                               .token = "token",
                               .key_authorization = "token.thumbprint",
                               .caa_issuer_names = issuers,
                               .account_url = "https://ca.example/acme/acct/1",
                               .issuer_names = {"ca.example"},
                               .now = base::Time{std::chrono::seconds{1'720'000'000}}});
  }
  AcmeValidator::Outcome http(const std::string& name = "a.example") {
    return validate(ChallengeType::http_01, name);
  }

  const std::string path = "/.well-known/acme-challenge/token";
  TableResolver resolver;
  WebServer server;
  std::vector<std::string> issuers;
};

TEST_F(AcmeValidation, FindsTheKeyAuthorizationOverHttp) {
  server.answers[path] = ok("token.thumbprint \r\n");
  const auto outcome = http();
  EXPECT_FALSE(outcome.problem) << outcome.problem->detail;
  ASSERT_EQ(server.requests.size(), 1u);
  const auto& request = server.requests.front();
  EXPECT_TRUE(request.starts_with("GET " + path + " HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("\r\nHost: a.example:" + std::to_string(server.port) + "\r\n"),
            std::string::npos);
  EXPECT_EQ(outcome.trace.size(), 2u);
}

TEST_F(AcmeValidation, FallsBackToIpv4) {
  server.answers[path] = ok("token.thumbprint");
  EXPECT_FALSE(http("v6.example").problem);
}

TEST_F(AcmeValidation, TakesAnAddressAsTheIdentifier) {
  server.answers[path] = ok("token.thumbprint");
  EXPECT_FALSE(http("127.0.0.1").problem);
}

TEST_F(AcmeValidation, SaysWhatCameInstead) {
  const struct {
    std::string answer;
    ProblemType type;
    const char* words;
  } cases[] = {
      {ok(""), ProblemType::unauthorized, "an empty body"},
      {ok("token"), ProblemType::unauthorized, "the bare token"},
      {ok("token.other"), ProblemType::unauthorized, "another account"},
      {ok("<html>secret</html>"), ProblemType::unauthorized, "a page of HTML"},
      {ok("secret"), ProblemType::unauthorized, "6 octets of something else"},
      {ok("token.thumbprint" + std::string(10'000, 'x')), ProblemType::unauthorized, "another"},
      {"HTTP/1.1 503 Busy\r\n\r\n", ProblemType::unauthorized, "status 503"},
      {"SSH-2.0-OpenSSH\r\n\r\n", ProblemType::connection, "does not speak HTTP"},
      {"", ProblemType::connection, "no answer in time"},
  };
  for (const auto& [answer, type, words] : cases) {
    server.answers[path] = answer;
    const auto outcome = http();
    ASSERT_TRUE(outcome.problem) << answer.substr(0, 100);
    EXPECT_EQ(outcome.problem->type, type) << outcome.problem->detail;
    EXPECT_NE(outcome.problem->detail.find(words), std::string::npos) << outcome.problem->detail;
    EXPECT_EQ(outcome.problem->detail.find("secret"), std::string::npos);
    EXPECT_LT(outcome.problem->detail.size(), 1000u);
  }
}

TEST_F(AcmeValidation, FollowsRedirectsWithinTheRules) {
  server.answers[path] = to("/hop?1");
  server.answers["/hop?1"] = to("http://v6.example:" + std::to_string(server.port) + "/end");
  server.answers["/end"] = ok("token.thumbprint");
  const auto outcome = http();
  EXPECT_FALSE(outcome.problem) << outcome.problem->detail;

  for (const auto* location :
       {"http://metadata.example/", "http://169.254.169.254/", "http://[fe80::1]/",
        "http://0.0.0.0/", "ftp://a.example/", "file:///etc/passwd", "http://a.example:22/",
        "http://user:pw@a.example/", "//169.254.169.254/", ""}) {
    server.answers[path] = to(location);
    const auto refused = http();
    ASSERT_TRUE(refused.problem) << location;
    EXPECT_EQ(refused.problem->type, ProblemType::connection) << refused.problem->detail;
    EXPECT_FALSE(refused.may_pass_later) << location;
  }
}

TEST_F(AcmeValidation, EndsLoops) {
  server.answers[path] = to(path);
  const auto outcome = http();
  ASSERT_TRUE(outcome.problem);
  EXPECT_NE(outcome.problem->detail.find("more than 10 redirects"), std::string::npos);
  EXPECT_EQ(server.requests.size(), 11u);
}

TEST_F(AcmeValidation, TellsDnsTargetAndConnectionApart) {
  EXPECT_EQ(http("nowhere.example").problem->type, ProblemType::dns);
  const auto refused = http("metadata.example");
  EXPECT_EQ(refused.problem->type, ProblemType::connection);
  EXPECT_NE(refused.problem->detail.find("metadata service"), std::string::npos);
  EXPECT_TRUE(server.requests.empty());
}

TEST_F(AcmeValidation, FindsTheRecordInDns) {
  // Made with `printf token.thumbprint | openssl dgst -sha256 -binary | basenc --base64url`.
  const std::string record = "61rBZ_4knHblO0MNoxFsXZ_eTFUHum0B6IVRbhvUn5I";
  const auto dns = [&] { return validate(ChallengeType::dns_01, "a.example"); };
  EXPECT_EQ(dns().problem->type, ProblemType::dns);
  resolver.texts_of["_acme-challenge.a.example"] = {"unrelated", record + "x"};
  EXPECT_EQ(dns().problem->type, ProblemType::incorrectResponse);
  resolver.texts_of["_acme-challenge.a.example"].push_back(record);
  EXPECT_FALSE(dns().problem) << dns().problem->detail;
}

TEST_F(AcmeValidation, FindsTheRecordBelowTheLabelOfTheAccount) {
  // printf https://ca.example/acme/acct/1 | sha256sum | head -c20 | xxd -r -p | base32
  const std::string name = "_kvh7jr2d6tnrrsci._acme-challenge.a.example";
  const auto dns = [&] { return validate(ChallengeType::dns_account_01, "a.example"); };
  resolver.texts_of["_acme-challenge.a.example"] = {"61rBZ_4knHblO0MNoxFsXZ_eTFUHum0B6IVRbhvUn5I"};
  EXPECT_EQ(dns().problem->type, ProblemType::dns);
  resolver.texts_of[name] = {"61rBZ_4knHblO0MNoxFsXZ_eTFUHum0B6IVRbhvUn5I"};
  EXPECT_FALSE(dns().problem) << dns().problem->detail;
}

TEST_F(AcmeValidation, FindsTheRecordThatWasMadeForGood) {
  const auto dns = [&] { return validate(ChallengeType::dns_persist_01, "a.example"); };
  EXPECT_EQ(dns().problem->type, ProblemType::dns);
  auto& texts = resolver.texts_of["_validation-persist.a.example"];
  texts = {"ca.example; accounturi=https://ca.example/acme/acct/2"};
  EXPECT_EQ(dns().problem->type, ProblemType::unauthorized);
  EXPECT_NE(dns().problem->detail.find("_validation-persist.a.example"), std::string::npos);
  texts.push_back("ca.example; accounturi=https://ca.example/acme/acct/1; persistUntil=1721952000");
  const auto found = dns();
  ASSERT_FALSE(found.problem) << found.problem->detail;
  EXPECT_EQ(base::to_text(found.valid_until.value()), "2024-07-26T00:00:00Z");
}

TEST_F(AcmeValidation, TellsWhetherNameServersAnswer) {
  AcmeValidator validator{resolver, {}};
  EXPECT_FALSE(validator.look_at_dns("a.example").problem);
  EXPECT_FALSE(validator.look_at_dns("nowhere.example").problem);
  EXPECT_EQ(validator.look_at_dns("a.example").trace.size(), 3u);
  resolver.caa_of["a.example"] = {.status = DnsStatus::servfail, .reason = "SERVFAIL"};
  const auto failed = validator.look_at_dns("a.example");
  ASSERT_TRUE(failed.problem);
  EXPECT_EQ(failed.problem->detail, "CAA records of a.example: SERVFAIL");
}

TEST_F(AcmeValidation, HeedsCaaWhenTheCaHasNames) {
  server.answers[path] = ok("token.thumbprint");
  resolver.caa_of["example"] = {.status = DnsStatus::records,
                                .records = {{.tag = "issue", .value = "other.example"}}};
  EXPECT_FALSE(http().problem);
  issuers = {"ca.example"};
  EXPECT_EQ(http().problem->type, ProblemType::caa);
  resolver.caa_of["a.example"] = {.status = DnsStatus::records,
                                  .records = {{.tag = "issue", .value = "ca.example"}}};
  EXPECT_FALSE(http().problem);
  // RFC 8659, section 3: not to know is not to be allowed.
  resolver.caa_of["a.example"] = {.status = DnsStatus::servfail, .reason = "SERVFAIL"};
  EXPECT_EQ(http().problem->type, ProblemType::dns);
}

}  // namespace
}  // namespace net
