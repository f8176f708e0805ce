#include "api/acme_admin/paging.h"

#include <algorithm>

#include "base/bytes.h"

namespace api::acme_admin {
namespace {

constexpr std::int64_t deepest = 100'000;  // skipping entries costs as much as reading them

[[noreturn]] void refuse(const char* field, const char* reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{field, reason}}};
}

// RFC 3986, section 2.3.
std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      out += static_cast<char>(c);
    } else {
      out.append({'%', digits[c >> 4], digits[c & 0xf]});
    }
  }
  return out;
}

}  // namespace

std::string cursor_of(std::int64_t id) {
  return base::to_base64url(base::as_bytes(std::to_string(id)));
}

std::int64_t id_of_cursor(std::string_view cursor) {
  const auto octets = base::from_base64url(cursor);
  const auto id = octets ? base::from_text<std::int64_t>(base::as_text(*octets))
                         : std::unexpected(base::ParseError{});
  if (!id || *id < 1) {
    refuse("cursor", "not one that this server gave");
  }
  return *id;
}

int checked_limit(const std::optional<std::int64_t>& limit, int otherwise) {
  const auto chosen = limit.value_or(otherwise);
  if (chosen < 1 || chosen > most_on_a_page) {
    refuse("limit", "not between 1 and 1000");
  }
  return static_cast<int>(chosen);
}

storage::AcmePage page_of(const PageQuery& query, int limit) {
  storage::AcmePage page{.limit = checked_limit(query.limit, limit) + 1};
  if (query.offset && (*query.offset < 0 || *query.offset > deepest)) {
    refuse("offset", "not between 0 and 100000: follow the Link, or narrow the filter");
  }
  if (query.cursor) {
    page.before_id = id_of_cursor(*query.cursor);
  } else {
    page.offset = query.offset.value_or(0);
  }
  return page;
}

http::Header next_link(const BaseUrl& base, const http::Request& request,
                       const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string url = base(request) + request.path;
  char before = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    url += before;
    url += encoded(name) + "=" + encoded(value);
    before = '&';
  };
  for (const auto& [name, values] : request.query) {
    const bool is_of_paging = name == "limit" || name == "offset" || name == "cursor";
    for (const auto& value : values) {
      if (!is_of_paging) {
        add(name, value);
      }
    }
  }
  for (const auto& [name, value] : parameters) {
    add(name, value);
  }
  return {"Link", "<" + url + ">; rel=\"next\""};
}

}  // namespace api::acme_admin
