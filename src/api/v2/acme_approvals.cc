#include "api/v2/acme_admin.h"
#include "api/v2/paging.h"
#include "service/acme.h"
#include "storage/acme_approval_store.h"
#include "storage/acme_service_store.h"
#include "storage/acme_store.h"

namespace api::v2 {
namespace {

using core::acme::Order;
using core::acme::OrderId;

struct IdentifierView {
  std::string type;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(IdentifierView, (), (type, value))

struct WaitingView {
  OrderId id;
  std::string order_id;
  core::acme::AccountId account_id;
  std::vector<std::string> contact;  // URLs
  std::string service;
  std::optional<std::string> profile;
  std::vector<IdentifierView> identifiers;
  base::Time requested_at;
  base::Time expires;
};
BOOST_DESCRIBE_STRUCT(WaitingView, (),
                      (id, order_id, account_id, contact, service, profile, identifiers,
                       requested_at, expires))

struct WaitingList {
  std::vector<WaitingView> orders;
  std::optional<OrderId> next_cursor;
};
BOOST_DESCRIBE_STRUCT(WaitingList, (), (orders, next_cursor))

struct DecidedView {
  OrderId id;
  std::string order_id;
  core::acme::OrderStatus status;
  std::optional<core::CertificateId> certificate_id;
};
BOOST_DESCRIBE_STRUCT(DecidedView, (), (id, order_id, status, certificate_id))

struct ListQuery {
  int per_page = 20;
  std::optional<OrderId> cursor;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (per_page, cursor))

struct RefuseBody {
  std::optional<std::string> reason;  // for the holder of the account
};
BOOST_DESCRIBE_STRUCT(RefuseBody, (), (reason))

struct Approvals {
  db::Database& database;
  service::Acme& acme;

  WaitingList list(const http::Call& call, const ListQuery& query) const;
  http::Done<DecidedView> approve(const http::Call& call, const OrderId& id) const;
  http::Done<DecidedView> refuse(const http::Call& call, const OrderId& id,
                                 const RefuseBody& body) const;
};

}  // namespace

void add_acme_approvals(http::Surface& surface, db::Database& database, service::Acme& acme) {
  http::Resource approvals{surface, "ACME server", Approvals{database, acme}};

  approvals.add(http::Endpoint{.method = http::get,
                               .path = "/acme/approvals",
                               .summary = "List ACME orders that wait for approval, oldest first",
                               .access = auth::read_acme,
                               .handler = &Approvals::list});
  approvals.add(
      http::Endpoint{.method = http::post,
                     .path = "/acme/orders/{order_id}/approve",
                     .summary = "Approve a finalized ACME order: its certificate is issued",
                     .access = auth::write_acme,
                     .limit = http::Limit::strict,
                     .action = "acme.order.approve",
                     .handler = &Approvals::approve});
  approvals.add(http::Endpoint{.method = http::post,
                               .path = "/acme/orders/{order_id}/refuse",
                               .summary = "Refuse a finalized ACME order: it becomes invalid",
                               .access = auth::write_acme,
                               .limit = http::Limit::strict,
                               .action = "acme.order.refuse",
                               .handler = &Approvals::refuse});
}

namespace {

DecidedView decided(const Order& order) {
  return {.id = order.id,
          .order_id = order.reference().to_string(),
          .status = order.status,
          .certificate_id = order.certificate_id};
}

std::string service_of(const storage::AcmeServiceStore& services, const Order& order) {
  const auto service = order.service_id ? services.find(*order.service_id) : std::nullopt;
  return service ? service->name : std::string{core::acme::default_service};
}

WaitingList Approvals::list(const http::Call& call, const ListQuery& query) const {
  const Paging paging{1, query.per_page};
  const auto after = query.cursor ? query.cursor->to_number() : 0;
  return database.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    const storage::AcmeServiceStore services{session};
    WaitingList list;
    for (const auto& approval :
         storage::AcmeApprovalStore{session}.list(after, call.now, paging.per_page + 1)) {
      if (std::ssize(list.orders) == paging.per_page) {
        list.next_cursor = list.orders.back().id;
        break;
      }
      const auto order = store.find(approval.order_id);
      const auto account = order ? store.find(order->account_id) : std::nullopt;
      if (!account) {
        continue;
      }
      list.orders.push_back({.id = order->id,
                             .order_id = order->reference().to_string(),
                             .account_id = account->id,
                             .contact = json::parse<std::vector<std::string>>(
                                 account->contacts, json::Unknown::ignore),
                             .service = service_of(services, *order),
                             .profile = order->profile,
                             .identifiers = json::parse<std::vector<IdentifierView>>(
                                 order->identifiers, json::Unknown::ignore),
                             .requested_at = approval.requested_at,
                             .expires = approval.expires_at});
    }
    return list;
  });
}

http::Done<DecidedView> Approvals::approve(const http::Call& call, const OrderId& id) const {
  return {.data = decided(acme.finalizing.approve(call.act, id)),
          .message = "Order approved, certificate issued"};
}

http::Done<DecidedView> Approvals::refuse(const http::Call& call, const OrderId& id,
                                          const RefuseBody& body) const {
  return {.data = decided(acme.finalizing.refuse(call.act, id, body.reason.value_or(""))),
          .message = "Order refused"};
}

}  // namespace
}  // namespace api::v2
