#include "net/ip_address.h"

#include <gtest/gtest.h>

#include "net/targets.h"

namespace net {
namespace {

IpAddress address(const char* text) {
  return IpAddress::parse(text).value();
}

TEST(IpAddress, IsReadAndWrittenInOneForm) {
  EXPECT_EQ(address("192.0.2.1").to_string(), "192.0.2.1");
  EXPECT_EQ(address("2001:DB8:0:0::1").to_string(), "2001:db8::1");
  for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "0x7f.1", "127.1", "[::1]", "fe80::1%eth0",
                           " 1.2.3.4", "2852039166", "1.2.3.256", "a.example"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view{"1.2.3.4\0", 8}));
}

TEST(Network, ContainsItsAddresses) {
  const auto network = Network::parse("10.0.0.0/9").value();
  EXPECT_TRUE(network.contains(address("10.127.255.255")));
  EXPECT_FALSE(network.contains(address("10.128.0.0")));
  EXPECT_FALSE(network.contains(address("::ffff:10.0.0.1")));
  EXPECT_TRUE(Network::parse("0.0.0.0/0")->contains(address("8.8.8.8")));
  EXPECT_TRUE(Network::parse("2001:db8::/32")->contains(address("2001:db8:ffff::1")));
  EXPECT_EQ(Network::parse("192.0.2.1")->to_string(), "192.0.2.1/32");
  for (const auto* text : {"", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/-1", "::/129",
                           "example.com/8", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(Network::parse(text)) << text;
  }
}

TEST(Endpoint, HasAnAddressAndAPort) {
  EXPECT_EQ(Endpoint::parse("192.0.2.1", 53)->to_string(), "192.0.2.1:53");
  EXPECT_EQ(Endpoint::parse("192.0.2.1:5353", 53)->to_string(), "192.0.2.1:5353");
  EXPECT_EQ(Endpoint::parse("2001:db8::1", 53)->to_string(), "[2001:db8::1]:53");
  EXPECT_EQ(Endpoint::parse("[2001:db8::1]:54", 53)->to_string(), "[2001:db8::1]:54");
  for (const auto* text : {"", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "[::1", "[::1]x",
                           "[::1]:", "localhost:53"}) {
    EXPECT_FALSE(Endpoint::parse(text, 53)) << text;
  }
}

TEST(Targets, AreThePublicAndThePrivateNetworks) {
  for (const auto* text : {"8.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
                           "203.0.113.1", "2001:4860:4860::8888", "fd12:3456::1",
                           "64:ff9b::808:808", "::ffff:10.0.0.1", "2002:808:808::1"}) {
    EXPECT_EQ(target_obstacle(address(text), {}), std::nullopt) << text;
  }
}

TEST(Targets, AreNeitherTheHostNorItsLinkNorMetadataServices) {
  for (const auto* text :
       {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.254", "169.254.1.1", "169.254.169.254",
        "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "febf::1",
        "fec0::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254", "100::1",
        // The same in disguise: mapped, compatible, translated, NAT64, 6to4, Teredo.
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::1",
        "2002:a9fe:a9fe::1", "2001:0:1234:5678::80ff:fffe"}) {
    EXPECT_TRUE(target_obstacle(address(text), {})) << text;
  }
}

TEST(Targets, AreOpenedByTheSettings) {
  const std::vector<Network> allowed{Network::parse("127.0.0.0/8").value(),
                                     Network::parse("::1").value()};
  EXPECT_FALSE(target_obstacle(address("127.0.0.1"), allowed));
  EXPECT_FALSE(target_obstacle(address("::1"), allowed));
  EXPECT_FALSE(target_obstacle(address("::ffff:127.0.0.1"), allowed));
  EXPECT_TRUE(target_obstacle(address("169.254.169.254"), allowed));
}

}  // namespace
}  // namespace net
