#include "http/pipeline.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "base/text.h"
#include "http/trusted_proxies.h"

namespace http {
namespace {

constexpr std::size_t longest_agent = 200;

// The address as far as one client owns it: an IPv6 client has a /64 to itself at least.
std::string_view own_network(std::string_view address) {
  if (address.find(':') == std::string_view::npos || address.find('.') != std::string_view::npos) {
    return address;
  }
  std::size_t end = 0;
  for (int groups = 0; groups < 4 && end < address.size(); ++groups) {
    const auto colon = address.find(':', end);
    if (colon == std::string_view::npos || address.substr(colon).starts_with("::")) {
      return address.substr(0, colon);
    }
    end = colon + 1;
  }
  return address.substr(0, end);
}

std::string limit_key(const auth::Caller& caller, const Request& request) {
  return caller.user_id != 0 ? "user " + std::to_string(caller.user_id)
                             : std::string{own_network(request.address)};
}

auth::Act act_of(const auth::Caller& caller, const Route& route, const Request& request) {
  auth::Act act{.by = caller.username.empty() ? "anonymous" : caller.username,
                .action = route.action,
                .from = request.address,
                .agent = std::string{request.header("user-agent").substr(0, longest_agent)},
                .request_id = request.id};
  if (!json::is_storable(act.agent)) {
    // Foreign bytes, or a character that the cut went through.
    std::erase_if(act.agent, [](char c) { return static_cast<unsigned char>(c) - 0x20U >= 0x5f; });
  }
  if (caller.credential == auth::Credential::session) {
    act.credential = "session " + std::to_string(caller.session_id);
  } else if (caller.credential == auth::Credential::api_key) {
    act.credential = "api key " + std::to_string(caller.api_key_id);
  }
  return act;
}

void check_access(const auth::Access& access, const auth::Caller& caller) {
  if (access.to_strangers()) {
    return;
  }
  if (!caller.signed_in()) {
    throw base::Error{base::ErrorCode::unauthenticated, "sign in to do this"};
  }
  for (const auto& permission : access.all_of()) {
    if (!caller.rights.include(permission.name())) {
      throw base::Error{base::ErrorCode::forbidden,
                        "this needs the permission " + std::string{permission.name()}};
    }
  }
}

bool has_wrong_body(const Route& route, const Request& request) {
  const auto& description = route.description;
  return !request.body.empty() && !description.body_schema.empty() &&
         description.body_type == "application/json" &&
         !is_json(media_type(request.header("content-type")));
}

bool has_header(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const Header& header) {
    return base::equal_ignoring_case(header.first, name);
  });
}

void add_allowance(Response& response, const Allowance& allowance) {
  if (allowance.limit == 0 || response.prepared) {
    return;
  }
  response.headers.emplace_back("X-RateLimit-Limit", std::to_string(allowance.limit));
  response.headers.emplace_back("X-RateLimit-Remaining", std::to_string(allowance.remaining));
  response.headers.emplace_back("X-RateLimit-Reset", std::to_string(allowance.reset));
}

bool is_below(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) &&
         (path.size() == prefix.size() || prefix.ends_with('/') || path[prefix.size()] == '/');
}

// Refusals say this only where the surface did not say it itself.
Response completed(Response response, const base::Error& error) {
  if (error.retry_after() > 0 && !response.prepared && !has_header(response, "retry-after")) {
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after()));
  }
  return response;
}

}  // namespace

int status_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::invalid_request:
      return 400;
    case base::ErrorCode::unauthenticated:
      return 401;
    case base::ErrorCode::forbidden:
      return 403;
    case base::ErrorCode::not_found:
      return 404;
    case base::ErrorCode::method_not_allowed:
      return 405;
    case base::ErrorCode::unsupported_media_type:
      return 415;
    case base::ErrorCode::expectation_failed:
      return 417;
    case base::ErrorCode::not_implemented:
      return 501;
    case base::ErrorCode::conflict:
      return 409;
    case base::ErrorCode::rate_limited:
      return 429;
    case base::ErrorCode::unavailable:
      return 503;
    case base::ErrorCode::too_large:
      return 413;
    case base::ErrorCode::internal:
      break;
  }
  return 500;
}

Response plain_refusal(const base::Error& error, const Request&) {
  return {.status = status_of(error.code()),
          .content_type = "text/plain; charset=utf-8",
          .body = std::string{error.what()} + "\n"};
}

// One request on its way.
struct Pipeline::Passage {
  const Match& match;
  const Request& request;
  const Route& route;
  auth::Caller caller = {};
  Allowance allowance = {};
};

Pipeline::Pipeline(Router router, PipelineParts parts)
    : router_{std::move(router)},
      parts_{std::move(parts)},
      limiter_{std::make_unique<RateLimiter>(parts_.limits)},
      recorded_{
          std::make_unique<RateLimiter>(RateLimits{.standard = parts_.recorded_refusals}, 4096)} {
  std::ranges::sort(parts_.refusals, std::greater{},
                    [](const RefusalAt& refusal) { return refusal.prefix.size(); });
}

Pipeline::~Pipeline() = default;

bool Pipeline::find(const Request& request, std::size_t first_encoded_slash, Match& match) const {
  router_.find(request.method, request.path, match);
  if (match.route != nullptr && !match.route->on_plain_http && !request.secure) {
    match.route = nullptr;
  }
  if (!request.secure && match.route == nullptr) {
    match.allowed.clear();
  }
  if (first_encoded_slash == std::string::npos) {
    return true;
  }
  const bool in_rest = match.route != nullptr && first_encoded_slash >= match.rest_begins;
  if (!in_rest) {
    match.route = nullptr;
  }
  return in_rest;
}

std::optional<Response> Pipeline::at_once(const Match& match, const Request& request) const {
  if (match.route == nullptr) {
    return not_routed(match, request);
  }
  if (!match.route->at_once) {
    return std::nullopt;
  }
  try {
    return match.route->at_once(request);
  } catch (const base::Error& error) {
    return refuse(match, request, error);
  } catch (const std::exception& error) {
    base::log_error("a request failed", {{"id", request.id}, {"error", error.what()}});
    return refuse(match, request,
                  {base::ErrorCode::internal, "something went wrong; reference " + request.id});
  }
}

Response Pipeline::not_routed(const Match& match, const Request& request) const {
  if (request.method == Method::options && (!match.allowed.empty() || request.path == "*")) {
    return {.status = 204,
            .headers = {{"Allow", match.allowed.empty() ? "GET, HEAD, OPTIONS" : match.allowed}}};
  }
  if (!match.allowed.empty()) {
    auto response =
        refuse(match, request,
               {base::ErrorCode::method_not_allowed, "this address takes " + match.allowed});
    response.headers.emplace_back("Allow", match.allowed);
    return response;
  }
  const bool reads = request.method == Method::get || request.method == Method::head;
  if (parts_.page && reads && request.secure && refuse_below(request.path) == nullptr &&
      request.header("accept").find("text/html") != std::string_view::npos) {
    if (auto page = parts_.page(request)) {
      return *std::move(page);
    }
  }
  return refuse(match, request, {base::ErrorCode::not_found, "there is nothing at this address"});
}

Response Pipeline::run(const Match& match, const Request& request) const {
  const auto began = std::chrono::steady_clock::now();
  const auto& route = *match.route;
  Passage passage{.match = match, .request = request, .route = route};
  auto response = [&] {
    try {
      return handle(passage);
    } catch (const base::Error& error) {
      return refused(passage, error);
    } catch (const std::exception& error) {
      base::log_error("a request failed", {{"id", request.id},
                                           {"method", name_of(request.method)},
                                           {"path", route.path},
                                           {"error", error.what()}});
    } catch (...) {
      base::log_error("a request failed", {{"id", request.id}, {"path", route.path}});
    }
    return refused(passage,
                   {base::ErrorCode::internal, "something went wrong; reference " + request.id});
  }();
  add_allowance(response, passage.allowance);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - began;
  base::log_debug("request", {{"id", request.id},
                              {"method", name_of(request.method)},
                              {"path", request.path},
                              {"status", response.status},
                              {"by", passage.caller.username},
                              {"from", request.address},
                              {"us", static_cast<std::int64_t>(took.count())}});
  return response;
}

Response Pipeline::handle(Passage& passage) const {
  const auto& [match, request, route, caller, allowance] = passage;
  try {
    passage.caller = parts_.identify(request);
  } catch (const base::Error&) {
    charge(
        passage);  // to the address: made-up credentials must not each have a bucket of their own
    throw;
  }
  charge(passage);
  check_access(route.access, caller);
  if (has_wrong_body(route, request)) {
    throw base::Error{base::ErrorCode::unsupported_media_type,
                      "the body must be JSON, with Content-Type: application/json"};
  }
  const auto act = act_of(caller, route, request);
  return route.handle(
      {.caller = caller, .act = act, .now = parts_.clock->now(), .request = request}, match.values);
}

void Pipeline::charge(Passage& passage) const {
  auto& allowance = passage.allowance;
  const auto exempt = exempt_.load();
  if (exempt && exempt->trust(passage.request.address)) {
    return;
  }
  allowance = limiter_->take(passage.route.limit, limit_key(passage.caller, passage.request));
  if (const int own = passage.caller.requests_per_minute; own > 0 && allowance.granted) {
    allowance = limiter_->take_own({.per_minute = own, .burst = std::max(1, own / 6)},
                                   "api key " + std::to_string(passage.caller.api_key_id));
  }
  if (!allowance.granted) {
    throw base::Error{
        base::ErrorCode::rate_limited,
        "too many requests; try again in " + std::to_string(allowance.retry_after) + " seconds"}
        .retry_after(allowance.retry_after);
  }
}

void Pipeline::exempt(const std::vector<std::string>& networks) {
  exempt_.store(networks.empty() ? nullptr : std::make_shared<const TrustedProxies>(networks));
}

Response Pipeline::refused(const Passage& passage, const base::Error& error) const {
  auto response = refuse(passage.match, passage.request, error);
  switch (error.code()) {
    case base::ErrorCode::unauthenticated:
    case base::ErrorCode::forbidden:
    case base::ErrorCode::conflict:
    case base::ErrorCode::rate_limited:
      record(passage, response.status, error.what());
      break;
    default:
      break;  // a mistake, or a failure of ours: nothing that anyone was denied
  }
  return response;
}

void Pipeline::record(const Passage& passage, int status, std::string_view reason) const {
  const auto& route = passage.route;
  if (route.action.empty() || !parts_.record_refusal ||
      !recorded_->take(Limit::standard, own_network(passage.request.address)).granted) {
    return;
  }
  try {
    parts_.record_refusal(act_of(passage.caller, route, passage.request), route, status, reason);
  } catch (const std::exception& failure) {
    base::log_error("a refused attempt could not be recorded",
                    {{"id", passage.request.id}, {"error", failure.what()}});
  }
}

Response Pipeline::refuse(const Match& match, const Request& request,
                          const base::Error& error) const {
  const auto* below = match.route == nullptr ? refuse_below(request.path) : &match.route->refuse;
  try {
    return completed((below == nullptr ? otherwise_ : *below)(error, request), error);
  } catch (const std::exception& failure) {
    base::log_error("a refusal could not be said", {{"id", request.id}, {"error", failure.what()}});
    return completed(plain_refusal(error, request), error);
  }
}

const Refuse* Pipeline::refuse_below(std::string_view path) const {
  for (const auto& refusal : parts_.refusals) {
    if (is_below(path, refusal.prefix)) {
      return &refusal.refuse;
    }
  }
  return nullptr;
}

}  // namespace http
