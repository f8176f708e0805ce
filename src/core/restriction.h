#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/ids.h"
#include "core/tag.h"
#include "core/template_id.h"

namespace core {

// Certificates of these authorities that were made by these templates and have one of these tags.
// An empty list stands for all of its kind.
struct Restriction {
  std::vector<AuthorityId> authorities = {};
  std::vector<TemplateId> templates = {};
  std::vector<Tag> tags = {};

  bool is_empty() const { return authorities.empty() && templates.empty() && tags.empty(); }
  bool admits(const AuthorityId& id) const {
    return authorities.empty() || std::ranges::find(authorities, id) != authorities.end();
  }
  bool admits(const TemplateId& id) const {
    return templates.empty() || std::ranges::find(templates, id) != templates.end();
  }
  bool admits(const std::vector<Tag>& of_certificate) const {
    return tags.empty() || std::ranges::find_first_of(tags, of_certificate) != tags.end();
  }
  // Whatever tags it has.
  bool admits(const AuthorityId& authority, const std::optional<TemplateId>& made_by) const {
    return admits(authority) && (templates.empty() || (made_by && admits(*made_by)));
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
  // A certificate with these tags.
  bool includes(const AuthorityId& authority, const std::optional<TemplateId>& made_by,
                const std::vector<Tag>& tags) const {
    return any.empty() || std::ranges::any_of(any, [&](const auto& each) {
             return each.admits(authority, made_by) && each.admits(tags);
           });
  }
  // A certificate that is to be made, if it gets the right tag.
  bool may_include(const AuthorityId& authority, const std::optional<TemplateId>& made_by) const {
    return any.empty() || std::ranges::any_of(any, [&](const auto& each) {
             return each.admits(authority, made_by);
           });
  }
  bool names_tags() const {
    return std::ranges::any_of(any, [](const auto& each) { return !each.tags.empty(); });
  }
  // The tags that they may give to such a certificate and take from it; nothing when they may any.
  std::optional<std::vector<Tag>> tags_for(const AuthorityId& authority,
                                           const std::optional<TemplateId>& made_by) const;
};

// What a new certificate is tagged with: what was asked for, or the only tag that there may be.
// Throws invalid_request when they have to choose, or chose what is not theirs.
std::vector<Tag> tags_of_new(const Reach& reach, const AuthorityId& authority,
                             const std::optional<TemplateId>& made_by,
                             const std::vector<Tag>& wanted);

// Why somebody may not change the tags of a certificate so; nothing when they may.
std::optional<std::string> tag_obstacle(const Reach& reach, const AuthorityId& authority,
                                        const std::optional<TemplateId>& made_by,
                                        const TagChange& change, const std::vector<Tag>& after);

}  // namespace core
