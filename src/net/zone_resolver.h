#pragma once

#include <string>
#include <string_view>

#include "net/ip_address.h"

namespace net {

// Who is asked about a zone and all below it: the inner view of a name that has two, or a zone that
// only inner servers know. DNSSEC is not validated there, since the public tree says otherwise.
struct ZoneResolver {
  std::string zone;  // "corp.example", lower case
  Endpoint server;

  // "corp.example=10.0.0.1:53".
  static std::expected<ZoneResolver, base::ParseError> parse(std::string_view text,
                                                             int default_port);
};

}  // namespace net
