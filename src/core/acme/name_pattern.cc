#include "core/acme/name_pattern.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "json/json.h"
#include "x509/general_name.h"

namespace core::acme {
namespace {

constexpr std::string_view one_star = "*.";
constexpr std::string_view two_stars = "**.";

std::unexpected<base::ParseError> refuse_pattern(std::string reason) {
  return std::unexpected(base::ParseError{std::move(reason)});
}

bool is_below(std::string_view name, std::string_view parent) {
  return name.size() > parent.size() + 1 && name.ends_with(parent) &&
         name[name.size() - parent.size() - 1] == '.';
}

std::string_view parent_of(std::string_view name) {
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
}

bool equal_bits(std::string_view a, std::string_view b, int bits) {
  for (int i = 0; i < bits; ++i) {
    const auto at = static_cast<std::size_t>(i / 8);
    const auto mask = static_cast<unsigned char>(0x80 >> (i % 8));
    if (((static_cast<unsigned char>(a[at]) ^ static_cast<unsigned char>(b[at])) & mask) != 0) {
      return false;
    }
  }
  return true;
}

std::string octets_of(const base::Bytes& bytes) {
  return std::string{base::as_text(bytes)};
}

}  // namespace

std::expected<NamePattern, base::ParseError> NamePattern::parse(std::string_view text) {
  if (text.empty() || text.size() > longest) {
    return refuse_pattern("a pattern has 1 to 300 characters");
  }
  NamePattern pattern;
  const auto slash = text.find('/');
  if (const auto octets = x509::ip_from_text(text.substr(0, slash))) {
    pattern.kind_ = Kind::network;
    pattern.octets_ = octets_of(*octets);
    pattern.prefix_ = static_cast<int>(octets->size() * 8);
    if (slash != std::string_view::npos) {
      const auto digits = text.substr(slash + 1);
      int prefix = -1;
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
      if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || prefix < 0 ||
          prefix > pattern.prefix_) {
        return refuse_pattern("the length behind the slash is not that of a network");
      }
      pattern.prefix_ = prefix;
    }
    pattern.text_ = x509::ip_to_text(*octets) +
                    (slash == std::string_view::npos ? "" : std::string{text.substr(slash)});
    return pattern;
  }
  auto rest = text;
  if (rest.starts_with(two_stars)) {
    pattern.kind_ = Kind::tree;
    rest.remove_prefix(two_stars.size());
  } else if (rest.starts_with(one_star)) {
    pattern.kind_ = Kind::one_label;
    rest.remove_prefix(one_star.size());
  }
  auto name = x509::normalize_dns_name(rest, false);
  if (!name) {
    return refuse_pattern(
        "neither a name (www.example.com, *.example.com, **.example.com) nor addresses "
        "(192.0.2.1, 10.0.0.0/8): " +
        name.error().reason);
  }
  pattern.name_ = *std::move(name);
  pattern.text_ = (pattern.kind_ == Kind::tree        ? std::string{two_stars}
                   : pattern.kind_ == Kind::one_label ? std::string{one_star}
                                                      : std::string{}) +
                  pattern.name_;
  return pattern;
}

bool NamePattern::contains_address(const std::string& address) const {
  const auto octets = x509::ip_from_text(address);
  return octets && octets->size() == octets_.size() &&
         equal_bits(octets_of(*octets), octets_, prefix_);
}

bool NamePattern::covers(const Identifier& identifier) const {
  if (identifier.type == IdentifierType::ip || kind_ == Kind::network) {
    return identifier.type == IdentifierType::ip && kind_ == Kind::network &&
           contains_address(identifier.value);
  }
  const auto base = identifier.base_name();
  switch (kind_) {
    case Kind::name:
      return !identifier.is_wildcard() && base == name_;
    case Kind::one_label:
      return identifier.is_wildcard() ? base == name_ : parent_of(base) == name_;
    case Kind::tree:
      return base == name_ || is_below(base, name_);
    case Kind::network:
      break;
  }
  return false;
}

bool NamePattern::touches(const Identifier& identifier) const {
  if (!identifier.is_wildcard() || kind_ == Kind::network) {
    return covers(identifier);
  }
  const auto base = identifier.base_name();
  switch (kind_) {
    case Kind::name:
      return parent_of(name_) == base;
    case Kind::one_label:
      return base == name_;
    case Kind::tree:
      // "*.example.com" has the forbidden "sub.example.com" in it.
      return base == name_ || is_below(base, name_) || parent_of(name_) == base;
    case Kind::network:
      break;
  }
  return false;
}

std::vector<NamePattern> name_patterns(std::string_view json) {
  return json::parse<std::vector<NamePattern>>(json, json::Unknown::refuse);
}

const NamePattern* first_covering(const std::vector<NamePattern>& patterns,
                                  const Identifier& identifier) {
  const auto found = std::ranges::find_if(
      patterns, [&](const auto& pattern) { return pattern.covers(identifier); });
  return found == patterns.end() ? nullptr : &*found;
}

const NamePattern* first_touching(const std::vector<NamePattern>& patterns,
                                  const Identifier& identifier) {
  const auto found = std::ranges::find_if(
      patterns, [&](const auto& pattern) { return pattern.touches(identifier); });
  return found == patterns.end() ? nullptr : &*found;
}

}  // namespace core::acme
