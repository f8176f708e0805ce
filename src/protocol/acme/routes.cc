#include "protocol/acme/routes.h"

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
    {"/acme/new-account", SignedBy::jwk, &new_account, "acme.account.create",
     "Create an account, or find that of a key (RFC 8555, section 7.3)"},
    {"/acme/acct/{id}", SignedBy::account, &account, "acme.account.update",
     "Read, change or deactivate an account (section 7.3.2)"},
    {"/acme/acct/{id}/orders", SignedBy::account, &account_orders, "",
     "List the orders of an account (section 7.1.2.1)"},
    {"/acme/key-change", SignedBy::account, &key_change, "acme.account.change_key",
     "Give an account another key (section 7.3.5)"},
    {"/acme/new-order", SignedBy::account, &new_order, "acme.order.create",
     "Order a certificate (section 7.4)"},
    {"/acme/order/{id}", SignedBy::account, &order, "", "Read an order (section 7.4)"},
    {"/acme/order/{id}/finalize", SignedBy::account, &finalize, "acme.order.finalize",
     "Issue the certificate of an order (section 7.4)"},
    {"/acme/authz/{id}", SignedBy::account, &authorization, "acme.authorization.deactivate",
     "Read or deactivate an authorization (section 7.5)"},
    {"/acme/challenge/{id}", SignedBy::account, &challenge, "acme.challenge.respond",
     "Read a challenge, or say that it is fulfilled (section 7.5.1)"},
    {"/acme/cert/{id}", SignedBy::account, &certificate, "",
     "Download a certificate with its chain (section 7.4.2)"},
    {"/acme/revoke-cert", SignedBy::either, &revoke_certificate, "acme.certificate.revoke",
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

std::string directory_link(const std::string& base) {
  return "<" + base + "/acme/directory>;rel=\"index\"";
}

// Section 6.5 and 7.1: a nonce for the next request, the way to the directory, no caching.
void add_common_headers(http::Response& response, service::Acme& acme, const std::string& base) {
  response.headers.emplace_back("Replay-Nonce", acme.nonces.draw());
  response.headers.emplace_back("Link", directory_link(base));
  response.headers.emplace_back("Cache-Control", "no-store");
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
  if (entry.path.find("{id}") != std::string_view::npos) {
    description.path_parameters.emplace_back("id", boost::json::object{{"type", "string"}});
  }
  if (entry.handler == &new_account || entry.handler == &new_order) {
    description.status = 201;
  }
  if (entry.handler == &certificate) {
    description.kind = http::Answer::Kind::file;
    description.file_types = {"application/pem-certificate-chain"};
  } else if (entry.handler == &account_orders) {
    description.data_schema = json::schema<wire::OrderList>();
    description.query_schema = {{"type", "object"},
                                {"properties", {{"cursor", {{"type", "integer"}}}}}};
  } else if (entry.handler == &new_order || entry.handler == &order || entry.handler == &finalize) {
    description.data_schema = json::schema<wire::Order>();
  } else if (entry.handler == &authorization) {
    description.data_schema = json::schema<wire::Authorization>();
  } else if (entry.handler == &challenge) {
    description.data_schema = json::schema<wire::Challenge>();
  } else if (entry.handler != &revoke_certificate) {
    description.data_schema = json::schema<wire::Account>();
  }
}

http::Response answer(const Entry& entry, service::Acme& acme, const http::Call& call,
                      const http::PathValues& path) {
  const auto settings = acme.settings();
  const auto base = base_url(call.request, *settings);
  const auto run = [&]() -> Answer {
    if (!settings->enabled) {
      return std::unexpected(switched_off());
    }
    const auto request = ACME_TRY(read_request(call, acme, settings, path, entry.signed_by));
    return entry.handler(request);
  };
  auto result = run();
  auto response = result ? *std::move(result) : problem_response(result.error());
  add_common_headers(response, acme, base);
  return response;
}

http::Refuse refusal(service::Acme& acme) {
  return [&acme](const base::Error& error, const http::Request& request) {
    auto response = problem_response(problem_of(error));
    add_common_headers(response, acme, base_url(request, *acme.settings()));
    return response;
  };
}

http::Route protocol_route(http::Method method, std::string_view path, std::string_view summary,
                           service::Acme& acme) {
  http::Route route{.method = method,
                    .path = std::string{path},
                    .summary = std::string{summary},
                    .tag = "ACME",
                    .access = auth::Access::to_anyone(),
                    .limit = http::Limit::protocol,
                    .body_limit = body_limit};
  route.refuse = refusal(acme);
  return route;
}

http::Route signed_route(const Entry& entry, service::Acme& acme) {
  auto route = protocol_route(http::Method::post, entry.path, entry.summary, acme);
  route.action = entry.action;
  describe(route, entry);
  route.handle = [&entry, &acme](const http::Call& call, const http::PathValues& path) {
    return answer(entry, acme, call, path);
  };
  return route;
}

// Answers of unsigned requests wait for nothing, so they come from the I/O thread.
void serve(http::Route& route, std::function<http::Response(const http::Request&)> respond) {
  route.at_once = respond;
  route.handle = [respond = std::move(respond)](const http::Call& call, const http::PathValues&) {
    return respond(call.request);
  };
}

template <class Value>
std::optional<Value> unless_empty(const Value& value) {
  return value.empty() ? std::nullopt : std::optional{value};
}

http::Response directory(service::Acme& acme, const http::Request& request) {
  const auto settings = acme.settings();
  if (!settings->enabled) {
    return problem_response(switched_off());
  }
  const auto url = base_url(request, *settings) + "/acme/";
  return {.content_type = "application/json",
          .headers = {{"Cache-Control", "no-store"}},
          .body = wire::to_json(
              wire::Directory{.newNonce = url + "new-nonce",
                              .newAccount = url + "new-account",
                              .newOrder = url + "new-order",
                              .revokeCert = url + "revoke-cert",
                              .keyChange = url + "key-change",
                              .meta = {.termsOfService = unless_empty(settings->terms_of_service),
                                       .website = unless_empty(settings->website),
                                       .caaIdentities = unless_empty(settings->caa_identities),
                                       .externalAccountRequired = false}})};
}

http::Route directory_route(service::Acme& acme) {
  auto route = protocol_route(http::Method::get, "/acme/directory",
                              "The directory of the ACME server (RFC 8555, section 7.1.1)", acme);
  route.description.kind = http::Answer::Kind::bare;
  route.description.data_schema = json::schema<wire::Directory>();
  serve(route, [&acme](const http::Request& request) { return directory(acme, request); });
  return route;
}

// Section 7.2: 200 to HEAD, 204 to GET.
http::Route nonce_route(http::Method method, int status, service::Acme& acme) {
  auto route = protocol_route(method, "/acme/new-nonce",
                              "Get a nonce for the next request (RFC 8555, section 7.2)", acme);
  route.description.kind = http::Answer::Kind::nothing;
  route.description.status = status;
  serve(route, [&acme, status](const http::Request& request) {
    http::Response response{.status = status};
    add_common_headers(response, acme, base_url(request, *acme.settings()));
    return response;
  });
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
  routes.push_back(directory_route(acme));
  routes.push_back(nonce_route(http::Method::head, 200, acme));
  routes.push_back(nonce_route(http::Method::get, 204, acme));
  for (const auto& entry : entries) {
    routes.push_back(signed_route(entry, acme));
  }
  return routes;
}

}  // namespace protocol::acme
