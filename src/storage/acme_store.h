#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/acme/account.h"
#include "core/acme/authorization.h"
#include "core/acme/order.h"
#include "db/session.h"

namespace storage {

// How many orders have each status. An open order past its time counts as invalid.
struct AcmeOrderCounts {
  std::int64_t pending;
  std::int64_t ready;
  std::int64_t processing;
  std::int64_t valid;
  std::int64_t invalid;
};

// Accounts, orders and authorizations of the ACME server.
class AcmeStore {
 public:
  explicit AcmeStore(db::Session& session) : session_{session} {}

  // Accounts
  core::acme::AccountId new_account_id() {
    return session_.new_id<core::acme::AccountId>("acme_accounts");
  }
  void insert(const core::acme::Account& account) { session_.insert("acme_accounts", account); }
  std::optional<core::acme::Account> find(const core::acme::AccountId& id) const;
  std::optional<core::acme::Account> find_account_by_key(std::string_view thumbprint) const;
  // The account is valid, and that is its key: what another node may have changed meanwhile.
  bool may_act(const core::acme::AccountId& id, std::string_view thumbprint) const;
  void set_contacts(const core::acme::AccountId& id, std::string_view contacts);
  void agree_to_terms(const core::acme::AccountId& id);
  // Returns false when the account is valid no longer.
  [[nodiscard]] bool deactivate(const core::acme::AccountId& id);
  void set_key(const core::acme::AccountId& id, std::string_view thumbprint, std::string_view type,
               const base::Bytes& spki);
  std::vector<core::acme::Account> list_accounts(std::int64_t offset, int limit) const;
  std::int64_t count_accounts() const;
  std::int64_t count_valid_accounts() const;
  std::int64_t count_orders_of(const core::acme::AccountId& id) const;
  void bind(const core::acme::AccountId& id, const core::acme::ExternalAccountId& external);

  // Orders
  core::acme::OrderId new_order_id() { return session_.new_id<core::acme::OrderId>("acme_orders"); }
  void insert(const core::acme::Order& order) { session_.insert("acme_orders", order); }
  std::optional<core::acme::Order> find(const core::acme::OrderId& id) const;
  std::optional<core::acme::Order> find_order_of(const core::CertificateId& id) const;
  void set_status(const core::acme::OrderId& id, core::acme::OrderStatus status,
                  const std::optional<std::string>& error);
  // Returns false when the order is no longer ready or processing: another finalize was faster.
  [[nodiscard]] bool set_certificate(const core::acme::OrderId& id,
                                     const core::CertificateId& certificate);
  // Those of an account that still matter to it, oldest first: neither invalid nor past their time.
  std::vector<core::acme::Order> orders_of(const core::acme::AccountId& id, std::int64_t after_id,
                                           base::Time now, int limit) const;
  // Those made last, whatever became of them.
  std::vector<core::acme::Order> latest_orders_of(const core::acme::AccountId& id, int limit) const;
  // An account's open orders that count on an authorization become invalid. Returns how many.
  std::int64_t invalidate_orders_with(const core::acme::AccountId& id,
                                      const core::acme::AuthorizationReference& authorization,
                                      std::string_view error);
  std::vector<core::acme::Order> list_orders(const std::optional<core::acme::OrderStatus>& status,
                                             std::int64_t offset, int limit) const;
  std::int64_t count_orders(const std::optional<core::acme::OrderStatus>& status) const;
  AcmeOrderCounts count_orders_by_status() const;
  // Closes open orders past their time; returns how many.
  std::int64_t expire_orders(base::Time now, int limit);
  // A ready order waits for a person from now on. Returns false when it is not ready any more.
  [[nodiscard]] bool await_approval(const core::acme::OrderId& id);
  // Returns false when it does not wait any more.
  [[nodiscard]] bool refuse_approval(const core::acme::OrderId& id, std::string_view error);

  // Authorizations
  core::acme::AuthorizationId new_authorization_id() {
    return session_.new_id<core::acme::AuthorizationId>("acme_authorizations");
  }
  void insert(const core::acme::Authorization& authorization) {
    session_.insert("acme_authorizations", authorization);
  }
  std::optional<core::acme::Authorization> find(const core::acme::AuthorizationId& id) const;
  std::vector<core::acme::Authorization> find_all(
      const std::vector<core::acme::AuthorizationReference>& references) const;
  // Writes its state: status, attempts, error, times.
  void update(const core::acme::Authorization& authorization);
  // Writes down that a challenge is being validated. Returns false when one was already.
  [[nodiscard]] bool start(const core::acme::Authorization& authorization);
  // Whether the account holds a valid authorization for that name: of its own (a wildcard's for a
  // wildcard), or of a domain above that speaks for the names below.
  bool is_authorized(const core::acme::AccountId& account_id,
                     const core::acme::Identifier& identifier, base::Time now) const;
  // A proof that the account gave for that name, or for the names below a domain above it, and that
  // lasts until then at least: one that was made by a challenge of these. The one that lasts
  // longest.
  std::optional<core::acme::Authorization> find_reusable(
      const core::acme::AccountId& account_id, const core::acme::Identifier& identifier,
      base::Time until, const std::vector<core::acme::ChallengeType>& challenges) const;
  // Validations to go on with, the longest waiting first.
  std::vector<core::acme::Authorization> due(base::Time now, int limit) const;

 private:
  db::Session& session_;
};

}  // namespace storage
