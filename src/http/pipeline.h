#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "http/endpoint.h"
#include "http/rate_limit.h"
#include "http/router.h"

namespace http {

class TrustedProxies;

using Refuse = std::function<Response(const base::Error&, const Request&)>;

// A refusal as plain text, with the usual status: for what belongs to no surface.
Response plain_refusal(const base::Error& error, const Request& request);

int status_of(base::ErrorCode code);

// How refusals are said below a prefix where no route was found: one per surface and protocol.
struct RefusalAt {
  std::string prefix;  // "/api/v2"
  Refuse refuse;
};

// What the pipeline needs to know from above.
struct PipelineParts {
  // Who calls. May block; refuses a bad CSRF token or an unknown key by throwing base::Error.
  std::function<auth::Caller(const Request&)> identify;

  // A refused attempt on a route that has an action, for the audit. May block; must not throw.
  std::function<void(const auth::Act&, const Route&, int status, std::string_view reason)>
      record_refusal;

  std::vector<RefusalAt> refusals = {};  // the longest prefix wins; plain text where none fits

  // The console's page, for GET of an address that no route and no prefix above claims and that
  // asks for text/html. Runs on the I/O thread. May be empty.
  std::function<std::optional<Response>(const Request&)> page = {};

  const base::Clock* clock = nullptr;  // outlives the pipeline
  RateLimits limits = {};

  // Of one address: a flood of refused requests must not become a flood of audit entries.
  Rate recorded_refusals{600, 600};
};

// The way of a request through a route: identify, rate limit, access, type of the body, handler,
// and what became of it. Refusals are said in the words of the route's surface.
//
// find and at_once run on an I/O thread and do not block; run is for a worker. None of them throws.
class Pipeline {
 public:
  Pipeline(Router router, PipelineParts parts);
  ~Pipeline();

  // False when the path has an encoded slash where it must not (see parse_target).
  bool find(const Request& request, std::size_t first_encoded_slash, Match& match) const;

  // An answer that needs no worker: 404, 405, OPTIONS, the console's page, or the route's own.
  std::optional<Response> at_once(const Match& match, const Request& request) const;

  Response run(const Match& match, const Request& request) const;

  // A refusal outside of any handler: 400, 413, 503.
  Response refuse(const Match& match, const Request& request, const base::Error& error) const;

  const Router& router() const { return router_; }
  RateLimiter& limiter() const { return *limiter_; }

  // Addresses in these networks ("10.0.0.0/8") are not limited. Thread-safe; throws
  // invalid_request.
  void exempt(const std::vector<std::string>& networks);

 private:
  struct Passage;

  Response handle(Passage& passage) const;
  void charge(Passage& passage) const;
  Response refused(const Passage& passage, const base::Error& error) const;
  void record(const Passage& passage, int status, std::string_view reason) const;
  Response not_routed(const Match& match, const Request& request) const;
  const Refuse* refuse_below(std::string_view path) const;

  Router router_;
  PipelineParts parts_;
  Refuse otherwise_ = plain_refusal;
  std::unique_ptr<RateLimiter> limiter_;
  std::atomic<std::shared_ptr<const TrustedProxies>> exempt_;
  std::unique_ptr<RateLimiter> recorded_;
};

}  // namespace http
