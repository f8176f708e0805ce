#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "net/ip_address.h"
#include "net/reach.h"
#include "net/resolver.h"
#include "net/trace.h"
#include "net/url.h"

namespace net {

struct FetchOptions {
  std::vector<Network> allowed_targets = {};  // beyond what net/targets.h allows
  // Where redirects may lead, beside 80 and 443.
  std::vector<int> further_ports = {};
  std::chrono::milliseconds time = std::chrono::seconds{10};  // for all hops together
  int most_redirects = 10;
  std::size_t most_octets = 4096;
  std::string user_agent = "Certwright ACME validation";
};

struct FetchOutcome {
  FetchFailure failure = FetchFailure::none;
  std::string reason = {};
  int status = 0;
  std::string body = {};
  std::string from = {};  // the address that answered
  Trace trace = {};
};

// GETs a URL that a stranger chose: each hop is resolved once, each address is checked and then
// connected to as it was checked, IPv6 before IPv4. Follows redirects (RFC 8555, section 8.3)
// within http, https and the allowed ports. Sends no credentials and keeps nothing.
FetchOutcome fetch(Resolver& resolver, const Url& url, const FetchOptions& options);

}  // namespace net
