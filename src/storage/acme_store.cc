#include "storage/acme_store.h"

#include "core/acme/subdomains.h"

namespace storage {

using core::acme::Account;
using core::acme::AccountId;
using core::acme::Authorization;
using core::acme::AuthorizationId;
using core::acme::Order;
using core::acme::OrderId;
using core::acme::OrderStatus;

// ---- Accounts ----

std::optional<Account> AcmeStore::find(const AccountId& id) const {
  return session_.select_one<Account>("FROM acme_accounts WHERE id = $1", id);
}

std::optional<Account> AcmeStore::find_account_by_key(std::string_view thumbprint) const {
  return session_.select_one<Account>("FROM acme_accounts WHERE key_thumbprint = $1", thumbprint);
}

bool AcmeStore::may_act(const AccountId& id, std::string_view thumbprint) const {
  return session_.number(
             "SELECT COUNT(*) FROM acme_accounts "
             "WHERE id = $1 AND status = 'valid' AND key_thumbprint = $2",
             id, thumbprint) == 1;
}

void AcmeStore::set_contacts(const AccountId& id, std::string_view contacts) {
  session_.send("UPDATE acme_accounts SET contacts = $2 WHERE id = $1", id, contacts);
}

void AcmeStore::agree_to_terms(const AccountId& id) {
  session_.send("UPDATE acme_accounts SET terms_agreed = TRUE WHERE id = $1", id);
}

bool AcmeStore::deactivate(const AccountId& id) {
  return session_.execute(
             "UPDATE acme_accounts SET status = 'deactivated' WHERE id = $1 AND status = 'valid'",
             id) == 1;
}

void AcmeStore::set_key(const AccountId& id, std::string_view thumbprint, std::string_view type,
                        const base::Bytes& spki) {
  session_.send(
      "UPDATE acme_accounts SET key_thumbprint = $2, key_type = $3, key_spki = $4 WHERE id = $1",
      id, thumbprint, type, spki);
}

std::vector<Account> AcmeStore::list_accounts(std::int64_t offset, int limit) const {
  return session_.select<Account>("FROM acme_accounts ORDER BY id DESC LIMIT $1 OFFSET $2", limit,
                                  offset);
}

std::int64_t AcmeStore::count_accounts() const {
  return session_.number("SELECT COUNT(*) FROM acme_accounts");
}

std::int64_t AcmeStore::count_valid_accounts() const {
  return session_.number("SELECT COUNT(*) FROM acme_accounts WHERE status = 'valid'");
}

std::int64_t AcmeStore::count_orders_of(const AccountId& id) const {
  return session_.number("SELECT COUNT(*) FROM acme_orders WHERE account_id = $1", id);
}

void AcmeStore::bind(const AccountId& id, const core::acme::ExternalAccountId& external) {
  session_.send("UPDATE acme_accounts SET eab_id = $2 WHERE id = $1", id, external);
}

// ---- Orders ----

std::optional<Order> AcmeStore::find(const OrderId& id) const {
  return session_.select_one<Order>("FROM acme_orders WHERE id = $1", id);
}

std::optional<Order> AcmeStore::find_order_of(const core::CertificateId& id) const {
  return session_.select_one<Order>("FROM acme_orders WHERE certificate_id = $1", id);
}

void AcmeStore::set_status(const OrderId& id, OrderStatus status,
                           const std::optional<std::string>& error) {
  session_.send("UPDATE acme_orders SET status = $2, error = $3 WHERE id = $1", id, status, error);
}

bool AcmeStore::set_certificate(const OrderId& id, const core::CertificateId& certificate) {
  return session_.execute(
             "UPDATE acme_orders SET status = 'valid', certificate_id = $2 "
             "WHERE id = $1 AND status IN ('ready', 'processing')",
             id, certificate) == 1;
}

std::vector<Order> AcmeStore::orders_of(const AccountId& id, std::int64_t after_id, base::Time now,
                                        int limit) const {
  return session_.select<Order>(
      "FROM acme_orders WHERE account_id = $1 AND id > $2 AND status <> 'invalid' "
      "AND (status = 'valid' OR expires_at > $3) ORDER BY id LIMIT $4",
      id, after_id, now, limit);
}

std::vector<Order> AcmeStore::latest_orders_of(const AccountId& id, int limit) const {
  return session_.select<Order>("FROM acme_orders WHERE account_id = $1 ORDER BY id DESC LIMIT $2",
                                id, limit);
}

std::int64_t AcmeStore::invalidate_orders_with(
    const AccountId& id, const core::acme::AuthorizationReference& authorization,
    std::string_view error) {
  // References are base64url: '_' stands for any character in LIKE, which no secret collides with.
  return session_.execute(
      "UPDATE acme_orders SET status = 'invalid', error = $3 WHERE status <> 'valid' "
      "AND status IN ('pending', 'ready', 'processing') AND account_id = $1 "
      "AND authorizations LIKE $2",
      id, "%" + authorization.to_string() + "%", error);
}

std::vector<Order> AcmeStore::list_orders(const std::optional<OrderStatus>& status,
                                          std::int64_t offset, int limit) const {
  db::Query query{"FROM acme_orders"};
  if (status == OrderStatus::valid) {
    query.add(" WHERE status = 'valid'");
  } else if (status) {
    query.add(" WHERE status <> 'valid' AND status = ", *status);
  }
  query.add(" ORDER BY id DESC LIMIT ", limit).add(" OFFSET ", offset);
  return session_.select<Order>(query);
}

std::int64_t AcmeStore::count_orders(const std::optional<OrderStatus>& status) const {
  if (!status) {
    return session_.number("SELECT COUNT(*) FROM acme_orders");
  }
  if (*status == OrderStatus::valid) {
    // An order is valid when it has its certificate, and that index has nothing else in it.
    return session_.number("SELECT COUNT(*) FROM acme_orders WHERE certificate_id IS NOT NULL");
  }
  return session_.number("SELECT COUNT(*) FROM acme_orders WHERE status <> 'valid' AND status = $1",
                         *status);
}

AcmeOrderCounts AcmeStore::count_orders_by_status() const {
  return {.pending = count_orders(OrderStatus::pending),
          .ready = count_orders(OrderStatus::ready),
          .processing = count_orders(OrderStatus::processing),
          .valid = count_orders(OrderStatus::valid),
          .invalid = count_orders(OrderStatus::invalid)};
}

std::int64_t AcmeStore::expire_orders(base::Time now, int limit) {
  constexpr const char* expired =
      R"({"type":"urn:ietf:params:acme:error:malformed","detail":"the order expired","status":400})";
  // The open orders are few and found by the partial index, whatever their number in all.
  return session_.execute(
      "UPDATE acme_orders SET status = 'invalid', error = $3 WHERE id IN ("
      "SELECT id FROM acme_orders WHERE status <> 'valid' "
      "AND status IN ('pending', 'ready', 'processing') "
      "AND expires_at <= $1 ORDER BY id LIMIT $2)",
      now, limit, expired);
}

bool AcmeStore::await_approval(const OrderId& id) {
  return session_.execute(
             "UPDATE acme_orders SET status = 'processing' WHERE id = $1 AND status = 'ready'",
             id) == 1;
}

bool AcmeStore::refuse_approval(const OrderId& id, std::string_view error) {
  return session_.execute(
             "UPDATE acme_orders SET status = 'invalid', error = $2 WHERE id = $1 "
             "AND status = 'processing'",
             id, error) == 1;
}

// ---- Authorizations ----

namespace {

// The valid ones that an identifier needs: its own, or one of a domain above it that speaks for it.
db::Query covering(std::string_view what, const AccountId& account_id,
                   const core::acme::Identifier& identifier, base::Time until) {
  const auto name = identifier.base_name();
  db::Query query{std::string{what} + " acme_authorizations WHERE status = 'valid'"};
  query.add(" AND account_id = ", account_id)
      .add_any(" AND identifier", identifier.type == core::acme::IdentifierType::dns
                                      ? core::acme::ancestors_of(name)
                                      : std::vector{name})
      .add(" AND identifier_type = ", identifier.type)
      .add(" AND (subdomains OR (identifier = ", name)
      .add(" AND wildcard = ", identifier.is_wildcard())
      .add(")) AND expires_at > ", until);
  return query;
}

}  // namespace

std::optional<Authorization> AcmeStore::find(const AuthorizationId& id) const {
  return session_.select_one<Authorization>("FROM acme_authorizations WHERE id = $1", id);
}

std::vector<Authorization> AcmeStore::find_all(
    const std::vector<core::acme::AuthorizationReference>& references) const {
  if (references.size() == 1) {
    auto only = find(references.front().id());
    return only ? std::vector{*std::move(only)} : std::vector<Authorization>{};
  }
  std::vector<AuthorizationId> ids;
  for (const auto& reference : references) {
    ids.push_back(reference.id());
  }
  db::Query query{"FROM acme_authorizations WHERE"};
  query.add_any(" id", ids);
  return session_.select<Authorization>(query);
}

void AcmeStore::update(const Authorization& authorization) {
  session_.send(
      "UPDATE acme_authorizations SET status = $2, attempted = $3, attempts = $4, "
      "attempted_at = $5, next_attempt_at = $6, validated_at = $7, error = $8, trace = $9, "
      "expires_at = $10, account_url = $11 WHERE id = $1",
      authorization.id, authorization.status, authorization.attempted, authorization.attempts,
      authorization.attempted_at, authorization.next_attempt_at, authorization.validated_at,
      authorization.error, authorization.trace, authorization.expires_at,
      authorization.account_url);
}

bool AcmeStore::start(const Authorization& authorization) {
  return session_.execute(
             "UPDATE acme_authorizations SET attempted = $2, attempted_at = $3, "
             "next_attempt_at = $4, account_url = $5 WHERE id = $1 AND status = 'pending' "
             "AND attempted IS NULL",
             authorization.id, authorization.attempted, authorization.attempted_at,
             authorization.next_attempt_at, authorization.account_url) == 1;
}

bool AcmeStore::is_authorized(const AccountId& account_id, const core::acme::Identifier& identifier,
                              base::Time now) const {
  return session_.number(covering("SELECT COUNT(*) FROM", account_id, identifier, now)) > 0;
}

std::optional<Authorization> AcmeStore::find_reusable(
    const AccountId& account_id, const core::acme::Identifier& identifier, base::Time until,
    const std::vector<core::acme::ChallengeType>& challenges) const {
  auto query = covering("FROM", account_id, identifier, until);
  query.add_any(" AND attempted", challenges).add(" ORDER BY expires_at DESC LIMIT 1");
  auto found = session_.select<Authorization>(query);
  return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

std::vector<Authorization> AcmeStore::due(base::Time now, int limit) const {
  return session_.select<Authorization>(
      "FROM acme_authorizations WHERE next_attempt_at IS NOT NULL AND next_attempt_at <= $1 "
      "ORDER BY next_attempt_at LIMIT $2",
      now, limit);
}

}  // namespace storage
