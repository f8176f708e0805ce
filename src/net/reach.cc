#include "net/reach.h"

#include <algorithm>

#include "net/targets.h"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr std::size_t most_addresses = 4;
constexpr auto connect_time = std::chrono::seconds{3};  // for an address that has others behind it

Milliseconds time_left(Clock::time_point deadline) {
  return std::max(std::chrono::ceil<Milliseconds>(deadline - Clock::now()), Milliseconds{1});
}

// All addresses of the host; empty after a failure.
std::vector<IpAddress> resolve(Resolver& resolver, const std::string& host,
                               Clock::time_point deadline, Trace& trace, Reached& reached) {
  if (const auto literal = IpAddress::parse(host)) {
    return {*literal};
  }
  auto answer = resolver.addresses(host, time_left(deadline));
  if (answer.status != DnsStatus::records) {
    trace.push_back({"addresses of " + host, answer.reason});
    reached.failure = FetchFailure::dns;
    reached.reason = "looking up " + host + ": " + answer.reason;
    return {};
  }
  std::string list;
  for (const auto& address : answer.records) {
    list += (list.empty() ? "" : ", ") + address.to_string();
  }
  trace.push_back({"addresses of " + host, list});
  return std::move(answer.records);
}

// Those that may be reached; empty after a failure.
std::vector<IpAddress> reachable(const std::string& host, const std::vector<IpAddress>& found,
                                 std::span<const Network> allowed, Trace& trace, Reached& reached) {
  std::vector<IpAddress> addresses;
  std::string obstacles;
  for (const auto& address : found) {
    if (const auto obstacle = target_obstacle(address, allowed)) {
      obstacles += (obstacles.empty() ? "" : ", ") + *obstacle;
    } else if (addresses.size() < most_addresses) {
      addresses.push_back(address);
    }
  }
  if (addresses.empty() && !found.empty()) {
    trace.push_back({host, "not reached for: " + obstacles});
    reached.failure = FetchFailure::target;
    reached.reason = host + " is at an address that this server does not connect to: " + obstacles;
  }
  return addresses;
}

}  // namespace

Reached reach(Resolver& resolver, const std::string& host, int port,
              std::span<const Network> allowed_targets, Clock::time_point deadline, Trace& trace) {
  Reached reached;
  const auto addresses = reachable(host, resolve(resolver, host, deadline, trace, reached),
                                   allowed_targets, trace, reached);
  std::string reason;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const Endpoint endpoint{addresses[i], port};
    const auto until =
        i + 1 == addresses.size() ? deadline : std::min(deadline, Clock::now() + connect_time);
    auto stream = Stream::connect(endpoint, until);
    if (stream) {
      reached.stream = *std::move(stream);
      reached.from = endpoint.to_string();
      return reached;
    }
    trace.push_back({"connect to " + endpoint.to_string(), stream.error().reason});
    reason += (reason.empty() ? "" : "; ") + endpoint.to_string() + ": " + stream.error().reason;
  }
  if (!addresses.empty()) {
    reached.failure = FetchFailure::connection;
    reached.reason = "connecting to " + host + " at " + reason;
  }
  return reached;
}

}  // namespace net
