#include "app/addresses.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace app {
namespace {

std::string host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') {
    return {};
  }
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(name, nullptr, &hints, &found) != 0) {
    return {};  // a name that does not resolve here will not resolve for clients
  }
  std::string canonical = found->ai_canonname != nullptr ? found->ai_canonname : name;
  freeaddrinfo(found);
  return canonical;
}

bool is_any(const std::string& address) {
  return address == "0.0.0.0" || address == "::";
}

std::string public_host(const Settings& settings) {
  if (!settings.public_host.empty()) {
    return settings.public_host;
  }
  if (!is_any(settings.listen)) {
    return settings.listen;
  }
  const auto name = host_name();
  return name.empty() ? "localhost" : name;
}

std::string in_url(const std::string& host) {
  return host.find(':') != std::string::npos ? "[" + host + "]" : host;
}

int port_or_free(int port) {
  if (port != 0) {
    return port;
  }
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  int chosen = 0;
  if (socket >= 0 && bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
      getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    chosen = ntohs(address.sin_port);
  }
  if (socket >= 0) {
    close(socket);
  }
  return chosen;
}

}  // namespace

Addresses choose_addresses(const Settings& settings) {
  const auto host = public_host(settings);
  Addresses addresses{.https_port = port_or_free(settings.https_port),
                      .http_port = port_or_free(settings.http_port),
                      .https_base = {},
                      .http_base = {},
                      .names = {host}};
  const auto with_port = [&](const char* scheme, int port, int usual) {
    return scheme + in_url(host) + (port == usual ? "" : ":" + std::to_string(port));
  };
  addresses.https_base = with_port("https://", addresses.https_port, 443);
  addresses.http_base = with_port("http://", addresses.http_port, 80);
  for (const auto& name :
       {host_name(), std::string{"localhost"}, std::string{"127.0.0.1"}, std::string{"::1"}}) {
    if (!name.empty() && std::ranges::find(addresses.names, name) == addresses.names.end()) {
      addresses.names.push_back(name);
    }
  }
  return addresses;
}

}  // namespace app
