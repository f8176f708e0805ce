#pragma once

#include <algorithm>
#include <cstdint>

#include "base/error.h"

namespace api::v2 {

// Where a page of a list lies: values beyond the bounds become the nearest bound.
struct Paging {
  static constexpr int most_per_page = 100;
  static constexpr std::int64_t deepest = 100'000;

  Paging(int wanted_page, int wanted_per_page)
      : page{std::max(wanted_page, 1)},
        per_page{wanted_per_page < 1 ? 20 : std::min(wanted_per_page, most_per_page)},
        offset{(std::int64_t{page} - 1) * per_page} {
    if (offset > deepest) {
      // Skipping rows costs as much as reading them.
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"page",
                                          "lies beyond the first 100000 entries: narrow "
                                          "the filter instead"}}};
    }
  }

  int page;
  int per_page;
  std::int64_t offset;
};

}  // namespace api::v2
