#include "core/acme/issue_value.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace core::acme {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool is_tag(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-';
  });
}

}  // namespace

std::vector<std::string_view> split_trimmed(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    const auto end = text.find(separator, at);
    parts.push_back(trim(text.substr(at, end == std::string_view::npos ? end : end - at)));
    if (end == std::string_view::npos) {
      return parts;
    }
    at = end + 1;
  }
}

std::optional<IssueValue> read_issue_value(std::string_view text) {
  const auto parts = split_trimmed(text, ';');
  IssueValue value{.issuer = base::lower(parts.front()), .parameters = {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].empty() && i + 1 == parts.size()) {
      break;
    }
    const auto equals = parts[i].find('=');
    const auto tag = trim(parts[i].substr(0, equals));
    if (equals == std::string_view::npos || !is_tag(tag)) {
      return std::nullopt;
    }
    if (!value.parameters.emplace(base::lower(tag), trim(parts[i].substr(equals + 1))).second) {
      return std::nullopt;  // RFC 8657 wants both its parameters at most once
    }
  }
  return value;
}

}  // namespace core::acme
