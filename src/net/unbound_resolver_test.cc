#include "net/unbound_resolver.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "base/text.h"

namespace net {
namespace {

using namespace std::string_view_literals;
using std::chrono::seconds;

std::string wire_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto end = std::min(name.find('.'), name.size());
    out += static_cast<char>(end);
    out += name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return out + '\0';
}

std::string two(int number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

std::string record(std::string_view owner, int type, std::string_view rdata) {
  return wire_name(owner) + two(type) + two(1) + std::string(2, '\0') + two(0) +
         two(static_cast<int>(rdata.size())) + std::string{rdata};
}

// A name server on UDP that answers from a table of finished answer sections.
class NameServer {
 public:
  struct Answer {
    int rcode = 0;
    std::vector<std::string> records = {};
    bool silent = false;
  };

  NameServer() {
    file_ = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(file_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    getsockname(file_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~NameServer() {
    shutdown(file_, SHUT_RDWR);
    thread_.join();
    close(file_);
  }

  int port = 0;
  std::map<std::pair<std::string, int>, Answer> answers;  // the rest is NXDOMAIN
  std::atomic<int> questions = 0;

 private:
  void serve() {
    char buffer[1500];
    for (;;) {
      sockaddr_in peer{};
      socklen_t size = sizeof peer;
      const auto got =
          recvfrom(file_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&peer), &size);
      if (got <= 12) {
        return;
      }
      ++questions;
      const std::string query{buffer, static_cast<std::size_t>(got)};
      std::string name;
      std::size_t at = 12;
      for (; query[at] != 0; at += static_cast<std::size_t>(query[at]) + 1) {
        name +=
            (name.empty() ? "" : ".") + query.substr(at + 1, static_cast<std::size_t>(query[at]));
      }
      name = base::lower(name);
      const int type = static_cast<unsigned char>(query[at + 1]) << 8 |
                       static_cast<unsigned char>(query[at + 2]);
      const auto found = answers.find({name, type});
      const Answer answer = found == answers.end() ? Answer{.rcode = 3} : found->second;
      if (answer.silent) {
        continue;
      }
      std::string out = query.substr(0, 2) + two(0x8580 | answer.rcode) + two(1) +
                        two(static_cast<int>(answer.records.size())) + two(0) + two(0) +
                        query.substr(12, at + 5 - 12);
      for (const auto& one : answer.records) {
        out += one;
      }
      sendto(file_, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
    }
  }

  int file_ = -1;
  std::thread thread_;
};

class UnboundResolverTest : public testing::Test {
 protected:
  UnboundResolver resolver() const {
    return UnboundResolver{
        {.servers = {Endpoint{IpAddress::parse("127.0.0.1").value(), server.port}}}};
  }
  NameServer server;
};

TEST_F(UnboundResolverTest, FindsAddressesIpv6First) {
  server.answers[{"a.example", 1}] = {
      .records = {record("a.example", 1, "\x7f\0\0\1"sv), record("a.example", 1, "\x0a\0\0\1"sv)}};
  server.answers[{"a.example", 28}] = {
      .records = {record("a.example", 28, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"sv)}};
  auto unbound = resolver();
  const auto answer = unbound.addresses("a.example", seconds{5});
  ASSERT_EQ(answer.status, DnsStatus::records) << answer.reason;
  ASSERT_EQ(answer.records.size(), 3u);
  EXPECT_EQ(answer.records[0].to_string(), "2001:db8::1");
}

TEST_F(UnboundResolverTest, FindsNamesOfPrivateZones) {
  for (const auto* name : {"a.test", "b.internal", "c.home.arpa", "d.localdomain"}) {
    server.answers[{name, 1}] = {.records = {record(name, 1, "\x0a\0\0\1"sv)}};
  }
  auto unbound = resolver();
  for (const auto* name : {"a.test", "b.internal", "c.home.arpa", "d.localdomain"}) {
    EXPECT_EQ(unbound.addresses(name, seconds{5}).status, DnsStatus::records) << name;
  }
}

TEST_F(UnboundResolverTest, JoinsStringsAndFollowsCnames) {
  const auto target = wire_name("x.example");
  server.answers[{"_acme-challenge.a.example", 16}] = {
      .records = {record("_acme-challenge.a.example", 5, target),
                  record("x.example", 16, "\3hel\2lo"sv), record("x.example", 16, "\3abc"sv)}};
  // The resolver asks for the target itself.
  server.answers[{"x.example", 16}] = {
      .records = {record("x.example", 16, "\3hel\2lo"sv), record("x.example", 16, "\3abc"sv)}};
  auto unbound = resolver();
  auto answer = unbound.texts("_acme-challenge.a.example", seconds{5});
  ASSERT_EQ(answer.status, DnsStatus::records) << answer.reason;
  std::ranges::sort(answer.records);
  EXPECT_EQ(answer.records, (std::vector<std::string>{"abc", "hello"}));
  EXPECT_TRUE(answer.canonical_name.starts_with("x.example")) << answer.canonical_name;
}

TEST_F(UnboundResolverTest, ReadsCaa) {
  server.answers[{"a.example", 257}] = {
      .records = {record("a.example", 257, "\0\5issueca.example"sv)}};
  auto unbound = resolver();
  const auto answer = unbound.caa("a.example", seconds{5});
  ASSERT_EQ(answer.status, DnsStatus::records) << answer.reason;
  EXPECT_EQ(answer.records.front().value, "ca.example");
}

TEST_F(UnboundResolverTest, TellsWhyThereIsNothing) {
  server.answers[{"nodata.example", 16}] = {};
  server.answers[{"broken.example", 16}] = {.rcode = 2};
  server.answers[{"refused.example", 16}] = {.rcode = 5};
  server.answers[{"silent.example", 16}] = {.silent = true};
  auto unbound = resolver();
  EXPECT_EQ(unbound.texts("nowhere.example", seconds{5}).status, DnsStatus::nxdomain);
  EXPECT_EQ(unbound.texts("nodata.example", seconds{5}).status, DnsStatus::nodata);
  EXPECT_EQ(unbound.texts("broken.example", seconds{10}).status, DnsStatus::servfail);
  EXPECT_EQ(unbound.texts("refused.example", seconds{10}).status, DnsStatus::servfail);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(unbound.texts("silent.example", std::chrono::milliseconds{300}).status,
            DnsStatus::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds{1});
}

TEST_F(UnboundResolverTest, AsksForTextsEachTimeAndForAddressesOnce) {
  auto unbound = resolver();
  EXPECT_EQ(unbound.texts("late.example", seconds{5}).status, DnsStatus::nxdomain);
  server.answers[{"late.example", 16}] = {.records = {record("late.example", 16, "\3abc"sv)}};
  EXPECT_EQ(unbound.texts("late.example", seconds{5}).status, DnsStatus::records);
}

TEST_F(UnboundResolverTest, AsksTheServerOfTheLongestZone) {
  NameServer inner;
  NameServer innermost;
  const Endpoint at_inner{IpAddress::parse("127.0.0.1").value(), inner.port};
  const Endpoint at_innermost{IpAddress::parse("127.0.0.1").value(), innermost.port};
  for (auto* each : {&server, &inner, &innermost}) {
    const std::string view = each == &server ? "\1o" : each == &inner ? "\1i" : "\1x";
    for (const auto* name : {"a.example", "a.corp.test", "corp.test", "a.lab.corp.test"}) {
      each->answers[{name, 16}] = {.records = {record(name, 16, view)}};
    }
  }
  // A name of the one view that leads into the other.
  server.answers[{"b.example", 16}] = {.records = {record("b.example", 5, wire_name("corp.test"))}};
  for (const auto dnssec : {Dnssec::off, Dnssec::on}) {
    if (dnssec == Dnssec::on && !std::ifstream{ResolverOptions{}.trust_anchor}.good()) {
      continue;
    }
    UnboundResolver unbound{
        {.servers = {Endpoint{IpAddress::parse("127.0.0.1").value(), server.port}},
         .zones = {{"corp.test", at_inner}, {"lab.corp.test", at_innermost}},
         .dnssec = dnssec}};
    const auto text_of = [&](const char* name) {
      const auto answer = unbound.texts(name, seconds{5});
      return answer.records.empty() ? answer.reason : answer.records.front();
    };
    EXPECT_EQ(text_of("a.corp.test"), "i");
    EXPECT_EQ(text_of("corp.test"), "i");
    EXPECT_EQ(text_of("a.lab.corp.test"), "x");
    if (dnssec == Dnssec::off) {
      EXPECT_EQ(text_of("a.example"), "o");
      EXPECT_EQ(text_of("b.example"), "i");
    }
  }
}

TEST(ZoneResolver, IsAZoneAndAnAddress) {
  const auto read = ZoneResolver::parse("Corp.Example.=10.0.0.1", 53);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->zone, "corp.example");
  EXPECT_EQ(read->server.to_string(), "10.0.0.1:53");
  EXPECT_EQ(ZoneResolver::parse("_msdcs.corp=[2001:db8::1]:5353", 53)->server.port, 5353);
  for (const auto* wrong :
       {"", "corp.example", "=10.0.0.1", ".=10.0.0.1", "a..b=10.0.0.1", "a b=10.0.0.1",
        "a\"\nforward-addr: 1=10.0.0.1", "corp.example=", "corp.example=elsewhere"}) {
    EXPECT_FALSE(ZoneResolver::parse(wrong, 53)) << wrong;
  }
}

TEST(UnboundResolver, ReadsTheHostsFileForReservedZonesToo) {
  const auto file = testing::TempDir() + "hosts_of_resolver_test";
  std::ofstream{file} << "127.0.0.5 www.shop.test\n127.0.0.6 nas.home.arpa\n";
  UnboundResolver resolver{{.dnssec = Dnssec::off, .hosts_file = file}};
  for (const auto& [name, address] :
       {std::pair{"www.shop.test", "127.0.0.5"}, std::pair{"nas.home.arpa", "127.0.0.6"}}) {
    const auto answer = resolver.addresses(name, seconds{5});
    ASSERT_EQ(answer.status, DnsStatus::records) << name << ": " << answer.reason;
    EXPECT_EQ(answer.records.front().to_string(), address);
  }
}

TEST_F(UnboundResolverTest, ServesManyThreads) {
  server.answers[{"a.example", 1}] = {.records = {record("a.example", 1, "\x0a\0\0\1"sv)}};
  auto unbound = resolver();
  std::atomic<int> found = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        found += unbound.addresses("a.example", seconds{5}).status == DnsStatus::records ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(found, 200);
}

}  // namespace
}  // namespace net
