#include "core/acme/identifier_rules.h"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>

#include "x509/general_name.h"

namespace core::acme {
namespace {

constexpr std::size_t longest_shown = 300;

// Foreign text in a message: short, and nothing but printable ASCII.
std::string quoted(std::string_view text) {
  constexpr std::size_t most = 100;
  std::string out = "\"";
  for (const char c : text.substr(0, most)) {
    out += c >= 0x20 && c < 0x7f && c != '"' ? c : '?';
  }
  return out + (text.size() > most ? "...\"" : "\"");
}

bool is_public_suffix(const std::string& name) {
  // Without the "*" rule: a top-level domain that the list does not have is somebody's own network.
  return psl_is_public_suffix2(psl_builtin(), name.c_str(), PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) !=
         0;
}

// Each label that claims to be an A-label must be one that IDNA 2008 makes (RFC 5891): what only
// looks like one could be shown as another name than it is.
bool has_good_a_labels(const std::string& name) {
  if (name.find("xn--") == std::string::npos) {
    return true;
  }
  char* unicode = nullptr;
  if (idn2_to_unicode_8z8z(name.c_str(), &unicode, 0) != IDN2_OK) {
    return false;
  }
  char* ascii = nullptr;
  const int result = idn2_to_ascii_8z(unicode, &ascii, IDN2_NONTRANSITIONAL);
  const bool same = result == IDN2_OK && name == ascii;
  idn2_free(unicode);
  idn2_free(ascii);
  return same;
}

Result<Identifier> read_dns(std::string_view value, const IdentifierRules& rules) {
  auto name = x509::normalize_dns_name(value, true);
  if (!name) {
    return refuse(ProblemType::malformed, quoted(value) + ": " + name.error().reason);
  }
  Identifier identifier{.type = IdentifierType::dns, .value = *std::move(name)};
  if (auto obstacle = dns_name_obstacle(identifier.base_name(), rules)) {
    return refuse(ProblemType::rejectedIdentifier, identifier.value + ": " + *obstacle);
  }
  return identifier;
}

Result<Identifier> read_ip(std::string_view value) {
  const auto octets = x509::ip_from_text(value);
  if (!octets) {
    return refuse(ProblemType::malformed, quoted(value) + ": " + octets.error().reason);
  }
  return Identifier{.type = IdentifierType::ip, .value = x509::ip_to_text(*octets)};
}

}  // namespace

std::optional<std::string> dns_name_obstacle(std::string_view name, const IdentifierRules& rules) {
  if (name.find('.') == std::string_view::npos) {
    return "a name of a single label is not issued for";
  }
  const std::string text{name};
  if (!has_good_a_labels(text)) {
    return "a label that starts with xn-- is not what IDNA 2008 makes";
  }
  if (is_public_suffix(text) &&
      std::ranges::find(rules.allowed_suffixes, text) == rules.allowed_suffixes.end()) {
    return "it is a public suffix, below which others register their own names";
  }
  return std::nullopt;
}

Result<Identifier> read_identifier(const RequestedIdentifier& requested,
                                   const IdentifierRules& rules) {
  if (requested.type == "dns") {
    return read_dns(requested.value, rules);
  }
  if (requested.type == "ip") {
    return read_ip(requested.value);
  }
  return refuse(ProblemType::unsupportedIdentifier,
                "the identifier type " + quoted(requested.type) + " is not supported");
}

Result<std::vector<Identifier>> read_identifiers(const std::vector<RequestedIdentifier>& requested,
                                                 const IdentifierRules& rules) {
  if (requested.empty()) {
    return refuse(ProblemType::malformed, "the order names no identifiers");
  }
  if (requested.size() > most_identifiers) {
    return refuse(ProblemType::malformed,
                  "an order has " + std::to_string(most_identifiers) + " identifiers at most");
  }
  std::vector<Identifier> identifiers;
  std::vector<Subproblem> refused;
  for (const auto& one : requested) {
    auto identifier = read_identifier(one, rules);
    if (!identifier) {
      auto& problem = identifier.error();
      refused.push_back({problem.type, std::move(problem.detail)});
      if (one.type.size() + one.value.size() <= longest_shown) {
        refused.back().identifier = one;
      }
    } else if (std::ranges::find(identifiers, *identifier) == identifiers.end()) {
      identifiers.push_back(*std::move(identifier));
    }
  }
  if (!refused.empty()) {
    return std::unexpected(combine(std::move(refused)));
  }
  return identifiers;
}

}  // namespace core::acme
