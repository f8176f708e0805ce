#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/value.h"

namespace net {

// An http or https URL, as far as a redirect needs it (RFC 3986): no user information, no fragment.
struct Url {
  bool secure = false;
  std::string host;  // lower case; an IPv6 literal without its brackets
  int port = 80;
  std::string target;  // path and query, "/" at least

  // Refuses other schemes, user information, blanks, control characters and bytes beyond ASCII.
  static std::expected<Url, base::ParseError> parse(std::string_view text);

  // What a Location header means, seen from this URL (RFC 3986, section 5).
  std::expected<Url, base::ParseError> resolve(std::string_view reference) const;

  bool host_is_v6_literal() const { return host.find(':') != std::string::npos; }
  std::string authority() const;  // as the Host header has it: the scheme's own port is left out
  std::string to_string() const;
};

}  // namespace net
