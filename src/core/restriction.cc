#include "core/restriction.h"

namespace core {
namespace {

std::optional<Tag> first_outside(const std::vector<Tag>& tags, const std::vector<Tag>& allowed) {
  const auto found = std::ranges::find_if(
      tags, [&](const auto& tag) { return !std::ranges::binary_search(allowed, tag); });
  return found == tags.end() ? std::nullopt : std::optional{*found};
}

std::string not_yours(const Tag& tag, const std::vector<Tag>& allowed) {
  return "'" + tag.to_string() + "' is not one of your tags: " + combined_text(allowed);
}

}  // namespace

std::optional<std::vector<Tag>> Reach::tags_for(const AuthorityId& authority,
                                                const std::optional<TemplateId>& made_by) const {
  if (any.empty()) {
    return std::nullopt;
  }
  std::vector<Tag> allowed;
  for (const auto& each : any) {
    if (!each.admits(authority, made_by)) {
      continue;
    }
    if (each.tags.empty()) {
      return std::nullopt;
    }
    allowed.insert(allowed.end(), each.tags.begin(), each.tags.end());
  }
  return in_order(std::move(allowed));
}

std::vector<Tag> tags_of_new(const Reach& reach, const AuthorityId& authority,
                             const std::optional<TemplateId>& made_by,
                             const std::vector<Tag>& wanted) {
  auto tags = in_order(wanted);
  check_number_of(tags, "tags");
  const auto allowed = reach.tags_for(authority, made_by);
  if (!allowed) {
    return tags;
  }
  const auto refuse = [](std::string reason) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"tags", std::move(reason)}}};
  };
  if (const auto outside = first_outside(tags, *allowed)) {
    refuse(not_yours(*outside, *allowed));
  }
  if (tags.empty() && allowed->size() != 1) {
    refuse("your account is restricted to tags: name one of " + combined_text(*allowed));
  }
  return tags.empty() ? *allowed : tags;
}

std::optional<std::string> tag_obstacle(const Reach& reach, const AuthorityId& authority,
                                        const std::optional<TemplateId>& made_by,
                                        const TagChange& change, const std::vector<Tag>& after) {
  if (const auto allowed = reach.tags_for(authority, made_by)) {
    for (const auto& tags : {change.added, change.removed}) {
      if (const auto outside = first_outside(tags, *allowed)) {
        return not_yours(*outside, *allowed);
      }
    }
  }
  if (!reach.includes(authority, made_by, after)) {
    return "the certificate would not be yours any more: leave it one of your tags";
  }
  return std::nullopt;
}

}  // namespace core
