#pragma once

#include <expected>
#include <memory>
#include <string_view>

#include "base/value.h"

namespace core {

// A regular expression that an administrator wrote, in Perl's syntax. Matching gives up on what
// would take for ever, so that neither a careless pattern nor a hostile text stops a thread.
class RegularExpression {
 public:
  static constexpr std::size_t longest = 1000;

  static std::expected<RegularExpression, base::ParseError> parse(std::string_view pattern);

  // The whole text matches. A text that takes too many steps does not.
  bool matches(std::string_view text) const;

 private:
  struct State;
  explicit RegularExpression(std::shared_ptr<const State> state) : state_{std::move(state)} {}
  std::shared_ptr<const State> state_;
};

}  // namespace core
