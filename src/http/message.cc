#include "http/message.h"

namespace http {

std::optional<std::string> Request::cookie(std::string_view name) const {
  // RFC 6265, section 4.2.1: pairs separated by "; ". HTTP/2 gateways may send several fields.
  for (const auto& [key, value] : headers) {
    if (key != "cookie") {
      continue;
    }
    std::string_view rest = value;
    while (!rest.empty()) {
      auto pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      pair.remove_prefix(std::min(pair.size(), pair.find_first_not_of(" \t")));
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
        pair.remove_prefix(name.size() + 1);
        pair = pair.substr(0, pair.find_last_not_of(" \t") + 1);
        if (pair.size() >= 2 && pair.front() == '"' && pair.back() == '"') {
          pair = pair.substr(1, pair.size() - 2);
        }
        return std::string{pair};
      }
    }
  }
  return std::nullopt;
}

}  // namespace http
