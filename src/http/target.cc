#include "http/target.h"

#include <cstdint>

namespace http {
namespace {

constexpr std::size_t most_parameters = 200;

std::unexpected<base::ParseError> refuse(std::string_view reason) {
  return std::unexpected(base::ParseError{std::string{reason}});
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// RFC 3986, section 2.1. Takes "%41" off the front of `text`; nothing when it is not one.
std::optional<char> take_escape(std::string_view& text) {
  if (text.size() < 3 || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0) {
    return std::nullopt;
  }
  const char decoded = static_cast<char>(hex_digit(text[1]) * 16 + hex_digit(text[2]));
  text.remove_prefix(3);
  return decoded;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Neither an escape nor anything that is looked at more closely.
bool stands_for_itself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '/' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '=' || c == '_';
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    const auto segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") {
      return true;
    }
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
  }
  return false;
}

std::expected<void, base::ParseError> decode_path(std::string_view text, Target& target) {
  auto& path = target.path;
  bool ascii = true;
  bool dots = false;
  while (!text.empty()) {
    // Most characters stand for themselves and go over in one piece.
    const auto plain = std::ranges::find_if_not(text, stands_for_itself);
    path.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) {
      break;
    }
    char c = text.front();
    if (c == '%') {
      const auto decoded = take_escape(text);
      if (!decoded) {
        return refuse("the path has a percent sign that begins no escape");
      }
      c = *decoded;
      if (c == '/' && target.first_encoded_slash == std::string::npos) {
        target.first_encoded_slash = path.size();
      }
    } else {
      text.remove_prefix(1);
    }
    if (is_control(c) || c == '\\') {
      return refuse("the path has a control character or a backslash");
    }
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    dots = dots || c == '.';
    path += c;
  }
  if (!ascii && !json::is_storable(path)) {
    return refuse("the path is not UTF-8");
  }
  if (dots && has_dot_segment(path)) {
    return refuse("the path has a dot segment");
  }
  return {};
}

// The form of HTML: "+" is a blank.
std::expected<std::string, base::ParseError> decode_parameter(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    char c = text.front();
    if (c == '%') {
      const auto decoded = take_escape(text);
      if (!decoded) {
        return refuse("the query has a percent sign that begins no escape");
      }
      c = *decoded;
    } else {
      c = c == '+' ? ' ' : c;
      text.remove_prefix(1);
    }
    out += c;
  }
  if (!json::is_storable(out)) {
    return refuse("the query is not plain UTF-8");
  }
  return out;
}

std::expected<void, base::ParseError> decode_query(std::string_view text, Target& target) {
  std::size_t count = 0;
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) {
      continue;
    }
    if (++count > most_parameters) {
      return refuse("the query has too many parameters");
    }
    const auto equals = pair.find('=');
    auto name = decode_parameter(pair.substr(0, equals));
    auto value = decode_parameter(equals == std::string_view::npos ? std::string_view{}
                                                                   : pair.substr(equals + 1));
    if (!name || !value) {
      return std::unexpected(!name ? name.error() : value.error());
    }
    target.query[*std::move(name)].push_back(*std::move(value));
  }
  return {};
}

}  // namespace

std::expected<void, base::ParseError> parse_target(std::string_view text, Target& target) {
  target.path.clear();
  target.query.clear();
  target.host.clear();
  target.first_encoded_slash = std::string::npos;
  if (text == "*") {
    target.path = "*";
    return {};
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      const auto authority = text.substr(0, text.find_first_of("/?#"));
      if (authority.empty() || authority.find('@') != std::string_view::npos) {
        return refuse("the target has no host, or a user");
      }
      target.host = authority;
      text.remove_prefix(authority.size());
      break;
    }
  }
  if (!target.host.empty() && !text.starts_with('/')) {
    target.path = "/";
  } else if (!text.starts_with('/')) {
    return refuse("the target does not begin with a slash");
  }
  if (text.find('#') != std::string_view::npos) {
    return refuse("the target has a fragment");
  }
  const auto question = text.find('?');
  if (auto decoded = decode_path(text.substr(0, question), target); !decoded) {
    const auto is_plain = [](char c) { return c > 0x20 && c < 0x7f; };
    target.path.erase(std::ranges::find_if_not(target.path, is_plain), target.path.end());
    return decoded;
  }
  return question == std::string_view::npos ? std::expected<void, base::ParseError>{}
                                            : decode_query(text.substr(question + 1), target);
}

}  // namespace http
