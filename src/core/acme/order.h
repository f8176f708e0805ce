#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/acme/authorization.h"
#include "core/acme/service.h"
#include "core/ids.h"

namespace core::acme {

using OrderReference = Reference<OrderId>;

// RFC 8555, section 7.1.6.
BOOST_DEFINE_ENUM_CLASS(OrderStatus, pending, ready, processing, valid, invalid)

struct Order {
  OrderId id;
  std::string secret;
  AccountId account_id;
  OrderStatus status;
  std::string identifiers;     // JSON, as the client sees them
  std::string authorizations;  // their references, separated by blanks
  std::optional<base::Time> not_before;
  std::optional<base::Time> not_after;
  std::optional<std::string> error;  // a problem document
  std::optional<CertificateId> certificate_id;
  base::Time expires_at;
  base::Time created_at;
  std::optional<ServiceId> service_id = std::nullopt;    // nothing: the default service
  std::optional<std::string> profile = std::nullopt;     // that the client chose
  std::optional<CertificateId> replaces = std::nullopt;  // RFC 9773, section 5

  OrderReference reference() const { return {id, secret}; }
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, secret, account_id, status, identifiers, authorizations, not_before,
                       not_after, error, certificate_id, expires_at, created_at, service_id,
                       profile, replaces))

std::vector<Identifier> identifiers_of(const Order& order);
std::vector<AuthorizationReference> authorizations_of(const Order& order);

// What its authorizations make of an order that is pending or ready: ready when all are valid,
// invalid as soon as one can no longer become so.
OrderStatus status_by(std::span<const Authorization> authorizations, base::Time now);

// The status at that time: an open order past its time is invalid.
OrderStatus status_at(const Order& order, base::Time now);

// Why the order cannot be finalized; nothing when it can.
std::optional<Problem> finalize_obstacle(OrderStatus status);

// The validity that a client may ask for: notAfter after notBefore and in the future.
Result<void> check_validity(const std::optional<base::Time>& not_before,
                            const std::optional<base::Time>& not_after, base::Time now);

}  // namespace core::acme
