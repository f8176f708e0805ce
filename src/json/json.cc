#include "json/json.h"

#include <charconv>
#include <cmath>

namespace json {
namespace {

constexpr std::size_t deepest = 32;

// How many single-letter changes turn one name into the other, up to what still looks like a slip.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t i = 0; i <= to.size(); ++i) {
    row[i] = i;
  }
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[to.size()];
}

}  // namespace

boost::json::value parse_value(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = deepest;
  boost::system::error_code error;
  auto value = boost::json::parse(text, error, {}, options);
  if (error) {
    throw base::Error{base::ErrorCode::invalid_request, "the body is not JSON: " + error.message()};
  }
  return value;
}

bool is_storable(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead == 0) {
      return false;
    }
    const std::size_t length = lead < 0x80       ? 1
                               : lead >> 5 == 6  ? 2
                               : lead >> 4 == 14 ? 3
                               : lead >> 3 == 30 ? 4
                                                 : 0;
    if (length == 0 || i + length > text.size()) {
      return false;
    }
    std::uint32_t point = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t j = 1; j < length; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      if (next >> 6 != 2) {
        return false;
      }
      point = point << 6 | (next & 0x3fU);
    }
    static constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      return false;
    }
    i += length;
  }
  return true;
}

std::optional<std::string_view> nearest(std::string_view name,
                                        const std::vector<std::string_view>& known) {
  std::optional<std::string_view> best;
  std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
  if (name.size() > 64) {
    return std::nullopt;  // not a slip, and not worth the effort
  }
  for (const auto candidate : known) {
    if (const auto changes = distance(name, candidate); changes < least) {
      least = changes;
      best = candidate;
    }
  }
  return best;
}

void refuse_unknown(Reading& reading, const boost::json::object& object, const std::string& at,
                    const std::vector<std::string_view>& known) {
  constexpr std::size_t most_complaints = 20;
  for (const auto& field : object) {
    const std::string_view name = field.key();
    if (std::ranges::find(known, name) != known.end()) {
      continue;
    }
    const auto similar = nearest(name, known);
    reading.refuse(
        at.empty() ? std::string{name} : at + "." + std::string{name},
        similar ? "unknown field; did you mean " + std::string{*similar} + "?" : "unknown field");
    if (reading.errors.size() >= most_complaints) {
      return;
    }
  }
}

const boost::json::value* find_member(const boost::json::object& object, std::string_view name,
                                      std::span<const Alias> aliases) {
  if (const auto* value = object.if_contains(name)) {
    return value;
  }
  for (const auto& [alias, member] : aliases) {
    if (member == name) {
      if (const auto* value = object.if_contains(alias)) {
        return value;
      }
    }
  }
  return nullptr;
}

void write_text(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') {
      continue;
    }
    out.append(text, from, i - from);
    from = i + 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += "\\u00";
      out += digits[c >> 4];
      out += digits[c & 0x0f];
    }
  }
  out.append(text, from);
  out += '"';
}

void write_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  out.append(text, error == std::errc{} ? end : text);
}

}  // namespace json
