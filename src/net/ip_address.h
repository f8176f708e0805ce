#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/value.h"

namespace net {

// An IPv4 or IPv6 address.
class IpAddress {
 public:
  // Reads "192.0.2.1" and "2001:db8::1", without brackets, zone or blanks.
  static std::expected<IpAddress, base::ParseError> parse(std::string_view text);
  // 4 or 16 octets in the order of the network.
  static std::expected<IpAddress, base::ParseError> from_octets(base::ByteView octets);

  bool is_v6() const { return size_ == 16; }
  base::ByteView octets() const { return {octets_.data(), size_}; }
  std::string to_string() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  IpAddress() = default;

  std::array<std::uint8_t, 16> octets_{};
  std::uint8_t size_ = 0;
};

static_assert(base::TextValue<IpAddress>);

// A range of addresses in CIDR notation.
class Network {
 public:
  // Reads "10.0.0.0/8"; an address alone is the range of itself. Refuses bits set beyond the
  // prefix, which are a slip more often than not.
  static std::expected<Network, base::ParseError> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  std::string to_string() const;

  bool operator==(const Network&) const = default;

 private:
  Network(IpAddress base, int prefix) : base_{base}, prefix_{prefix} {}

  IpAddress base_;
  int prefix_;
};

static_assert(base::TextValue<Network>);

// An address with a port: "127.0.0.1:53", "[2001:db8::1]:53". Without a port: `default_port`.
struct Endpoint {
  IpAddress address;
  int port;

  static std::expected<Endpoint, base::ParseError> parse(std::string_view text, int default_port);
  std::string to_string() const;
};

}  // namespace net
