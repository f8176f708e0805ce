#include "net/http_fetch.h"

#include <algorithm>
#include <array>

#include "net/http_response.h"
#include "net/stream.h"
#include "net/targets.h"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr std::size_t most_addresses = 4;
constexpr auto connect_time = std::chrono::seconds{3};  // for an address that has others behind it

// The fetch in progress: its outcome grows hop by hop.
class Fetch {
 public:
  Fetch(Resolver& resolver, const FetchOptions& options)
      : resolver_{resolver}, options_{options}, deadline_{Clock::now() + options.time} {}

  FetchOutcome run(Url url) {
    for (int hop = 0;; ++hop) {
      auto response = get(url);
      if (!response) {
        return std::move(outcome_);
      }
      outcome_.status = response->status();
      outcome_.body = response->body();
      const auto location = response->header("location");
      if (!is_redirect(response->status()) || !location) {
        return std::move(outcome_);
      }
      auto next = url.resolve(*location);
      if (!next) {
        return fail(FetchFailure::response, "the redirect to " + printable(*location) +
                                                " cannot be followed: " + next.error().reason);
      }
      if (!port_allowed(next->port)) {
        return fail(FetchFailure::response, "the redirect to " + printable(next->to_string()) +
                                                " leads to a port other than 80 and 443");
      }
      if (hop >= options_.most_redirects) {
        return fail(FetchFailure::response,
                    "more than " + std::to_string(options_.most_redirects) + " redirects");
      }
      url = *std::move(next);
    }
  }

 private:
  static bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  bool port_allowed(int port) const {
    return port == 80 || port == 443 ||
           std::ranges::find(options_.further_ports, port) != options_.further_ports.end();
  }

  FetchOutcome fail(FetchFailure failure, std::string reason) {
    outcome_.failure = failure;
    outcome_.reason = std::move(reason);
    return std::move(outcome_);
  }

  void note(std::string asked, std::string answered) {
    outcome_.trace.push_back({std::move(asked), std::move(answered)});
  }

  Milliseconds time_left() const {
    return std::max(std::chrono::ceil<Milliseconds>(deadline_ - Clock::now()), Milliseconds{1});
  }

  // The addresses of the host that may be reached; empty after a failure.
  std::vector<IpAddress> resolve(const std::string& host) {
    std::vector<IpAddress> found;
    if (const auto literal = IpAddress::parse(host)) {
      found.push_back(*literal);
    } else {
      auto answer = resolver_.addresses(host, time_left());
      if (answer.status != DnsStatus::records) {
        note("addresses of " + host, answer.reason);
        fail_now(FetchFailure::dns, "looking up " + host + ": " + answer.reason);
        return {};
      }
      std::string list;
      for (const auto& address : answer.records) {
        list += (list.empty() ? "" : ", ") + address.to_string();
      }
      note("addresses of " + host, list);
      found = std::move(answer.records);
    }
    return reachable(host, found);
  }

  std::vector<IpAddress> reachable(const std::string& host, const std::vector<IpAddress>& found) {
    std::vector<IpAddress> addresses;
    std::string obstacles;
    for (const auto& address : found) {
      if (const auto obstacle = target_obstacle(address, options_.allowed_targets)) {
        obstacles += (obstacles.empty() ? "" : ", ") + *obstacle;
      } else if (addresses.size() < most_addresses) {
        addresses.push_back(address);
      }
    }
    if (addresses.empty()) {
      note(host, "not reached for: " + obstacles);
      fail_now(FetchFailure::target,
               host + " is at an address that this server does not connect to: " + obstacles);
    }
    return addresses;
  }

  void fail_now(FetchFailure failure, std::string reason) {
    outcome_.failure = failure;
    outcome_.reason = std::move(reason);
  }

  // Tries one address after the other. A silent IPv6 address leaves time for IPv4.
  std::optional<Stream> connect(const Url& url) {
    const auto addresses = resolve(url.host);
    std::string reason;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      const Endpoint endpoint{addresses[i], url.port};
      const auto until =
          i + 1 == addresses.size() ? deadline_ : std::min(deadline_, Clock::now() + connect_time);
      auto stream = Stream::connect(endpoint, until);
      if (stream) {
        outcome_.from = endpoint.to_string();
        return *std::move(stream);
      }
      note("connect to " + endpoint.to_string(), stream.error().reason);
      reason += (reason.empty() ? "" : "; ") + endpoint.to_string() + ": " + stream.error().reason;
    }
    if (!addresses.empty()) {
      fail_now(FetchFailure::connection, "connecting to " + url.host + " at " + reason);
    }
    return std::nullopt;
  }

  std::optional<HttpResponse> get(const Url& url) {
    auto stream = connect(url);
    if (!stream) {
      return std::nullopt;
    }
    const auto asked = "GET " + printable(url.to_string(), 200) + " at " + outcome_.from;
    if (url.secure) {
      if (const auto started = stream->start_tls(url.host, deadline_); !started) {
        note(asked, started.error().reason);
        fail_now(FetchFailure::tls, asked + ": " + started.error().reason);
        return std::nullopt;
      }
    }
    auto response = exchange(*stream, url);
    if (!response) {
      note(asked, response.error().reason);
      fail_now(FetchFailure::connection, asked + ": " + response.error().reason);
      return std::nullopt;
    }
    const auto location = response->header("location");
    note(asked, "status " + std::to_string(response->status()) +
                    (is_redirect(response->status()) && location
                         ? ", to " + printable(*location)
                         : ", " + std::to_string(response->body().size()) + " octets" +
                               (response->truncated() ? " and more" : "")));
    return *std::move(response);
  }

  std::expected<HttpResponse, base::ParseError> exchange(Stream& stream, const Url& url) {
    const auto request = "GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
                         "\r\nUser-Agent: " + options_.user_agent +
                         "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    if (const auto written = stream.write(request, deadline_); !written) {
      return std::unexpected(written.error());
    }
    HttpResponse response{options_.most_octets};
    std::array<char, 4096> buffer;
    while (!response.complete()) {
      const auto got = stream.read(buffer, deadline_);
      if (!got) {
        return std::unexpected(got.error());
      }
      const auto taken = *got == 0 ? response.end() : response.add({buffer.data(), *got});
      if (!taken) {
        return std::unexpected(taken.error());
      }
    }
    return response;
  }

  Resolver& resolver_;
  const FetchOptions& options_;
  Clock::time_point deadline_;
  FetchOutcome outcome_;
};

}  // namespace

FetchOutcome fetch(Resolver& resolver, const Url& url, const FetchOptions& options) {
  return Fetch{resolver, options}.run(url);
}

}  // namespace net
