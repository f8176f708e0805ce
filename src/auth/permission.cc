#include "auth/permission.h"

#include <algorithm>
#include <array>

namespace auth {
namespace {

constexpr std::array<std::string_view, 4> roles{"admin", "operator", "auditor", "viewer"};
constexpr std::array<std::string_view, 4> categories{"read", "write", "delete", "admin"};
constexpr std::array<std::string_view, 20> resources{"certificates", "user_certificates",
                                                     "private_keys", "cas",
                                                     "csrs",         "templates",
                                                     "truststore",   "crl",
                                                     "acme",         "scep",
                                                     "est",          "hsm",
                                                     "policies",     "approvals",
                                                     "audit",        "settings",
                                                     "users",        "groups",
                                                     "system",       "sso"};

std::vector<std::string> grants(std::string_view category,
                                std::initializer_list<std::string_view> names) {
  std::vector<std::string> list;
  for (const auto name : names) {
    list.push_back(std::string{category} + ":" + std::string{name});
  }
  return list;
}

void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

// True when what `wide` grants contains what `narrow` grants.
bool covers(std::string_view wide, std::string_view narrow) {
  return wide == "*" || wide == narrow ||
         (wide.ends_with(":*") && narrow.starts_with(wide.substr(0, wide.size() - 1)));
}

}  // namespace

bool Rights::include(std::string_view permission) const {
  return std::ranges::any_of(names_, [&](const auto& name) { return covers(name, permission); });
}

bool Rights::cover(const Rights& other) const {
  return std::ranges::all_of(other.names_, [&](const auto& name) { return include(name); });
}

Rights Rights::joined_with(const Rights& other) const {
  auto all = names_;
  std::ranges::copy_if(other.names_, std::back_inserter(all),
                       [&](const auto& name) { return !include(name); });
  return Rights{std::move(all)};
}

Rights Rights::intersected_with(const Rights& other) const {
  std::vector<std::string> both;
  for (const auto& mine : names_) {
    for (const auto& theirs : other.names_) {
      if (covers(theirs, mine)) {
        both.push_back(mine);
      } else if (covers(mine, theirs)) {
        both.push_back(theirs);
      }
    }
  }
  std::ranges::sort(both);
  const auto repeated = std::ranges::unique(both);
  both.erase(repeated.begin(), repeated.end());
  return Rights{std::move(both)};
}

std::span<const std::string_view> role_names() {
  return roles;
}

Rights rights_of_role(std::string_view role) {
  if (role == "admin") {
    return Rights{{"*"}};
  }
  std::vector<std::string> names;
  if (role == "operator") {
    append(names, grants("read", {"certificates", "user_certificates", "cas", "csrs", "templates",
                                  "truststore", "crl", "acme", "scep", "est", "hsm", "policies",
                                  "approvals", "audit", "settings", "groups"}));
    append(names, grants("write", {"certificates", "user_certificates", "cas", "csrs", "truststore",
                                   "crl", "acme", "approvals", "settings", "groups"}));
    append(names, grants("delete", {"user_certificates", "csrs", "acme"}));
  } else if (role == "auditor") {
    append(names, grants("read", {"certificates", "user_certificates", "cas", "csrs", "templates",
                                  "truststore", "crl", "acme", "scep", "est", "hsm", "policies",
                                  "approvals", "audit", "groups"}));
  } else if (role == "viewer") {
    append(names, grants("read", {"certificates", "user_certificates", "cas", "csrs", "templates",
                                  "truststore"}));
  }
  return Rights{std::move(names)};
}

std::vector<std::string> all_permissions() {
  std::vector<std::string> names;
  for (const auto category : categories) {
    for (const auto resource : resources) {
      names.push_back(std::string{category} + ":" + std::string{resource});
    }
  }
  return names;
}

bool is_grantable(std::string_view name) {
  return name != "*" && !name.starts_with("admin:") && is_permission_name(name);
}

Rights rights_from_text(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) {
      names.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Rights{std::move(names)};
}

std::string to_text(const Rights& rights) {
  std::string text;
  for (const auto& name : rights.names()) {
    text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

bool is_permission_name(std::string_view name) {
  if (name == "*") {
    return true;
  }
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  const auto resource = name.substr(colon + 1);
  return std::ranges::find(categories, name.substr(0, colon)) != categories.end() &&
         (resource == "*" || std::ranges::find(resources, resource) != resources.end());
}

}  // namespace auth
