#include "app/addresses.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace app {
namespace {

bool has(const Addresses& addresses, const std::string& name) {
  return std::ranges::find(addresses.names, name) != addresses.names.end();
}

TEST(Addresses, AreWhatTheSettingsSay) {
  Settings settings;
  settings.public_host = "ca.example.com";
  const auto addresses = choose_addresses(settings);
  EXPECT_EQ(addresses.https_base, "https://ca.example.com:8443");
  EXPECT_EQ(addresses.http_base, "http://ca.example.com:8080");
  EXPECT_EQ(addresses.names.front(), "ca.example.com");
  EXPECT_TRUE(has(addresses, "localhost") && has(addresses, "127.0.0.1") && has(addresses, "::1"));
}

TEST(Addresses, LeaveOutTheUsualPorts) {
  Settings settings;
  settings.public_host = "ca.example.com";
  settings.https_port = 443;
  settings.http_port = 80;
  EXPECT_EQ(choose_addresses(settings).https_base, "https://ca.example.com");
  EXPECT_EQ(choose_addresses(settings).http_base, "http://ca.example.com");
}

TEST(Addresses, AreTheOneThatIsListenedOn) {
  Settings settings;
  settings.listen = "192.0.2.1";
  EXPECT_EQ(choose_addresses(settings).https_base, "https://192.0.2.1:8443");
  settings.listen = "2001:db8::1";
  const auto addresses = choose_addresses(settings);
  EXPECT_EQ(addresses.https_base, "https://[2001:db8::1]:8443");
  EXPECT_EQ(addresses.names.front(), "2001:db8::1");
  settings.listen = "127.0.0.1";
  EXPECT_EQ(std::ranges::count(choose_addresses(settings).names, "127.0.0.1"), 1);
}

TEST(Addresses, AreNeverThoseThatMeanEverywhere) {
  for (const auto* any : {"0.0.0.0", "::"}) {
    Settings settings;
    settings.listen = any;
    const auto addresses = choose_addresses(settings);
    EXPECT_FALSE(has(addresses, any));
    EXPECT_EQ(addresses.https_base.find(any), std::string::npos) << addresses.https_base;
  }
}

TEST(Addresses, HaveFreePortsWhenNoneIsGiven) {
  Settings settings;
  settings.https_port = settings.http_port = 0;
  const auto addresses = choose_addresses(settings);
  EXPECT_GT(addresses.https_port, 0);
  EXPECT_GT(addresses.http_port, 0);
  EXPECT_NE(addresses.https_port, addresses.http_port);
  EXPECT_TRUE(addresses.https_base.ends_with(":" + std::to_string(addresses.https_port)));
}

}  // namespace
}  // namespace app
