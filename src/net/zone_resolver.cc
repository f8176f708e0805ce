#include "net/zone_resolver.h"

#include <cctype>

#include "base/text.h"

namespace net {
namespace {

// Names of zones may have an underscore; nothing that means something to libunbound's own reader.
bool is_zone(std::string_view zone) {
  constexpr std::size_t longest = 253;
  constexpr std::size_t longest_label = 63;
  if (zone.empty() || zone.size() > longest) {
    return false;
  }
  std::size_t label = 0;
  for (const unsigned char c : zone) {
    label = c == '.' ? 0 : label + 1;
    if (label > longest_label || (c != '.' && c != '-' && c != '_' && std::isalnum(c) == 0)) {
      return false;
    }
  }
  return zone.front() != '.' && zone.back() != '.' && zone.find("..") == std::string_view::npos;
}

}  // namespace

std::expected<ZoneResolver, base::ParseError> ZoneResolver::parse(std::string_view text,
                                                                  int default_port) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    return std::unexpected(base::ParseError{"not zone=address:port"});
  }
  auto zone = base::lower(text.substr(0, equals));
  if (zone.ends_with('.')) {
    zone.pop_back();
  }
  if (!is_zone(zone)) {
    return std::unexpected(base::ParseError{"the zone is not a domain name"});
  }
  auto server = Endpoint::parse(text.substr(equals + 1), default_port);
  if (!server) {
    return std::unexpected(server.error());
  }
  return ZoneResolver{.zone = std::move(zone), .server = *std::move(server)};
}

}  // namespace net
