#include "core/regular_expression.h"

#include <boost/regex.hpp>

namespace core {

struct RegularExpression::State {
  boost::regex expression;
};

std::expected<RegularExpression, base::ParseError> RegularExpression::parse(
    std::string_view pattern) {
  if (pattern.size() > longest) {
    return std::unexpected(base::ParseError{"has more than 1000 characters"});
  }
  try {
    return RegularExpression{std::make_shared<const State>(
        boost::regex{pattern.begin(), pattern.end(), boost::regex::perl})};
  } catch (const std::exception&) {
    // What the library says names its own positions, with a picture of the pattern.
    return std::unexpected(base::ParseError{"not a regular expression"});
  }
}

bool RegularExpression::matches(std::string_view text) const {
  try {
    return boost::regex_match(text.begin(), text.end(), state_->expression);
  } catch (const std::exception&) {
    return false;  // the number of steps is bounded by the lengths of both
  }
}

}  // namespace core
