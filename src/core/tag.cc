#include "core/tag.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace core {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::expected<Tag, base::ParseError> Tag::parse(std::string_view text) {
  static constexpr std::string_view inside = " -_.:/@";
  auto word = base::lower(text);
  const auto fits = [](char c) { return is_letter_or_digit(c) || inside.contains(c); };
  if (word.empty() || word.size() > max_length) {
    return std::unexpected(base::ParseError{"a tag has 1 to 64 characters"});
  }
  if (!std::ranges::all_of(word, fits)) {
    return std::unexpected(base::ParseError{
        "a tag has letters (a to z), digits, and inside it spaces and - _ . : / @"});
  }
  if (!is_letter_or_digit(word.front()) || !is_letter_or_digit(word.back())) {
    return std::unexpected(base::ParseError{"a tag begins and ends with a letter or a digit"});
  }
  return Tag{std::move(word)};
}

std::vector<Tag> in_order(std::vector<Tag> tags) {
  std::ranges::sort(tags);
  const auto repeated = std::ranges::unique(tags);
  tags.erase(repeated.begin(), repeated.end());
  return tags;
}

void check_number_of(const std::vector<Tag>& tags, const char* field) {
  if (tags.size() > most_tags) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{field, "a certificate has at most 20 tags"}}};
  }
}

std::string combined_text(const std::vector<Tag>& tags) {
  std::string text;
  for (const auto& tag : tags) {
    text += (text.empty() ? "" : ", ") + tag.to_string();
  }
  return text;
}

TagChange change_between(const std::vector<Tag>& before, const std::vector<Tag>& after) {
  TagChange change;
  std::ranges::set_difference(after, before, std::back_inserter(change.added));
  std::ranges::set_difference(before, after, std::back_inserter(change.removed));
  return change;
}

}  // namespace core
