#pragma once

#include <string>
#include <vector>

#include "app/settings.h"

namespace app {

// Under which names and ports clients reach the server.
struct Addresses {
  int https_port;
  int http_port;
  std::string https_base;          // "https://ca.example.com:8443"
  std::string http_base;           // goes into certificates
  std::vector<std::string> names;  // of the server's own certificate
};

// The public host is the setting, or the address that is listened on when it is a single one, or
// the host's own name when that resolves, or localhost. A port 0 becomes a free one.
Addresses choose_addresses(const Settings& settings);

}  // namespace app
