#pragma once

#include <optional>
#include <string>
#include <vector>

#include "x509/extensions.h"

// The extensions that only authorities have, beside those of extensions.h.
namespace x509 {

// How many certificates may follow before policies are required, or mappings forbidden (RFC 5280,
// section 4.2.1.11).
struct PolicyConstraints {
  std::optional<int> require_explicit;
  std::optional<int> inhibit_mapping;
  bool operator==(const PolicyConstraints&) const = default;
};

Extension policy_constraints(const PolicyConstraints& constraints);
Extension inhibit_any_policy(int skip_certificates);  // RFC 5280, section 4.2.1.14
// Where an authority publishes what it issued (RFC 5280, section 4.2.2.2). A URL that cannot be
// encoded throws invalid_request.
Extension subject_information_access(const std::vector<std::string>& repositories);

std::expected<PolicyConstraints, base::ParseError> read_policy_constraints(base::ByteView value);
std::expected<std::vector<std::string>, base::ParseError> read_subject_information_access(
    base::ByteView value);

}  // namespace x509
