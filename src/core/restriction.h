#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/ids.h"
#include "core/template_id.h"

namespace core {

// Certificates of these authorities that were made by these templates. An empty list stands for all
// of its kind.
struct Restriction {
  std::vector<AuthorityId> authorities = {};
  std::vector<TemplateId> templates = {};

  bool is_empty() const { return authorities.empty() && templates.empty(); }
  bool admits(const AuthorityId& id) const {
    return authorities.empty() || std::ranges::find(authorities, id) != authorities.end();
  }
  bool admits(const TemplateId& id) const {
    return templates.empty() || std::ranges::find(templates, id) != templates.end();
  }
};

// What somebody may see and use: whatever one of the restrictions admits, their own or one of a
// group of theirs. Without any it is everything.
struct Reach {
  std::vector<Restriction> any = {};

  bool is_everything() const { return any.empty(); }
  bool includes(const AuthorityId& id) const {
    return any.empty() ||
           std::ranges::any_of(any, [&](const auto& each) { return each.admits(id); });
  }
  bool includes(const TemplateId& id) const {
    return any.empty() ||
           std::ranges::any_of(any, [&](const auto& each) { return each.admits(id); });
  }
  // A certificate, or one that is to be made.
  bool includes(const AuthorityId& authority, const std::optional<TemplateId>& made_by) const {
    return any.empty() || std::ranges::any_of(any, [&](const auto& each) {
             return each.admits(authority) &&
                    (each.templates.empty() || (made_by && each.admits(*made_by)));
           });
  }
};

}  // namespace core
