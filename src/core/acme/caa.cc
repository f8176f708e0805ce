#include "core/acme/caa.h"

#include <algorithm>
#include <cctype>
#include <map>

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

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
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

bool is_tag(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-';
  });
}

// issue-value = *WSP [issuer-domain-name *WSP] [";" *WSP [parameters *WSP]]  (RFC 8659,
// section 4.2)
struct IssueValue {
  std::string issuer;  // empty: nobody
  std::map<std::string, std::string> parameters;
};

// Nothing when the value is malformed, which means that nobody may issue.
std::optional<IssueValue> read_issue_value(std::string_view text) {
  const auto parts = split(text, ';');
  IssueValue value{.issuer = lower(parts.front()), .parameters = {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].empty() && i + 1 == parts.size()) {
      break;
    }
    const auto equals = parts[i].find('=');
    const auto tag = trim(parts[i].substr(0, equals));
    if (equals == std::string_view::npos || !is_tag(tag)) {
      return std::nullopt;
    }
    if (!value.parameters.emplace(lower(tag), trim(parts[i].substr(equals + 1))).second) {
      return std::nullopt;  // RFC 8657 wants both parameters at most once
    }
  }
  return value;
}

bool allows(const CaaRecord& record, const CaaQuestion& question) {
  const auto value = read_issue_value(record.value);
  if (!value || value->issuer.empty() ||
      std::ranges::find(question.issuer_names, value->issuer) == question.issuer_names.end()) {
    return false;
  }
  if (const auto uri = value->parameters.find("accounturi");
      uri != value->parameters.end() && uri->second != question.account_url) {
    return false;
  }
  if (const auto methods = value->parameters.find("validationmethods");
      methods != value->parameters.end()) {
    const auto allowed = split(methods->second, ',');
    return std::ranges::find(allowed, question.challenge_type) != allowed.end();
  }
  return true;
}

}  // namespace

std::vector<std::string> caa_tree(std::string_view dns_name) {
  if (dns_name.starts_with("*.")) {
    dns_name.remove_prefix(2);
  }
  std::vector<std::string> names;
  while (!dns_name.empty()) {
    names.emplace_back(dns_name);
    const auto dot = dns_name.find('.');
    dns_name = dot == std::string_view::npos ? std::string_view{} : dns_name.substr(dot + 1);
  }
  return names;
}

std::optional<std::string> caa_obstacle(const std::vector<CaaRecord>& records,
                                        const CaaQuestion& question) {
  std::vector<const CaaRecord*> issue;
  std::vector<const CaaRecord*> issue_wild;
  for (const auto& record : records) {
    if (record.tag == "issue") {
      issue.push_back(&record);
    } else if (record.tag == "issuewild") {
      issue_wild.push_back(&record);
    } else if (record.critical && record.tag != "iodef") {
      // Section 4.1: what is critical and not understood forbids.
      return "the critical CAA property \"" + record.tag + "\" is not known to this CA";
    }
  }
  // Section 4.3: issuewild takes the place of issue for wildcards, and is ignored otherwise.
  const auto& relevant = question.wildcard && !issue_wild.empty() ? issue_wild : issue;
  if (relevant.empty() || std::ranges::any_of(relevant, [&](const auto* record) {
        return allows(*record, question);
      })) {
    return std::nullopt;
  }
  std::string values;
  for (const auto* record : relevant) {
    values += (values.empty() ? "" : ", ") + record->tag + " \"" + record->value + "\"";
  }
  return "CAA records do not name this CA: " + values;
}

}  // namespace core::acme
