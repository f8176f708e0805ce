#include "net/http_post.h"

#include <gtest/gtest.h>

namespace net {
namespace {

// Gives each name the same address.
class OneAddress final : public Resolver {
 public:
  explicit OneAddress(std::string_view address) {
    if (!address.empty()) {
      address_ = IpAddress::parse(address).value();
    }
  }
  DnsAnswer<IpAddress> addresses(std::string_view /*name*/, Milliseconds /*time*/) override {
    return address_ ? DnsAnswer<IpAddress>{.status = DnsStatus::records, .records = {*address_}}
                    : DnsAnswer<IpAddress>{.status = DnsStatus::nxdomain, .reason = "no such name"};
  }
  DnsAnswer<std::string> texts(std::string_view /*name*/, Milliseconds /*time*/) override {
    return {};
  }
  DnsAnswer<core::acme::CaaRecord> caa(std::string_view /*name*/, Milliseconds /*time*/) override {
    return {};
  }

 private:
  std::optional<IpAddress> address_;
};

PostOutcome post_to(const std::string& url, std::string_view address = "192.0.2.1",
                    std::vector<Network> allowed = {}) {
  OneAddress resolver{address};
  return post(resolver, {.url = url,
                         .body = "{}",
                         .allowed_targets = std::move(allowed),
                         .time = std::chrono::seconds{2}});
}

// A receiver chosen by a user must not be this host or its link, however it is written: the socket
// is what is checked, so a notation that only the system's resolver understands is caught too.
TEST(HttpPost, ConnectsToNothingThatIsRefused) {
  for (const auto* url : {"http://127.0.0.1:1/", "http://[::1]:1/", "http://169.254.169.254/",
                          "http://[::ffff:127.0.0.1]:1/", "http://0x7f.1:1/",
                          "http://2130706433:1/", "http://0177.0.0.1:1/", "http://127.1:1/"}) {
    const auto outcome = post_to(url);
    EXPECT_EQ(outcome.status, 0) << url;
    EXPECT_NE(outcome.reason.find("does not connect there"), std::string::npos)
        << url << ": " << outcome.reason;
  }
  EXPECT_NE(post_to("https://hooks.example.com/", "127.0.0.1").reason.find("loopback"),
            std::string::npos);
  EXPECT_NE(post_to("https://hooks.example.com/", "fe80::1").reason.find("link-local"),
            std::string::npos);
}

TEST(HttpPost, SaysWhyThereIsNoAnswer) {
  EXPECT_NE(post_to("gopher://example.com/").reason, "");
  EXPECT_NE(post_to("https://hooks.example.com/", "").reason.find("no such name"),
            std::string::npos);
  // Allowed, and nobody listens.
  const auto refused =
      post_to("http://127.0.0.1:1/", "192.0.2.1", {Network::parse("127.0.0.0/8").value()});
  EXPECT_EQ(refused.status, 0);
  EXPECT_EQ(refused.reason.find("does not connect there"), std::string::npos) << refused.reason;
  EXPECT_NE(refused.reason, "");
}

TEST(HttpPost, EndsEarlyWhenItIsCancelled) {
  std::atomic<bool> cancelled = true;
  OneAddress resolver{"192.0.2.1"};  // of documentation: nobody answers there
  const auto began = std::chrono::steady_clock::now();
  const auto outcome = post(resolver, {.url = "http://hooks.example.com/",
                                       .body = "{}",
                                       .time = std::chrono::seconds{30},
                                       .cancelled = &cancelled});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{5});
}

}  // namespace
}  // namespace net
