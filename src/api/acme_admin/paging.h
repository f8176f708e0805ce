#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/endpoint.h"
#include "storage/acme_inventory_store.h"

namespace api::acme_admin {

// "https://ca.example.com:8443", as the client of a request knows us.
using BaseUrl = std::function<std::string(const http::Request&)>;

inline constexpr int usual_limit = 50;
inline constexpr int most_on_a_page = 1000;  // and what a list answers that is asked for no page

// A cursor goes on behind the last entry of a page, whatever was added meanwhile; an offset counts
// from the newest entry. With a cursor, the offset says nothing.
struct PageQuery {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> offset;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(PageQuery, (), (limit, offset, cursor))

// Throws invalid_request. The page has room for one entry more, by which the end is known.
storage::AcmePage page_of(const PageQuery& query, int limit);

std::string cursor_of(std::int64_t id);
std::int64_t id_of_cursor(std::string_view cursor);
int checked_limit(const std::optional<std::int64_t>& limit, int otherwise);

// The Link to the next page: the request's own address with these parameters in the place of its
// own, absolute.
http::Header next_link(const BaseUrl& base, const http::Request& request,
                       const std::vector<std::pair<std::string, std::string>>& parameters);

// Cuts the surplus entry off and says where the next page is. Entries are records with an id.
template <class Record>
std::vector<http::Header> cut(std::vector<Record>& records, const storage::AcmePage& page,
                              const BaseUrl& base, const http::Request& request) {
  const auto limit = static_cast<std::size_t>(page.limit - 1);
  if (records.size() <= limit) {
    return {};
  }
  records.erase(records.begin() + static_cast<std::ptrdiff_t>(limit), records.end());
  std::vector<std::pair<std::string, std::string>> parameters{{"limit", std::to_string(limit)}};
  if (!request.query.contains("cursor")) {
    // For those who count; whoever follows the link goes by the cursor.
    parameters.emplace_back("offset",
                            std::to_string(page.offset + static_cast<std::int64_t>(limit)));
  }
  parameters.emplace_back("cursor", cursor_of(records.back().id.to_number()));
  return {next_link(base, request, parameters)};
}

}  // namespace api::acme_admin
