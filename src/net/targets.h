#pragma once

#include <optional>
#include <span>
#include <string>

#include "net/ip_address.h"

namespace net {

// Why the server does not connect to this address on a stranger's behalf; nothing when it does.
//
// Whoever may order a certificate for a name decides, by DNS and by redirects, where the server's
// validation requests go. So they reach neither the server's own host and link, nor the metadata
// services of clouds, in whatever notation the address comes. Private ranges (RFC 1918, ULA) are
// where a private CA's clients live, and are allowed. `allowed` opens what is refused otherwise.
std::optional<std::string> target_obstacle(const IpAddress& address,
                                           std::span<const Network> allowed);

}  // namespace net
