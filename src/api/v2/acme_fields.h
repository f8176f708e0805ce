#pragma once

#include <optional>

#include "base/error.h"
#include "core/ids.h"

namespace api::v2 {

// An authority in a body, where 0 takes back what was chosen before.
inline std::optional<core::AuthorityId> authority_in(const char* field, std::int64_t number) {
  if (number == 0) {
    return std::nullopt;
  }
  const auto id = core::AuthorityId::from_number(number);
  if (!id) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{field, id.error().reason}}};
  }
  return *id;
}

}  // namespace api::v2
