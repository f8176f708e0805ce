#include "net/targets.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace net {
namespace {

using Refusals = std::vector<std::pair<Network, const char*>>;

const Refusals& refusals() {
  static const Refusals all = [] {
    Refusals list;
    const auto add = [&](const char* text, const char* why) {
      list.emplace_back(Network::parse(text).value(), why);
    };
    // The registries of RFC 6890, as far as nothing reachable and harmless is in them. The
    // metadata services come first, so that the reason is the most telling one.
    add("169.254.169.254", "a cloud's metadata service");
    add("169.254.170.0/23", "a cloud's metadata service");
    add("100.100.100.200", "a cloud's metadata service");
    add("168.63.129.16", "a cloud's metadata service");
    add("192.0.0.192", "a cloud's metadata service");
    add("fd00:ec2::/32", "a cloud's metadata service");
    add("fd20:ce::254", "a cloud's metadata service");
    add("0.0.0.0/8", "unspecified");
    add("127.0.0.0/8", "loopback");
    add("169.254.0.0/16", "link-local");
    add("192.0.0.0/24", "reserved");
    add("224.0.0.0/4", "multicast");
    add("255.255.255.255", "broadcast");
    add("240.0.0.0/4", "reserved");
    add("::", "unspecified");
    add("::1", "loopback");
    add("fe80::/10", "link-local");
    add("fec0::/10", "site-local, which is deprecated");
    add("ff00::/8", "multicast");
    add("100::/64", "discarded");
    return list;
  }();
  return all;
}

// The IPv4 address that an IPv6 address stands for: what a translator or a tunnel on the way would
// make of it, and what the kernel makes of the mapped form.
std::optional<IpAddress> embedded(const IpAddress& address) {
  struct Form {
    Network network;
    std::size_t at;
    bool inverted = false;
  };
  static const std::vector<Form> forms{
      {Network::parse("::ffff:0:0/96").value(), 12},    // mapped, RFC 4291, section 2.5.5.2
      {Network::parse("::ffff:0:0:0/96").value(), 12},  // translated, RFC 2765
      {Network::parse("::/96").value(), 12},            // compatible, RFC 4291, section 2.5.5.1
      {Network::parse("64:ff9b::/96").value(), 12},     // NAT64, RFC 6052
      {Network::parse("64:ff9b:1::/48").value(), 12},   // NAT64 of a site, RFC 8215
      {Network::parse("2002::/16").value(), 2},         // 6to4, RFC 3056
      {Network::parse("2001::/32").value(), 12, true},  // Teredo, RFC 4380
  };
  for (const auto& form : forms) {
    if (form.network.contains(address)) {
      auto octets = base::to_bytes(address.octets().subspan(form.at, 4));
      if (form.inverted) {
        std::ranges::transform(octets, octets.begin(),
                               [](std::uint8_t octet) { return std::uint8_t(~octet); });
      }
      return IpAddress::from_octets(octets).value();
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> target_obstacle(const IpAddress& address,
                                           std::span<const Network> allowed) {
  if (std::ranges::any_of(allowed,
                          [&](const auto& network) { return network.contains(address); })) {
    return std::nullopt;
  }
  for (const auto& [network, why] : refusals()) {
    if (network.contains(address)) {
      return address.to_string() + " is " + why;
    }
  }
  if (const auto inner = embedded(address)) {
    if (const auto obstacle = target_obstacle(*inner, allowed)) {
      return address.to_string() + " stands for " + inner->to_string() + ": " + *obstacle;
    }
  }
  return std::nullopt;
}

}  // namespace net
