#include "core/revocation.h"

#include <charconv>

namespace core {
namespace {

constexpr int octets = 256;
constexpr std::string_view ending = ".crl";

bool is_power_of_two(std::int64_t number) {
  return number > 0 && (number & (number - 1)) == 0;
}

std::string hex(int octet) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[static_cast<std::size_t>(octet) / 16],
          digits[static_cast<std::size_t>(octet) % 16]};
}

// A number without sign or leading zeros.
std::optional<int> read_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0 ||
      std::to_string(number) != text) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

CrlScope CrlScope::delta() {
  return {true, 0, 1};
}

CrlScope CrlScope::shard_of(const x509::SerialNumber& serial, int shards) {
  const auto last = serial.octets().empty() ? 0 : int{serial.octets().back()};
  return {false, last / (octets / shards), shards};
}

std::expected<CrlScope, base::ParseError> CrlScope::parse(std::string_view text) {
  if (text == "full") {
    return CrlScope{};
  }
  if (text == "delta") {
    return delta();
  }
  const auto middle = text.find("of");
  if (middle != std::string_view::npos) {
    const auto shard = read_number(text.substr(0, middle));
    const auto shards = read_number(text.substr(middle + 2));
    if (shard && shards && *shards > 1 && *shards <= most_crl_shards && is_power_of_two(*shards) &&
        *shard < *shards) {
      return CrlScope{false, *shard, *shards};
    }
  }
  return std::unexpected(base::ParseError{"no list is called so"});
}

std::string CrlScope::to_string() const {
  if (is_delta_) {
    return "delta";
  }
  return is_shard() ? std::to_string(shard_) + "of" + std::to_string(shards_) : "full";
}

std::pair<std::string, std::string> CrlScope::buckets() const {
  return buckets_in(1).front();
}

std::vector<std::pair<std::string, std::string>> CrlScope::buckets_in(int parts) const {
  const int size = octets / shards_;
  const int first = shard_ * size;
  std::vector<std::pair<std::string, std::string>> result;
  for (int part = 0, from = 0; part < parts; ++part) {
    const int to = size * (part + 1) / parts;
    if (to > from) {
      result.emplace_back(hex(first + from), hex(first + to - 1));
      from = to;
    }
  }
  return result;
}

std::string crl_bucket(const x509::SerialNumber& serial) {
  return hex(serial.octets().empty() ? 0 : int{serial.octets().back()});
}

std::string crl_address(const std::string& full, const CrlScope& scope) {
  if (scope == CrlScope{} || !full.ends_with(ending)) {
    return full;
  }
  return full.substr(0, full.size() - ending.size()) + "-" + scope.to_string() +
         std::string{ending};
}

std::pair<std::string, CrlScope> read_crl_name(const std::string& name) {
  const auto dash = name.rfind('-');
  if (dash != std::string::npos) {
    const auto scope = CrlScope::parse(std::string_view{name}.substr(dash + 1));
    if (scope && *scope != CrlScope{}) {
      return {name.substr(0, dash), *scope};
    }
  }
  return {name, CrlScope{}};
}

std::vector<base::FieldError> problems_of(const RevocationSettings& settings) {
  std::vector<base::FieldError> errors;
  const auto check = [&](std::int64_t value, std::int64_t least, std::int64_t most,
                         const char* field) {
    if (value < least || value > most) {
      errors.push_back(
          {field, "is between " + std::to_string(least) + " and " + std::to_string(most)});
    }
  };
  check(settings.crl_validity_days, 1, 365, "crl_validity_days");
  check(settings.crl_publish_interval_hours, 1, 8760, "crl_publish_interval_hours");
  check(settings.delta_crl_interval, 1, 168, "delta_crl_interval");
  check(settings.delta_crl_validity_hours, 1, 720, "delta_crl_validity_hours");
  check(settings.crl_shards, 1, most_crl_shards, "crl_shards");
  if (!errors.empty()) {
    return errors;
  }
  // A list that ends before the next one is made leaves clients without one.
  if (settings.crl_publish_interval_hours > settings.crl_validity_days * 24) {
    errors.push_back({"crl_publish_interval_hours", "is longer than a list is valid"});
  }
  if (settings.delta_crl_interval > settings.delta_crl_validity_hours) {
    errors.push_back({"delta_crl_interval", "is longer than a delta is valid"});
  }
  if (!is_power_of_two(settings.crl_shards)) {
    errors.push_back({"crl_shards", "is a power of two: 1, 2, 4, ... 256"});
  }
  if (settings.crl_shards > 1 && settings.delta_crl_enabled) {
    // A delta has the scope of its full list (RFC 5280, section 5.2.4); a shard is small as it is.
    errors.push_back({"crl_shards", "shards have no delta: choose one of the two"});
  }
  return errors;
}

}  // namespace core
