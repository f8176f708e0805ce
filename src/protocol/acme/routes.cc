#include "protocol/acme/routes.h"

#include <algorithm>
#include <set>

#include "core/acme/dns_challenges.h"
#include "core/acme/subdomains.h"
#include "protocol/acme/handlers.h"
#include "protocol/acme/wire.h"

namespace protocol::acme {
namespace {

using core::acme::Problem;
using core::acme::ProblemType;

// ---- The table: who may call what ----

struct Entry {
  std::string_view path;
  SignedBy signed_by;
  Answer (*handler)(const SignedRequest&);
  std::string_view action;  // of the audit log; what only reads has none
  std::string_view summary;
};

constexpr Entry entries[] = {
    {"/new-account", SignedBy::jwk, &new_account, "acme.account.create",
     "Create an account, or find that of a key (RFC 8555, section 7.3)"},
    {"/acct/{id}", SignedBy::account, &account, "acme.account.update",
     "Read, change or deactivate an account (section 7.3.2)"},
    {"/acct/{id}/orders", SignedBy::account, &account_orders, "",
     "List the orders of an account (section 7.1.2.1)"},
    {"/key-change", SignedBy::account, &key_change, "acme.account.change_key",
     "Give an account another key (section 7.3.5)"},
    {"/new-order", SignedBy::account, &new_order, "acme.order.create",
     "Order a certificate (section 7.4)"},
    {"/new-authz", SignedBy::account, &new_authorization, "acme.authorization.create",
     "Prove control of a name before it is ordered (section 7.4.1)"},
    {"/order/{id}", SignedBy::account, &order, "", "Read an order (section 7.4)"},
    {"/order/{id}/finalize", SignedBy::account, &finalize, "acme.order.finalize",
     "Issue the certificate of an order (section 7.4)"},
    {"/authz/{id}", SignedBy::account, &authorization, "acme.authorization.deactivate",
     "Read or deactivate an authorization (section 7.5)"},
    {"/challenge/{id}", SignedBy::account, &challenge, "acme.challenge.respond",
     "Read a challenge, or say that it is fulfilled (section 7.5.1)"},
    {"/cert/{id}", SignedBy::account, &certificate, "",
     "Download a certificate with its chain (section 7.4.2)"},
    {"/cert/{id}/{chain}", SignedBy::account, &alternate_certificate, "",
     "Download a certificate with another chain (section 7.4.2)"},
    {"/revoke-cert", SignedBy::either, &revoke_certificate, "acme.certificate.revoke",
     "Revoke a certificate (section 7.6)"},
};

constexpr std::size_t body_limit = core::acme::most_jws_octets;

// ---- What all answers have ----

http::Response problem_response(const Problem& problem) {
  http::Response response{.status = core::acme::status_of(problem),
                          .content_type = "application/problem+json",
                          .body = core::acme::to_json(problem)};
  if (problem.retry_after > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after));
  }
  return response;
}

// What the layers below throw, in ACME's words. Each detail was written for the person who asked.
Problem problem_of(const base::Error& error) {
  const auto problem = [&](ProblemType type, int status) {
    return Problem{
        .type = type, .detail = error.what(), .status = status, .retry_after = error.retry_after()};
  };
  switch (error.code()) {
    case base::ErrorCode::invalid_request:
      return problem(ProblemType::malformed, 400);
    case base::ErrorCode::unauthenticated:
      return problem(ProblemType::unauthorized, 401);
    case base::ErrorCode::forbidden:
      return problem(ProblemType::unauthorized, 403);
    case base::ErrorCode::not_found:
      return problem(ProblemType::malformed, 404);
    case base::ErrorCode::method_not_allowed:
      return problem(ProblemType::malformed, 405);
    case base::ErrorCode::unsupported_media_type:
      return problem(ProblemType::malformed, 415);
    case base::ErrorCode::expectation_failed:
      return problem(ProblemType::malformed, 417);
    case base::ErrorCode::not_implemented:
      return problem(ProblemType::malformed, 501);
    case base::ErrorCode::conflict:
      return problem(ProblemType::malformed, 409);
    case base::ErrorCode::rate_limited:
      return problem(ProblemType::rateLimited, 429);
    case base::ErrorCode::too_large:
      return problem(ProblemType::malformed, 413);
    case base::ErrorCode::unavailable:
      return problem(ProblemType::serverInternal, 503);
    case base::ErrorCode::internal:
      break;
  }
  return problem(ProblemType::serverInternal, 500);
}

std::string directory_link(const std::string& service_url) {
  return "<" + service_url + "/directory>;rel=\"index\"";
}

// Section 6.1: browsers may read what they were given (Fetch, section 3.2).
void add_cors_headers(http::Response& response, const http::Request& request) {
  if (request.header("origin").empty()) {
    return;
  }
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "Link, Location, Replay-Nonce, Retry-After");
}

// Section 6.5 and 7.1: a nonce for the next request, the way to the directory, no caching.
void add_common_headers(http::Response& response, service::Acme& acme, const http::Request& request,
                        const service::AcmeSettings& settings) {
  response.headers.emplace_back("Replay-Nonce", acme.nonces.draw());
  response.headers.emplace_back("Link",
                                directory_link(base_url(request, settings) + settings.prefix));
  response.headers.emplace_back("Cache-Control", "no-store");
  add_cors_headers(response, request);
}

Problem switched_off() {
  constexpr int unavailable = 503;
  return {.type = ProblemType::serverInternal,
          .detail = "the ACME server is switched off",
          .status = unavailable};
}

// ---- Routes ----

const char* const flattened_jws_note =
    "A JWS in flattened JSON serialization, signed by the account's key (RFC 8555, section 6.2).";

boost::json::object jws_schema() {
  const auto text = [](const char* description) {
    return boost::json::object{
        {"type", "string"}, {"pattern", "^[A-Za-z0-9_-]*$"}, {"description", description}};
  };
  return {{"title", "SignedRequest"},
          {"type", "object"},
          {"description", flattened_jws_note},
          {"properties",
           {{"protected", text("The protected header: alg, nonce, url, and jwk or kid.")},
            {"payload", text("The payload; empty to read.")},
            {"signature", text("The signature over both.")}}},
          {"required", {"protected", "payload", "signature"}}};
}

void describe(http::Route& route, const Entry& entry) {
  auto& description = route.description;
  description.kind = http::Answer::Kind::bare;
  description.body_schema = jws_schema();
  description.body_type = "application/jose+json";
  for (const auto* name : {"service", "id", "chain"}) {
    if (route.path.find("{" + std::string{name} + "}") != std::string::npos) {
      description.path_parameters.emplace_back(name, boost::json::object{{"type", "string"}});
    }
  }
  if (entry.handler == &new_account || entry.handler == &new_order ||
      entry.handler == &new_authorization) {
    description.status = 201;
  }
  if (entry.handler == &certificate || entry.handler == &alternate_certificate) {
    description.kind = http::Answer::Kind::file;
    description.file_types = {"application/pem-certificate-chain"};
  } else if (entry.handler == &account_orders) {
    description.data_schema = json::schema<wire::OrderList>();
    description.query_schema = {{"type", "object"},
                                {"properties", {{"cursor", {{"type", "integer"}}}}}};
  } else if (entry.handler == &new_order || entry.handler == &order || entry.handler == &finalize) {
    description.data_schema = json::schema<wire::Order>();
  } else if (entry.handler == &authorization || entry.handler == &new_authorization) {
    description.data_schema = json::schema<wire::Authorization>();
  } else if (entry.handler == &challenge) {
    description.data_schema = json::schema<wire::Challenge>();
  } else if (entry.handler != &revoke_certificate) {
    description.data_schema = json::schema<wire::Account>();
  }
}

// The service that an address belongs to: "/acme/vpn/directory" that of the name vpn. Nothing when
// there is none of that name.
std::shared_ptr<const service::AcmeSettings> settings_of(service::Acme& acme, bool is_named,
                                                         const http::PathValues& path) {
  return is_named ? acme.rules.settings(path.at(0)) : acme.rules.settings();
}

http::Response answer(const Entry& entry, bool is_named, service::Acme& acme,
                      const http::Call& call, const http::PathValues& path) {
  auto settings = settings_of(acme, is_named, path);
  const auto values =
      is_named ? http::PathValues(path.begin() + 1, path.end()) : http::PathValues{};
  const auto run = [&]() -> Answer {
    if (!settings) {
      return nothing_here();
    }
    if (!settings->enabled) {
      return std::unexpected(switched_off());
    }
    const auto request =
        ACME_TRY(read_request(call, acme, settings, is_named ? values : path, entry.signed_by));
    return entry.handler(request);
  };
  auto result = run();
  const auto are_terms_open = !result && result.error().type == ProblemType::userActionRequired;
  auto response = result ? *std::move(result) : problem_response(result.error());
  if (!settings) {
    settings = acme.rules.settings();
  }
  if (are_terms_open) {
    // Section 7.3.3: where the terms are that have to be agreed to.
    response.headers.emplace_back("Link",
                                  "<" + settings->terms_of_service + ">;rel=\"terms-of-service\"");
  }
  add_common_headers(response, acme, call.request, *settings);
  return response;
}

http::Refuse refusal(service::Acme& acme) {
  return [&acme](const base::Error& error, const http::Request& request) {
    auto response = problem_response(problem_of(error));
    add_common_headers(response, acme, request, acme.rules.common());
    return response;
  };
}

http::Route protocol_route(http::Method method, std::string path, std::string_view summary,
                           service::Acme& acme) {
  http::Route route{.method = method,
                    .path = std::move(path),
                    .summary = std::string{summary},
                    .tag = "ACME",
                    .access = auth::Access::to_anyone(),
                    .limit = http::Limit::protocol,
                    .body_limit = body_limit};
  route.refuse = refusal(acme);
  return route;
}

constexpr const char* default_prefix = "/acme";
constexpr const char* named_prefix = "/acme/{service}";

http::Route signed_route(const Entry& entry, bool is_named, service::Acme& acme) {
  const auto path = (is_named ? named_prefix : default_prefix) + std::string{entry.path};
  auto route = protocol_route(http::Method::post, path, entry.summary, acme);
  route.action = entry.action;
  route.is_quick = true;
  describe(route, entry);
  route.handle = [&entry, is_named, &acme](const http::Call& call, const http::PathValues& values) {
    return answer(entry, is_named, acme, call, values);
  };
  return route;
}

// ---- What needs no signature ----

using Respond = std::function<http::Response(const http::Request&, const http::PathValues&,
                                             const service::AcmeSettings&)>;

// `respond` waits for nothing, so that the answer comes from the I/O thread as long as the rules
// are at hand and the address is fixed.
http::Route open_route(http::Method method, bool is_named, std::string_view path,
                       std::string_view summary, service::Acme& acme, Respond respond) {
  auto route = protocol_route(
      method, (is_named ? named_prefix : default_prefix) + std::string{path}, summary, acme);
  if (is_named) {
    route.description.path_parameters.emplace_back("service",
                                                   boost::json::object{{"type", "string"}});
  } else {
    route.at_once = [&acme, respond](const http::Request& request) {
      return acme.rules.is_fresh() ? std::optional{respond(request, {}, *acme.rules.settings())}
                                   : std::nullopt;
    };
  }
  route.handle = [&acme, is_named, respond = std::move(respond)](
                     const http::Call& call, const http::PathValues& path_values) {
    const auto settings = settings_of(acme, is_named, path_values);
    return settings ? respond(call.request, path_values, *settings)
                    : problem_response(nothing_here().error());
  };
  return route;
}

template <class Value>
std::optional<Value> unless_empty(const Value& value) {
  return value.empty() ? std::nullopt : std::optional{value};
}

wire::DirectoryMeta directory_meta(const service::AcmeSettings& settings,
                                   const std::string& service_url) {
  std::map<std::string, std::string> profiles;
  for (const auto& profile : settings.policy->profiles) {
    profiles.emplace(profile.name,
                     profile.description.empty() ? profile.name : profile.description);
  }
  const auto& offered = settings.policy->challenges;
  const bool is_persistent =
      std::ranges::find(offered, core::acme::ChallengeType::dns_persist_01) != offered.end();
  const auto issuer_names = is_persistent ? settings.issuer_names() : std::vector<std::string>{};
  return {.termsOfService = unless_empty(settings.terms_of_service),
          .website = unless_empty(settings.website),
          .caaIdentities = unless_empty(settings.caa_identities),
          .externalAccountRequired = settings.policy->eab_required,
          .profiles = unless_empty(profiles),
          .issuerDomainNames = unless_empty(issuer_names),
          .accountHashPrefix =
              issuer_names.empty() ? std::nullopt : core::acme::account_hash_prefix(service_url),
          .subdomainAuthAllowed = std::ranges::any_of(offered, core::acme::proves_subdomains)};
}

http::Response directory(const http::Request& request, const http::PathValues& /*path*/,
                         const service::AcmeSettings& settings) {
  if (!settings.enabled) {
    return problem_response(switched_off());
  }
  const auto url = base_url(request, settings) + settings.prefix + "/";
  http::Response response{
      .content_type = "application/json",
      .headers = {{"Cache-Control", "no-store"}},
      .body = wire::to_json(wire::Directory{.newNonce = url + "new-nonce",
                                            .newAccount = url + "new-account",
                                            .newOrder = url + "new-order",
                                            .newAuthz = url + "new-authz",
                                            .revokeCert = url + "revoke-cert",
                                            .keyChange = url + "key-change",
                                            .renewalInfo = url + "renewal-info",
                                            .meta = directory_meta(settings, url)})};
  add_cors_headers(response, request);
  return response;
}

http::Route directory_route(bool is_named, service::Acme& acme) {
  auto route =
      open_route(http::Method::get, is_named, "/directory",
                 "The directory of the ACME server (RFC 8555, section 7.1.1)", acme, &directory);
  route.description.kind = http::Answer::Kind::bare;
  route.description.data_schema = json::schema<wire::Directory>();
  return route;
}

// Section 7.2: 200 to HEAD, 204 to GET.
http::Route nonce_route(http::Method method, int status, bool is_named, service::Acme& acme) {
  auto route = open_route(method, is_named, "/new-nonce",
                          "Get a nonce for the next request (RFC 8555, section 7.2)", acme,
                          [&acme, status](const http::Request& request, const http::PathValues&,
                                          const service::AcmeSettings& settings) {
                            http::Response response{.status = status};
                            add_common_headers(response, acme, request, settings);
                            return response;
                          });
  route.description.kind = http::Answer::Kind::nothing;
  route.description.status = status;
  return route;
}

// RFC 9773, section 4: asks the database, so a worker answers.
http::Route renewal_route(bool is_named, service::Acme& acme) {
  auto route = open_route(
      http::Method::get, is_named, "/renewal-info/{certificate}",
      "When to renew a certificate (RFC 9773)", acme,
      [&acme, is_named](const http::Request& request, const http::PathValues& path,
                        const service::AcmeSettings& settings) {
        const auto window =
            settings.enabled
                ? acme.renewals.window(path.at(is_named ? 1 : 0))
                : core::acme::Result<core::acme::RenewalWindow>{std::unexpected(switched_off())};
        auto response = window ? http::Response{.content_type = "application/json"}
                               : problem_response(window.error());
        if (window) {
          response.body = wire::to_json(
              wire::RenewalInfo{.suggestedWindow = {.start = window->start, .end = window->end}});
          response.headers.emplace_back(
              "Retry-After",
              std::to_string(std::chrono::seconds{core::acme::renewal_info_lasts}.count()));
        }
        add_cors_headers(response, request);
        return response;
      });
  route.at_once = nullptr;
  route.description.kind = http::Answer::Kind::bare;
  route.description.data_schema = json::schema<wire::RenewalInfo>();
  route.description.path_parameters.emplace_back("certificate",
                                                 boost::json::object{{"type", "string"}});
  return route;
}

// What browsers ask before they send a POST with this Content-Type (Fetch, section 3.2.2).
http::Route preflight_route(const http::Route& of, service::Acme& acme) {
  auto route = protocol_route(http::Method::options, of.path, "May a browser call this?", acme);
  route.described = false;
  route.at_once = [](const http::Request&) {
    return http::Response{.status = 204,
                          .headers = {{"Access-Control-Allow-Origin", "*"},
                                      {"Access-Control-Allow-Methods", "GET, HEAD, POST"},
                                      {"Access-Control-Allow-Headers", "Content-Type"},
                                      {"Access-Control-Max-Age", "86400"},
                                      {"Allow", "GET, HEAD, POST, OPTIONS"}}};
  };
  return route;
}

}  // namespace

std::unexpected<Problem> nothing_here() {
  constexpr int not_found = 404;
  return core::acme::refuse(ProblemType::malformed, "there is nothing at this address", not_found);
}

http::RefusalAt acme_refusal(service::Acme& acme) {
  return {.prefix = "/acme", .refuse = refusal(acme)};
}

std::vector<http::Route> acme_routes(service::Acme& acme) {
  std::vector<http::Route> routes;
  for (const bool is_named : {false, true}) {
    routes.push_back(directory_route(is_named, acme));
    routes.push_back(nonce_route(http::Method::head, 200, is_named, acme));
    routes.push_back(nonce_route(http::Method::get, 204, is_named, acme));
    routes.push_back(renewal_route(is_named, acme));
    for (const auto& entry : entries) {
      routes.push_back(signed_route(entry, is_named, acme));
    }
  }
  std::set<std::string> paths;
  std::vector<http::Route> preflights;
  for (const auto& route : routes) {
    if (paths.insert(route.path).second) {
      preflights.push_back(preflight_route(route, acme));
    }
  }
  std::ranges::move(preflights, std::back_inserter(routes));
  return routes;
}

}  // namespace protocol::acme
