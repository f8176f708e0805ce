#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "core/acme/identifier.h"

// Which names somebody may order, as administrators write it down.
namespace core::acme {

// One of:
//   www.example.com    this name
//   *.example.com      all names with one label more
//   **.example.com     this name and all below it, however deep
//   192.0.2.1          this address
//   10.0.0.0/8         the addresses of this network, IPv6 as well
class NamePattern {
 public:
  static constexpr std::size_t longest = 300;

  static std::expected<NamePattern, base::ParseError> parse(std::string_view text);

  // As it was written, in lower case.
  std::string to_string() const { return text_; }

  // Every name that the identifier stands for is one of the pattern's: a wildcard is all names with
  // one label more.
  bool covers(const Identifier& identifier) const;

  // Some name that the identifier stands for is one of the pattern's: for what is forbidden.
  bool touches(const Identifier& identifier) const;

  bool operator==(const NamePattern& other) const { return text_ == other.text_; }

 private:
  enum class Kind { name, one_label, tree, network };

  NamePattern() = default;

  bool contains_address(const std::string& address) const;

  std::string text_;
  Kind kind_ = Kind::name;
  std::string name_;         // without the stars
  std::string octets_ = {};  // of a network
  int prefix_ = 0;
};

static_assert(base::TextValue<NamePattern>);

// Lists as they are stored: JSON. What was stored was read once; what no longer reads is an error.
std::vector<NamePattern> name_patterns(std::string_view json);

// The first pattern that covers, or touches, the identifier.
const NamePattern* first_covering(const std::vector<NamePattern>& patterns,
                                  const Identifier& identifier);
const NamePattern* first_touching(const std::vector<NamePattern>& patterns,
                                  const Identifier& identifier);

}  // namespace core::acme
