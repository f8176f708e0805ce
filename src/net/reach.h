#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "net/resolver.h"
#include "net/stream.h"
#include "net/trace.h"

namespace net {

// Where a request failed. `target`: an address that is not to be reached; `response`: what came is
// not what was asked for, or redirects beyond the rules.
BOOST_DEFINE_ENUM_CLASS(FetchFailure, none, dns, target, connection, tls, response)

// How an attempt to reach a host ended: a connection, or what was in the way.
struct Reached {
  std::optional<Stream> stream = std::nullopt;
  std::string from = {};  // the address, when connected
  FetchFailure failure = FetchFailure::none;
  std::string reason = {};
};

// Connects to a host that a stranger named: it is resolved once, each address is checked (see
// net/targets.h) and then connected to as it was checked, IPv6 before IPv4. A silent address leaves
// time for the others. Each step goes into the trace.
Reached reach(Resolver& resolver, const std::string& host, int port,
              std::span<const Network> allowed_targets,
              std::chrono::steady_clock::time_point deadline, Trace& trace);

}  // namespace net
