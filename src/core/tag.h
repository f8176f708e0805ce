#pragma once

#include <compare>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"

namespace core {

using TagId = base::Id<struct StoredTag>;

// A word that people give to certificates: "web", "team: payments". Always in lower case.
class Tag {
 public:
  static constexpr std::size_t max_length = 64;

  static std::expected<Tag, base::ParseError> parse(std::string_view text);
  std::string to_string() const { return text_; }

  auto operator<=>(const Tag&) const = default;

 private:
  explicit Tag(std::string text) : text_{std::move(text)} {}

  std::string text_;
};

static_assert(base::TextValue<Tag>);

inline constexpr std::size_t most_tags = 20;  // of one certificate

// Sorted, each once.
std::vector<Tag> in_order(std::vector<Tag> tags);

// Throws invalid_request, at `field`, when a certificate cannot have so many.
void check_number_of(const std::vector<Tag>& tags, const char* field);

std::string combined_text(const std::vector<Tag>& tags);  // "db, web"

struct TagChange {
  std::vector<Tag> added;
  std::vector<Tag> removed;

  bool is_empty() const { return added.empty() && removed.empty(); }
};
BOOST_DESCRIBE_STRUCT(TagChange, (), (added, removed))

// Both sorted.
TagChange change_between(const std::vector<Tag>& before, const std::vector<Tag>& after);

}  // namespace core
