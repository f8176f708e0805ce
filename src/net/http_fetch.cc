#include "net/http_fetch.h"

#include <algorithm>
#include <array>

#include "net/http_response.h"
#include "net/reach.h"
#include "net/stream.h"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;

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

  void fail_now(FetchFailure failure, std::string reason) {
    outcome_.failure = failure;
    outcome_.reason = std::move(reason);
  }

  std::optional<Stream> connect(const Url& url) {
    auto reached =
        reach(resolver_, url.host, url.port, options_.allowed_targets, deadline_, outcome_.trace);
    if (reached.stream) {
      outcome_.from = std::move(reached.from);
    } else {
      fail_now(reached.failure, std::move(reached.reason));
    }
    return std::move(reached.stream);
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
