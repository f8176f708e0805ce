#include "core/acme/order.h"

#include <algorithm>

#include "json/json.h"

namespace core::acme {

std::vector<Identifier> identifiers_of(const Order& order) {
  return json::parse<std::vector<Identifier>>(order.identifiers, json::Unknown::refuse);
}

std::vector<AuthorizationReference> authorizations_of(const Order& order) {
  std::vector<AuthorizationReference> references;
  std::string_view rest = order.authorizations;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (auto reference = AuthorizationReference::parse(rest.substr(0, end))) {
      references.push_back(*std::move(reference));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return references;
}

OrderStatus status_by(std::span<const Authorization> authorizations, base::Time now) {
  // An order without authorizations proves nothing: it fails closed.
  auto status = authorizations.empty() ? OrderStatus::invalid : OrderStatus::ready;
  for (const auto& authorization : authorizations) {
    switch (status_at(authorization, now)) {
      case AuthorizationStatus::valid:
        break;
      case AuthorizationStatus::pending:
        status = status == OrderStatus::ready ? OrderStatus::pending : status;
        break;
      default:
        status = OrderStatus::invalid;
    }
  }
  return status;
}

OrderStatus status_at(const Order& order, base::Time now) {
  // What is processing waits for a person's approval, which must come in time as well.
  const bool open = order.status != OrderStatus::valid && order.status != OrderStatus::invalid;
  return open && order.expires_at <= now ? OrderStatus::invalid : order.status;
}

std::optional<Problem> finalize_obstacle(OrderStatus status) {
  switch (status) {
    case OrderStatus::ready:
      return std::nullopt;
    case OrderStatus::pending:
      return Problem{.type = ProblemType::orderNotReady,
                     .detail = "the order is pending: its authorizations are not all valid yet"};
    default:
      return Problem{.type = ProblemType::orderNotReady,
                     .detail = std::string{"the order is "} +
                               boost::describe::enum_to_string(status, "over") +
                               " and cannot be finalized"};
  }
}

Result<void> check_validity(const std::optional<base::Time>& not_before,
                            const std::optional<base::Time>& not_after, base::Time now) {
  if (not_after && *not_after <= now) {
    return refuse(ProblemType::malformed, "notAfter is in the past");
  }
  if (not_before && not_after && *not_after <= *not_before) {
    return refuse(ProblemType::malformed, "notAfter is not after notBefore");
  }
  return {};
}

}  // namespace core::acme
