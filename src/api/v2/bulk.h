#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/endpoint.h"

namespace api::v2 {

inline constexpr std::size_t most_in_bulk = 100;

struct BulkFailure {
  std::int64_t id;
  std::string error;
};
BOOST_DESCRIBE_STRUCT(BulkFailure, (), (id, error))

struct BulkResult {
  std::vector<std::int64_t> success;
  std::vector<BulkFailure> failed;
};
BOOST_DESCRIBE_STRUCT(BulkResult, (), (success, failed))

// Ids that a request names.
inline void check_bulk(std::size_t ids) {
  if (ids == 0 || ids > most_in_bulk) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"ids", "takes 1 to 100 ids"}}};
  }
}

// Does the same to each; what fails says why, and the others go on.
template <class Id, class Work>
http::Done<BulkResult> each_of(const std::vector<Id>& ids, std::string_view done, Work work) {
  BulkResult result{};
  for (const auto& id : ids) {
    try {
      work(id);
      result.success.push_back(id.to_number());
    } catch (const base::Error& error) {
      if (error.code() == base::ErrorCode::internal) {
        throw;
      }
      result.failed.push_back({id.to_number(), error.what()});
    }
  }
  auto message = std::to_string(result.success.size()) + " " + std::string{done};
  if (!result.failed.empty()) {
    message += ", " + std::to_string(result.failed.size()) + " failed";
  }
  return {.data = std::move(result), .message = std::move(message)};
}

// The same for ids that a request names.
template <class Id, class Work>
http::Done<BulkResult> each(const std::vector<Id>& ids, std::string_view done, Work work) {
  check_bulk(ids.size());
  return each_of(ids, done, work);
}

}  // namespace api::v2
