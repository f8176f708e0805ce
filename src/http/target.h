#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/value.h"
#include "http/message.h"

namespace http {

// A request target, taken apart (RFC 9112, section 3.2: origin-form, absolute-form and "*").
struct Target {
  std::string path;
  json::Parameters query;
  std::string host = {};  // of the absolute form

  // Where the first "%2F" stands in `path`, or npos. The router's "{rest...}" may hold one, since
  // OCSP's GET encodes base64 that way (RFC 6960, appendix A.1); other places may not.
  std::size_t first_encoded_slash = std::string::npos;
};

// Decodes once. Refuses malformed escapes, NUL and other control characters, backslashes, "." and
// ".." segments, text that is not UTF-8, and more than 200 parameters. The path is there
// as far as it was decoded: it says whose refusal it is.
std::expected<void, base::ParseError> parse_target(std::string_view text, Target& target);

}  // namespace http
