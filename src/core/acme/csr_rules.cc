#include <boost/json.hpp>

#include "base/text.h"
#include "core/acme/csr_profile.h"
#include "json/json.h"

namespace core::acme {
namespace {

using boost::json::object;
using Errors = std::vector<base::FieldError>;

constexpr std::size_t most_listed = 1000;

// Reads the members of profile_data and keeps what is wrong with them.
class Reader {
 public:
  explicit Reader(const object& data) : data_{data} {}

  void refuse(const std::string& name, const std::string& reason) {
    errors_.push_back({"profile_data." + name, reason});
  }

  // Nothing for what is not there, and for null.
  const boost::json::value* find(std::string_view name) const {
    const auto* value = data_.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  std::optional<std::vector<std::string>> texts(const std::string& name) {
    const auto* value = find(name);
    if (value == nullptr) {
      return std::nullopt;
    }
    if (!value->is_array() || value->get_array().size() > most_listed) {
      refuse(name, "not a list of at most 1000 texts");
      return std::nullopt;
    }
    std::vector<std::string> list;
    for (const auto& item : value->get_array()) {
      if (!item.is_string()) {
        refuse(name, "not a list of texts");
        return std::nullopt;
      }
      list.emplace_back(item.get_string());
    }
    return list;
  }

  std::optional<std::int64_t> number(const std::string& name, std::int64_t least) {
    const auto* value = find(name);
    if (value == nullptr) {
      return std::nullopt;
    }
    boost::system::error_code error;
    const auto number = value->is_number() ? value->to_number<std::int64_t>(error) : least - 1;
    if (error || number < least) {
      refuse(name, "not a whole number of at least " + std::to_string(least));
      return std::nullopt;
    }
    return number;
  }

  bool truth(const std::string& name, bool otherwise) {
    const auto* value = find(name);
    if (value == nullptr) {
      return otherwise;
    }
    if (!value->is_bool()) {
      refuse(name, "neither true nor false");
      return otherwise;
    }
    return value->get_bool();
  }

  std::optional<QuotedPattern> pattern(const std::string& name) {
    const auto* value = find(name);
    if (value == nullptr) {
      return std::nullopt;
    }
    if (!value->is_string()) {
      refuse(name, "not a text");
      return std::nullopt;
    }
    std::string text{std::string_view{value->get_string()}};
    auto expression = RegularExpression::parse(text);
    if (!expression) {
      refuse(name, expression.error().reason);
      return std::nullopt;
    }
    return QuotedPattern{std::move(text), *std::move(expression)};
  }

  std::optional<std::map<std::string, std::int64_t>> sizes(const std::string& name) {
    const auto* value = find(name);
    if (value == nullptr) {
      return std::nullopt;
    }
    if (!value->is_object()) {
      refuse(name, "not an object of numbers");
      return std::nullopt;
    }
    std::map<std::string, std::int64_t> sizes;
    for (const auto& [key, size] : value->get_object()) {
      boost::system::error_code error;
      const auto bits = size.is_number() ? size.to_number<std::int64_t>(error) : -1;
      if (error || bits < 0) {
        refuse(name + "." + std::string{key}, "not a number of bits");
        return std::nullopt;
      }
      sizes.emplace(key, bits);
    }
    return sizes;
  }

  void finish() {
    if (!errors_.empty()) {
      throw base::Error{base::ErrorCode::invalid_request, std::move(errors_)};
    }
  }

 private:
  const object& data_;
  Errors errors_;
};

// In lower case, without a dot at the end.
std::vector<std::string> base_domains_of(std::vector<std::string> domains, Reader& reader) {
  for (auto& domain : domains) {
    domain = base::lower(domain);
    if (domain.empty()) {
      reader.refuse("depth_base_domains", "has an empty text");
    }
  }
  return domains;
}

}  // namespace

CsrRules read_csr_rules(const object& profile_data) {
  constexpr std::int64_t no_bound = -1;
  Reader reader{profile_data};
  CsrRules rules;
  rules.keys = reader.sizes("authorized_keys");
  rules.signature_algorithms = reader.texts("authorized_signature_algorithms");
  rules.key_usages = reader.texts("authorized_key_usages");
  rules.extended_key_usages = reader.texts("authorized_extended_key_usages");
  rules.least_common_names = reader.number("common_name_minimum", no_bound).value_or(no_bound);
  rules.most_common_names = reader.number("common_name_maximum", no_bound).value_or(no_bound);
  rules.common_name_pattern = reader.pattern("common_name_regex");
  rules.least_names = reader.number("san_minimum", no_bound).value_or(no_bound);
  rules.most_names = reader.number("san_maximum", no_bound).value_or(no_bound);
  rules.name_pattern = reader.pattern("san_regex");
  rules.name_types = reader.texts("san_types");
  rules.subject_pattern = reader.pattern("subject_regex");
  rules.wildcard_common_names = reader.truth("wildcard_in_common_name", true);
  rules.wildcard_names = reader.truth("wildcard_in_san", true);
  rules.deepest = reader.number("max_subdomain_depth", 0);
  rules.base_domains = reader.texts("depth_base_domains");
  if (rules.base_domains) {
    rules.base_domains = base_domains_of(*std::move(rules.base_domains), reader);
  }
  rules.keys_may_be_reused = reader.truth("reuse_key", true);
  rules.renewal_window_days = reader.number("renewal_window_days", 0).value_or(0);
  reader.finish();
  return rules;
}

CsrRules csr_rules_of(const CsrProfile& profile) {
  return read_csr_rules(json::parse_value(profile.profile_data).as_object());
}

}  // namespace core::acme
