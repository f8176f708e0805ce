#include "service/acme_orders.h"

#include <algorithm>

#include "core/acme/subdomains.h"
#include "crypto/token.h"
#include "json/json.h"
#include "net/trace.h"
#include "service/acme_ownership.h"
#include "storage/acme_store.h"

namespace service {
namespace {

using core::acme::Authorization;
using core::acme::AuthorizationReference;
using core::acme::AuthorizationStatus;
using core::acme::Identifier;
using core::acme::IdentifierType;
using core::acme::Order;
using core::acme::OrderReference;
using core::acme::OrderStatus;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

constexpr int orders_per_page = 100;
constexpr std::size_t token_octets = 32;

struct Ordered {
  json::Raw identifiers;
  base::Time expires_at;
};
BOOST_DESCRIBE_STRUCT(Ordered, (), (identifiers, expires_at))

struct AuthorizationChanged {
  AuthorizationStatus status;
};
BOOST_DESCRIBE_STRUCT(AuthorizationChanged, (), (status))

struct Approved {
  AuthorizationStatus status;
  std::string approved_by;
};
BOOST_DESCRIBE_STRUCT(Approved, (), (status, approved_by))

}  // namespace

Authorization AcmeOrders::make_authorization(db::Session& session, const AcmeAccount& account,
                                             const core::acme::OrderId& order_id,
                                             const AcmeOrderRules::Wanted& wanted,
                                             base::Time now) const {
  storage::AcmeStore store{session};
  const bool is_approved = !wanted.approved_by.empty();
  const auto& proven = wanted.ancestor ? *wanted.ancestor : wanted.identifier;
  std::string challenges;
  for (const auto type : wanted.challenges) {
    challenges += (challenges.empty() ? "" : " ") + std::string{core::acme::wire_name(type)};
  }
  Authorization authorization{
      .id = store.new_authorization_id(),
      .secret = crypto::random_token(random_, AuthorizationReference::secret_octets),
      .account_id = account.account.id,
      .order_id = order_id,
      .identifier_type = proven.type,
      .identifier = proven.base_name(),
      .wildcard = proven.is_wildcard(),
      .status = is_approved ? AuthorizationStatus::valid : AuthorizationStatus::pending,
      .token = crypto::random_token(random_, token_octets),
      .challenges = std::move(challenges),
      .attempted = std::nullopt,
      .attempts = 0,
      .attempted_at = std::nullopt,
      .next_attempt_at = std::nullopt,
      .validated_at = is_approved ? std::optional{now} : std::nullopt,
      .error = std::nullopt,
      .trace = is_approved ? json::to_text(net::Trace{{"challenge", wanted.approved_by}}) : "[]",
      .expires_at = now + acme_authorization_lifetime,
      .created_at = now,
      .subdomains = wanted.ancestor.has_value()};
  store.insert(authorization);
  if (is_approved) {
    session.record("acme_authorization", authorization.id, authorization.identifier,
                   Approved{authorization.status, wanted.approved_by});
  }
  return authorization;
}

// RFC 9773, section 5: of this server and account, with a name in common, not replaced already.
Result<std::optional<core::CertificateId>> AcmeOrders::find_replaced(
    const NewOrder& request, const std::vector<Identifier>& identifiers,
    const AcmeAccount& account) {
  if (!request.replaces) {
    return std::optional<core::CertificateId>{};
  }
  const auto certificate = ACME_TRY(renewals_.find(*request.replaces));
  const auto order = database_.read([&](db::Session& session) {
    return storage::AcmeStore{session}.find_order_of(certificate.id);
  });
  if (!order || order->account_id != account.account.id) {
    return refuse(ProblemType::unauthorized,
                  "the certificate to replace was ordered by another account");
  }
  const auto replaced = core::acme::identifiers_of(*order);
  if (std::ranges::find_first_of(identifiers, replaced) == identifiers.end()) {
    return refuse(ProblemType::malformed,
                  "the order has no name in common with the certificate to replace");
  }
  if (certificate.renewed_by) {
    return refuse(ProblemType::alreadyReplaced,
                  "another order replaced that certificate already: leave \"replaces\" out");
  }
  return std::optional{certificate.id};
}

// Which names are to be proven by a domain above them.
Result<void> AcmeOrders::name_ancestors(const NewOrder& request, const AcmeSettings& settings,
                                        std::vector<AcmeOrderRules::Wanted>& wanted) {
  const core::acme::IdentifierRules rules{.allowed_suffixes = settings.allowed_suffixes};
  for (std::size_t i = 0; i < request.ancestor_domains.size(); ++i) {
    if (!request.ancestor_domains[i]) {
      continue;
    }
    const auto identifier = ACME_TRY(core::acme::read_identifier(request.identifiers[i], rules));
    const auto ancestor =
        ACME_TRY(core::acme::read_ancestor(identifier, *request.ancestor_domains[i], rules));
    ACME_CHECK(AcmeOrderRules::prove_by(
        ancestor, *std::ranges::find(wanted, identifier, &AcmeOrderRules::Wanted::identifier)));
  }
  return {};
}

Result<Order> AcmeOrders::create(const auth::Act& act, const AcmeAccount& account,
                                 const NewOrder& request, const AcmeSettings& settings) {
  ACME_CHECK(order_rules_.check_maintenance());
  const auto now = clock_.now();
  const auto identifiers = ACME_TRY(core::acme::read_identifiers(
      request.identifiers, {.allowed_suffixes = settings.allowed_suffixes}));
  ACME_CHECK(core::acme::check_validity(request.not_before, request.not_after, now));
  ACME_CHECK(order_rules_.check_profile(request.profile, settings));
  auto wanted = ACME_TRY(order_rules_.check_names(identifiers, account, settings));
  ACME_CHECK(name_ancestors(request, settings, wanted));
  const auto replaces = ACME_TRY(find_replaced(request, identifiers, account));
  const auto text = json::to_text(identifiers);
  const auto shares = AcmeQuotas::shares(account, identifiers, replaces.has_value(), settings);
  ACME_CHECK(quotas_.check(shares));

  return database_.write(account.act(act), [&](db::Session& session) {
    storage::AcmeStore store{session};
    check_may_act(store, account.account);
    quotas_.spend(session, shares);
    Order order{.id = store.new_order_id(),
                .secret = crypto::random_token(random_, OrderReference::secret_octets),
                .account_id = account.account.id,
                .status = OrderStatus::ready,
                .identifiers = text,
                .authorizations = {},
                .not_before = request.not_before,
                .not_after = request.not_after,
                .error = std::nullopt,
                .certificate_id = std::nullopt,
                .expires_at = now + acme_order_lifetime,
                .created_at = now,
                .service_id = settings.service_id,
                .profile = request.profile,
                .replaces = replaces};
    std::vector<Authorization> made;
    for (const auto& one : wanted) {
      if (std::ranges::any_of(made, [&](const Authorization& authorization) {
            return core::acme::covers(authorization, one.identifier);
          })) {
        continue;
      }
      auto proof = one.approved_by.empty()
                       ? store.find_reusable(account.account.id, one.identifier,
                                             now + acme_reuse_margin, one.challenges)
                       : std::nullopt;
      made.push_back(proof ? *std::move(proof)
                           : make_authorization(session, account, order.id, one, now));
      const auto& authorization = made.back();
      if (authorization.status == AuthorizationStatus::pending) {
        order.status = OrderStatus::pending;
      }
      order.expires_at = std::min(order.expires_at, authorization.expires_at);
      order.authorizations +=
          (order.authorizations.empty() ? "" : " ") + authorization.reference().to_string();
    }
    store.insert(order);
    session.record("acme_order", order.id, list_of(identifiers), Ordered{{text}, order.expires_at});
    return order;
  });
}

Result<AcmeOrders::Authorized> AcmeOrders::authorize(
    const auth::Act& act, const AcmeAccount& account,
    const core::acme::RequestedIdentifier& requested_identifier, bool subdomains,
    const AcmeSettings& settings) {
  ACME_CHECK(order_rules_.check_maintenance());
  const auto now = clock_.now();
  const auto identifier = ACME_TRY(core::acme::read_identifier(
      requested_identifier, {.allowed_suffixes = settings.allowed_suffixes}));
  if (identifier.is_wildcard()) {
    return refuse(ProblemType::malformed,
                  "a wildcard is ordered; only names can be authorized before (section 7.4.1)");
  }
  auto wanted = ACME_TRY(order_rules_.check_names({identifier}, account, settings));
  auto& one = wanted.front();
  if (subdomains) {
    if (identifier.type != IdentifierType::dns) {
      return refuse(ProblemType::malformed, "there are no names below an address");
    }
    ACME_CHECK(AcmeOrderRules::prove_by(identifier, one));
  }
  const auto shares = AcmeQuotas::shares(account, {identifier}, false, settings);
  ACME_CHECK(quotas_.check(shares));
  return database_.write(account.act(act), [&](db::Session& session) -> Result<Authorized> {
    storage::AcmeStore store{session};
    check_may_act(store, account.account);
    auto proof = store.find_reusable(account.account.id, one.identifier, now + acme_reuse_margin,
                                     one.challenges);
    // What the client asked for, and not only something that would do for an order.
    if (proof && proof->identifier == identifier.value &&
        proof->subdomains == one.ancestor.has_value()) {
      return Authorized{.authorization = *std::move(proof), .is_new = false};
    }
    quotas_.spend(session, shares);
    // The id of an order that there never is: it belongs to none.
    auto made = make_authorization(session, account, store.new_order_id(), one, now);
    session.record("acme_authorization", made.id, made.identifier,
                   AuthorizationChanged{made.status});
    return Authorized{.authorization = std::move(made), .is_new = true};
  });
}

Result<Order> AcmeOrders::find(const AcmeAccount& account, const OrderReference& reference,
                               const AcmeSettings& settings) {
  auto order = database_.read(
      [&](db::Session& session) { return storage::AcmeStore{session}.find(reference.id()); });
  if (!is_own(order, account, reference) || order->service_id != settings.service_id) {
    return no_such("order");
  }
  order->status = core::acme::status_at(*order, clock_.now());
  return *std::move(order);
}

AcmeOrders::Page AcmeOrders::list(const AcmeAccount& account, std::int64_t after_id) {
  const auto orders = database_.read([&](db::Session& session) {
    return storage::AcmeStore{session}.orders_of(account.account.id, after_id, clock_.now(),
                                                 orders_per_page + 1);
  });
  Page page;
  for (const auto& order : orders) {
    if (page.orders.size() == orders_per_page) {
      page.next = page.orders.back().id().to_number();
      break;
    }
    page.orders.push_back(order.reference());
  }
  return page;
}

Result<Authorization> AcmeOrders::find(const AcmeAccount& account,
                                       const AuthorizationReference& reference) {
  auto authorization = database_.read(
      [&](db::Session& session) { return storage::AcmeStore{session}.find(reference.id()); });
  if (!is_own(authorization, account, reference)) {
    return no_such("authorization");
  }
  return *std::move(authorization);
}

Result<Authorization> AcmeOrders::deactivate(const auth::Act& act, const AcmeAccount& account,
                                             const AuthorizationReference& reference) {
  const auto now = clock_.now();
  return database_.write(account.act(act), [&](db::Session& session) -> Result<Authorization> {
    storage::AcmeStore store{session};
    check_may_act(store, account.account);
    auto authorization = store.find(reference.id());
    if (!is_own(authorization, account, reference)) {
      return no_such("authorization");
    }
    ACME_CHECK(core::acme::deactivate(*authorization, now));
    store.update(*authorization);
    // Orders that were counting on it cannot become valid any more.
    store.invalidate_orders_with(
        account.account.id, reference,
        core::acme::to_json(
            {.type = ProblemType::unauthorized, .detail = "an authorization was deactivated"}));
    session.record("acme_authorization", authorization->id, authorization->identifier,
                   AuthorizationChanged{authorization->status});
    return *std::move(authorization);
  });
}

}  // namespace service
