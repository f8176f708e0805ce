#include "net/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>

namespace net {
namespace {

bool bit(base::ByteView octets, int index) {
  return (octets[static_cast<std::size_t>(index) / 8] >> (7 - index % 8) & 1) != 0;
}

std::unexpected<base::ParseError> refuse(std::string reason) {
  return std::unexpected(base::ParseError{std::move(reason)});
}

}  // namespace

std::expected<IpAddress, base::ParseError> IpAddress::parse(std::string_view text) {
  const std::string copy{text};
  IpAddress address;
  if (text.find('\0') != std::string_view::npos) {
    return refuse("not an IP address");
  }
  if (inet_pton(AF_INET, copy.c_str(), address.octets_.data()) == 1) {
    address.size_ = 4;
  } else if (inet_pton(AF_INET6, copy.c_str(), address.octets_.data()) == 1) {
    address.size_ = 16;
  } else {
    return refuse("not an IP address");
  }
  return address;
}

std::expected<IpAddress, base::ParseError> IpAddress::from_octets(base::ByteView octets) {
  if (octets.size() != 4 && octets.size() != 16) {
    return refuse("an IP address has 4 or 16 octets");
  }
  IpAddress address;
  std::ranges::copy(octets, address.octets_.begin());
  address.size_ = static_cast<std::uint8_t>(octets.size());
  return address;
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(is_v6() ? AF_INET6 : AF_INET, octets_.data(), text, sizeof text);
  return text;
}

std::expected<Network, base::ParseError> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) {
    return refuse("not a range of addresses such as 10.0.0.0/8");
  }
  const int bits = base->is_v6() ? 128 : 32;
  int prefix = bits;
  if (slash != std::string_view::npos) {
    const auto number = base::from_text<int>(text.substr(slash + 1));
    if (!number || *number < 0 || *number > bits) {
      return refuse("the prefix length is not between 0 and " + std::to_string(bits));
    }
    prefix = *number;
  }
  for (int i = prefix; i < bits; ++i) {
    if (bit(base->octets(), i)) {
      return refuse("bits are set beyond the prefix length");
    }
  }
  return Network{*base, prefix};
}

bool Network::contains(const IpAddress& address) const {
  if (address.is_v6() != base_.is_v6()) {
    return false;
  }
  for (int i = 0; i < prefix_; ++i) {
    if (bit(address.octets(), i) != bit(base_.octets(), i)) {
      return false;
    }
  }
  return true;
}

std::string Network::to_string() const {
  return base_.to_string() + "/" + std::to_string(prefix_);
}

std::expected<Endpoint, base::ParseError> Endpoint::parse(std::string_view text, int default_port) {
  auto host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos ||
        (end + 1 < text.size() && (text[end + 1] != ':' || end + 2 == text.size()))) {
      return refuse("not an address such as [2001:db8::1]:53");
    }
    host = text.substr(1, end - 1);
    port = end + 1 < text.size() ? text.substr(end + 2) : std::string_view{};
  } else if (std::ranges::count(text, ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(host.size() + 1);
    if (port.empty()) {
      return refuse("no port behind the colon");
    }
  }
  const auto address = IpAddress::parse(host);
  if (!address) {
    return refuse("not an address such as 192.0.2.1:53");
  }
  const auto number = port.empty() ? default_port : base::from_text<int>(port).value_or(0);
  if (number < 1 || number > 65535) {
    return refuse("the port is not between 1 and 65535");
  }
  return Endpoint{*address, number};
}

std::string Endpoint::to_string() const {
  const auto host = address.to_string();
  return (address.is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace net
