#include "api/v2/attention.h"

#include <algorithm>
#include <set>

#include "core/acme/identifier.h"
#include "storage/acme_approval_store.h"
#include "storage/acme_store.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

constexpr int most_attention = 50;

std::string in_days(std::chrono::seconds left) {
  const auto number = std::chrono::floor<std::chrono::days>(left).count();
  return number < 1 ? "in less than a day"
                    : "in " + std::to_string(number) + (number == 1 ? " day" : " days");
}

// How long before its end a certificate deserves attention: the last third of its life, at most a
// month; what a client renews by itself only when it is late.
std::chrono::seconds due_before_end(const core::Certificate& certificate) {
  const bool renews_itself =
      certificate.source == core::Source::acme || certificate.source == core::Source::system;
  const std::chrono::seconds life = certificate.not_after - certificate.not_before;
  return renews_itself ? std::min<std::chrono::seconds>(life / 6, std::chrono::days{7})
                       : std::min<std::chrono::seconds>(life / 3, core::expiring_soon);
}

// The detail of a problem document.
std::string detail_of(const std::string& problem) {
  boost::system::error_code error;
  const auto value = boost::json::parse(problem, error);
  const auto* object = value.if_object();
  const auto* detail = object == nullptr ? nullptr : object->if_contains("detail");
  return detail != nullptr && detail->is_string() ? std::string{detail->get_string()} : problem;
}

std::string names_of(const core::acme::Order& order) {
  std::string names;
  for (const auto& identifier : core::acme::identifiers_of(order)) {
    names.append(names.empty() ? "" : ", ").append(identifier.value);
  }
  return names;
}

void add_certificates(Attention& attention, const DashboardParts& parts, base::Time now) {
  const storage::CertificateFilter filter{.any_status = {},
                                          .authority_id = std::nullopt,
                                          .any_source = {},
                                          .expires_from = now - std::chrono::days{7},
                                          .expires_before = now + core::expiring_soon,
                                          .search = {}};
  const auto found = parts.database.read([&](db::Session& session) {
    return storage::CertificateStore{session}.list(
        filter,
        {.order_by = storage::CertificateOrderBy::valid_to, .descending = false, .limit = 200},
        now);
  });
  for (const auto& certificate : found) {
    if (certificate.revoked_at || certificate.renewed_by ||
        attention.items.size() >= most_attention) {
      continue;
    }
    const auto left = certificate.not_after - now;
    const bool expired = left.count() < 0;
    const auto due = due_before_end(certificate);
    if (left > due) {
      continue;
    }
    const bool urgent =
        expired || left < std::min<std::chrono::seconds>(due / 3, std::chrono::days{7});
    attention.items.push_back(
        {.kind = expired ? "certificate_expired" : "certificate_expiring",
         .severity = urgent ? Severity::critical : Severity::warning,
         .title = certificate.common_name,
         .detail = expired ? "expired and was not replaced" : "expires " + in_days(left),
         .target = "certificate",
         .target_id = certificate.id.to_number(),
         .due = certificate.not_after});
  }
}

// What clients tried since yesterday and did not get, unless a later order for the names succeeded.
void add_failed_orders(Attention& attention, const DashboardParts& parts, base::Time now) {
  constexpr int looked_at = 100;
  std::vector<core::acme::Order> orders;
  parts.database.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    orders = store.list_orders(core::acme::OrderStatus::invalid, 0, looked_at);
    const auto valid = store.list_orders(core::acme::OrderStatus::valid, 0, looked_at);
    orders.insert(orders.end(), valid.begin(), valid.end());
  });
  std::ranges::sort(orders, std::greater{}, &core::acme::Order::id);
  std::set<std::string> seen;
  for (const auto& order : orders) {
    const bool is_latest = seen.insert(order.identifiers).second;
    if (!is_latest || !order.error || order.created_at < now - std::chrono::days{1} ||
        attention.items.size() >= most_attention) {
      continue;
    }
    attention.items.push_back({.kind = "order_failed",
                               .severity = Severity::warning,
                               .title = names_of(order),
                               .detail = detail_of(*order.error),
                               .target = "order",
                               .target_id = order.id.to_number(),
                               .due = order.created_at});
  }
}

// Finalized orders that wait for a person: their clients wait, too.
void add_waiting_orders(Attention& attention, const DashboardParts& parts, base::Time now) {
  constexpr int looked_at = 20;
  parts.database.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    for (const auto& approval : storage::AcmeApprovalStore{session}.list(0, now, looked_at)) {
      if (const auto order = store.find(approval.order_id)) {
        attention.items.push_back({.kind = "order_waiting",
                                   .severity = Severity::warning,
                                   .title = names_of(*order),
                                   .detail = "waits for approval",
                                   .target = "approval",
                                   .target_id = order->id.to_number(),
                                   .due = approval.expires_at});
      }
    }
  });
}

void add_authorities(Attention& attention, const DashboardParts& parts, base::Time now) {
  for (const auto& issuer : parts.authorities.issuers()) {
    const auto& authority = issuer->authority;
    const auto left = authority.not_after - now;
    if (left < std::chrono::days{365}) {
      attention.items.push_back(
          {.kind = "authority_expiring",
           .severity = left < std::chrono::days{90} ? Severity::critical : Severity::warning,
           .title = authority.name,
           .detail = left.count() < 0
                         ? "has expired"
                         : "expires " + in_days(left) + ", and everything below it with it",
           .target = "authority",
           .target_id = authority.id.to_number(),
           .due = authority.not_after});
    }
    const auto crl = parts.crls.latest(authority.id);
    if (crl && crl->next_update < now) {
      attention.items.push_back({.kind = "crl_stale",
                                 .severity = Severity::critical,
                                 .title = authority.name,
                                 .detail = "its revocation list is out of date",
                                 .target = "authority",
                                 .target_id = authority.id.to_number(),
                                 .due = crl->next_update});
    }
  }
}

}  // namespace

Attention attention_for(const DashboardParts& parts, const http::Call& call) {
  Attention attention;
  add_authorities(attention, parts, call.now);
  add_certificates(attention, parts, call.now);
  if (call.caller.rights.include(auth::read_acme.name())) {
    add_waiting_orders(attention, parts, call.now);
    add_failed_orders(attention, parts, call.now);
  }
  std::ranges::stable_sort(attention.items, {}, &AttentionItem::severity);
  return attention;
}

}  // namespace api::v2
