#include "api/v2/acme_admin.h"
#include "core/acme/advice.h"
#include "net/trace.h"
#include "storage/acme_store.h"

namespace api::v2 {
namespace {

using core::acme::AccountId;
using core::acme::Authorization;
using core::acme::Order;
using core::acme::OrderId;

constexpr int orders_shown = 20;

struct IdentifierView {
  std::string type;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(IdentifierView, (), (type, value))

// One name of an order: which challenge was tried, what was asked, what answered.
struct AttemptView {
  std::string identifier;
  bool wildcard;
  core::acme::AuthorizationStatus status;
  std::optional<std::string> challenge;
  std::int64_t attempts;
  std::optional<base::Time> attempted_at;
  std::optional<base::Time> next_attempt_at;
  std::optional<base::Time> validated_at;
  std::optional<std::string> error;   // in words
  std::optional<std::string> advice;  // what to do about it
  std::vector<net::TraceStep> steps;  // of the last attempt
};
BOOST_DESCRIBE_STRUCT(AttemptView, (),
                      (identifier, wildcard, status, challenge, attempts, attempted_at,
                       next_attempt_at, validated_at, error, advice, steps))

struct OrderTrace {
  OrderId id;
  std::string order_id;
  AccountId account_id;
  core::acme::OrderStatus status;
  std::vector<IdentifierView> identifiers;
  std::optional<std::string> profile;
  std::optional<std::string> error;
  std::optional<core::CertificateId> certificate_id;
  base::Time created_at;
  base::Time expires;
  std::vector<AttemptView> authorizations;
};
BOOST_DESCRIBE_STRUCT(OrderTrace, (),
                      (id, order_id, account_id, status, identifiers, profile, error,
                       certificate_id, created_at, expires, authorizations))

struct Traces {
  db::Database& database;

  std::vector<OrderTrace> of_account(const http::Call& call, const AccountId& id) const;
  OrderTrace of_order(const http::Call& call, const OrderId& id) const;
};

}  // namespace

void add_acme_traces(http::Surface& surface, db::Database& database) {
  http::Resource traces{surface, "ACME server", Traces{database}};

  traces.add(http::Endpoint{.method = http::get,
                            .path = "/acme/accounts/{account_id}/trace",
                            .summary = "What became of an account's latest orders, step by step",
                            .access = auth::read_acme,
                            .handler = &Traces::of_account});
  traces.add(http::Endpoint{.method = http::get,
                            .path = "/acme/orders/{order_id}",
                            .summary = "Read an ACME order with its authorizations, step by step",
                            .access = auth::read_acme,
                            .handler = &Traces::of_order});
}

namespace {

struct ProblemDocument {
  std::optional<std::string> type;
  std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(ProblemDocument, (), (type, detail))

ProblemDocument read_problem(const std::optional<std::string>& problem) {
  return problem ? json::parse<ProblemDocument>(*problem, json::Unknown::ignore)
                 : ProblemDocument{};
}

AttemptView view(const Authorization& authorization, base::Time now) {
  const auto problem = read_problem(authorization.error);
  AttemptView view{.identifier = authorization.identifier,
                   .wildcard = authorization.wildcard,
                   .status = core::acme::status_at(authorization, now),
                   .challenge = std::nullopt,
                   .attempts = authorization.attempts,
                   .attempted_at = authorization.attempted_at,
                   .next_attempt_at = authorization.next_attempt_at,
                   .validated_at = authorization.validated_at,
                   .error = problem.detail,
                   .advice = std::nullopt,
                   .steps = json::parse<net::Trace>(authorization.trace, json::Unknown::ignore)};
  if (authorization.attempted) {
    view.challenge = core::acme::wire_name(*authorization.attempted);
    if (problem.type) {
      view.advice =
          core::acme::advice(core::acme::problem_type_in(*problem.type), *authorization.attempted);
    }
  } else if (view.status == core::acme::AuthorizationStatus::pending) {
    view.advice = "The client has not answered a challenge yet: see whether it is still running.";
  }
  return view;
}

OrderTrace trace_of(const storage::AcmeStore& store, const Order& order, base::Time now) {
  OrderTrace trace{.id = order.id,
                   .order_id = order.reference().to_string(),
                   .account_id = order.account_id,
                   .status = core::acme::status_at(order, now),
                   .identifiers = json::parse<std::vector<IdentifierView>>(order.identifiers,
                                                                           json::Unknown::ignore),
                   .profile = order.profile,
                   .error = read_problem(order.error).detail,
                   .certificate_id = order.certificate_id,
                   .created_at = order.created_at,
                   .expires = order.expires_at,
                   .authorizations = {}};
  for (const auto& authorization : store.find_all(core::acme::authorizations_of(order))) {
    trace.authorizations.push_back(view(authorization, now));
  }
  return trace;
}

std::vector<OrderTrace> Traces::of_account(const http::Call& call, const AccountId& id) const {
  return database.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    if (!store.find(id)) {
      throw base::Error{base::ErrorCode::not_found, "there is no such ACME account"};
    }
    std::vector<OrderTrace> traces;
    for (const auto& order : store.latest_orders_of(id, orders_shown)) {
      traces.push_back(trace_of(store, order, call.now));
    }
    return traces;
  });
}

OrderTrace Traces::of_order(const http::Call& call, const OrderId& id) const {
  return database.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    const auto order = store.find(id);
    if (!order) {
      throw base::Error{base::ErrorCode::not_found, "there is no such ACME order"};
    }
    return trace_of(store, *order, call.now);
  });
}

}  // namespace
}  // namespace api::v2
