#include "net/url.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.h"

namespace net {
namespace {

constexpr std::size_t longest = 2000;

std::unexpected<base::ParseError> refuse(std::string reason) {
  return std::unexpected(base::ParseError{std::move(reason)});
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

bool is_host_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_';
}

// RFC 3986, section 5.2.4, on the path part alone.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_with_slash = false;
  for (std::size_t at = 1; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    const auto segment = path.substr(at, end - at);
    ends_with_slash = segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (!kept.empty()) {
        kept.pop_back();
      }
    } else if (segment != "." && !(segment.empty() && end == path.size())) {
      kept.push_back(segment);
    }
    at = end + 1;
  }
  std::string out;
  for (const auto segment : kept) {
    out.append("/").append(segment);
  }
  return ends_with_slash || out.empty() ? out + "/" : out;
}

std::string normal_target(std::string_view target) {
  const auto path_end = std::min(target.find('?'), target.size());
  return without_dot_segments(target.substr(0, path_end)) + std::string{target.substr(path_end)};
}

std::expected<void, base::ParseError> read_authority(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) {
    return refuse("the URL carries user information");
  }
  auto rest = authority;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) {
      return refuse("the host of the URL has no closing bracket");
    }
    url.host = base::lower(authority.substr(1, end - 1));
    rest = authority.substr(end + 1);
    if (url.host.find_first_not_of("0123456789abcdef:.") != std::string::npos ||
        !url.host_is_v6_literal()) {
      return refuse("the host of the URL is not an IPv6 address");
    }
  } else {
    const auto colon = std::min(authority.find(':'), authority.size());
    url.host = base::lower(authority.substr(0, colon));
    rest = authority.substr(colon);
    if (url.host.ends_with('.')) {
      url.host.pop_back();
    }
    if (url.host.empty() || !std::ranges::all_of(url.host, is_host_character)) {
      return refuse("the host of the URL is not a name");
    }
  }
  url.port = url.secure ? 443 : 80;
  if (rest.size() > 1) {
    const auto port = base::from_text<int>(rest.substr(1));
    if (rest.front() != ':' || !port || *port < 1 || *port > 65535) {
      return refuse("the port of the URL is not a port");
    }
    url.port = *port;
  } else if (!rest.empty() && rest != ":") {
    return refuse("the host of the URL is not a name");
  }
  return {};
}

}  // namespace

std::expected<Url, base::ParseError> Url::parse(std::string_view text) {
  if (text.size() > longest || !is_plain(text)) {
    return refuse("the URL is too long or has characters that do not belong into a URL");
  }
  text = text.substr(0, text.find('#'));
  Url url;
  const auto scheme = base::lower(text.substr(0, std::min(text.find("://"), text.size())));
  if (scheme != "http" && scheme != "https") {
    return refuse("the URL is neither http nor https");
  }
  url.secure = scheme == "https";
  text.remove_prefix(scheme.size() + 3);
  const auto end = std::min(text.find_first_of("/?"), text.size());
  if (const auto read = read_authority(text.substr(0, end), url); !read) {
    return std::unexpected(read.error());
  }
  const auto rest = text.substr(end);
  url.target = normal_target(rest.starts_with('/') ? std::string{rest} : "/" + std::string{rest});
  return url;
}

std::expected<Url, base::ParseError> Url::resolve(std::string_view reference) const {
  const auto scheme_end = reference.find(':');
  if (scheme_end != std::string_view::npos && scheme_end < reference.find_first_of("/?#")) {
    return parse(reference);
  }
  if (reference.starts_with("//")) {
    return parse((secure ? "https:" : "http:") + std::string{reference});
  }
  if (reference.size() > longest || !is_plain(reference) || reference.empty()) {
    return refuse("the redirect is not a URL");
  }
  reference = reference.substr(0, reference.find('#'));
  Url url = *this;
  const auto path = target.substr(0, target.find('?'));
  if (reference.empty()) {
    return url;
  }
  if (reference.starts_with('/')) {
    url.target = normal_target(reference);
  } else if (reference.starts_with('?')) {
    url.target = path + std::string{reference};
  } else {
    url.target = normal_target(path.substr(0, path.rfind('/') + 1) + std::string{reference});
  }
  return url;
}

std::string Url::authority() const {
  const auto name = host_is_v6_literal() ? "[" + host + "]" : host;
  return port == (secure ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

std::string Url::to_string() const {
  return (secure ? "https://" : "http://") + authority() + target;
}

}  // namespace net
