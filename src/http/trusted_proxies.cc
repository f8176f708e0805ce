#include "http/trusted_proxies.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "base/error.h"

namespace http {
namespace {

namespace ip = boost::asio::ip;

bool holds(const auto& network, const auto& address) {
  using Network = std::decay_t<decltype(network)>;
  return Network{address, network.prefix_length()}.canonical() == network.canonical();
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

}  // namespace

struct TrustedProxies::Networks {
  std::vector<ip::network_v4> v4;
  std::vector<ip::network_v6> v6;
};

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  auto read = std::make_unique<Networks>();
  for (const auto& text : networks) {
    boost::system::error_code error;
    const bool is_v6 = text.find(':') != std::string::npos;
    const auto whole = text.find('/') != std::string::npos ? text : text + (is_v6 ? "/128" : "/32");
    if (is_v6) {
      read->v6.push_back(ip::make_network_v6(whole, error));
    } else {
      read->v4.push_back(ip::make_network_v4(whole, error));
    }
    if (error) {
      throw base::Error{base::ErrorCode::invalid_request,
                        "not a network: \"" + text + "\"; write 10.0.0.0/8 or 2001:db8::/32"};
    }
  }
  networks_ = std::move(read);
}

TrustedProxies::~TrustedProxies() = default;

bool TrustedProxies::trust(std::string_view text) const {
  if (networks_->v4.empty() && networks_->v6.empty()) {
    return false;
  }
  boost::system::error_code error;
  const auto address = ip::make_address(std::string{text}, error);
  if (error) {
    return false;
  }
  return address.is_v4() ? std::ranges::any_of(
                               networks_->v4,
                               [&](const auto& network) { return holds(network, address.to_v4()); })
                         : std::ranges::any_of(networks_->v6, [&](const auto& network) {
                             return holds(network, address.to_v6());
                           });
}

std::string TrustedProxies::client(std::string_view peer, std::string_view forwarded_for) const {
  std::string client{peer};
  while (!forwarded_for.empty() && trust(client)) {
    const auto comma = forwarded_for.rfind(',');
    const auto last =
        trimmed(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
    forwarded_for = comma == std::string_view::npos ? "" : forwarded_for.substr(0, comma);
    boost::system::error_code error;
    const auto address = ip::make_address(std::string{last}, error);
    if (error) {
      break;
    }
    client = address.to_string();
  }
  return client;
}

}  // namespace http
