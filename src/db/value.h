#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "json/json.h"

// How domain types become columns and come back: text values as TEXT, ids, numbers and times
// (seconds) as BIGINT, truth as BOOLEAN, bytes as BYTEA.
namespace db {

using Value = std::variant<std::monostate, bool, std::int64_t, std::string, base::Bytes>;

template <class T>
Value to_value(const T& value) {
  static_assert(!std::is_same_v<T, base::Secret>, "a secret is wrapped before it is stored");
  if constexpr (json::IsOptional<T>::value) {
    return value ? to_value(*value) : Value{};
  } else if constexpr (std::is_same_v<T, base::Time>) {
    return std::int64_t{value.time_since_epoch().count()};
  } else if constexpr (std::is_same_v<T, base::Bytes>) {
    return value;
  } else if constexpr (base::TextValue<T>) {
    return value.to_string();
  } else if constexpr (base::NumberValue<T>) {
    return value.to_number();
  } else if constexpr (base::DescribedEnum<T>) {
    return std::string{boost::describe::enum_to_string(value, "")};
  } else if constexpr (std::is_same_v<T, bool>) {
    return value;
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(value);
  } else {
    return std::string{value};
  }
}

[[noreturn]] inline void refuse_column(const std::string& column, const std::string& reason) {
  throw base::Error{base::ErrorCode::internal, "column " + column + ": " + reason};
}

template <class T>
T from_value(const Value& value, const char* column) {
  const auto get = [&]<class Held>(std::type_identity<Held>) -> const Held& {
    const auto* held = std::get_if<Held>(&value);
    if (held == nullptr) {
      refuse_column(column, "has another type than its record");
    }
    return *held;
  };
  if constexpr (json::IsOptional<T>::value) {
    using Inner = typename T::value_type;
    return std::holds_alternative<std::monostate>(value) ? T{}
                                                         : T{from_value<Inner>(value, column)};
  } else if constexpr (std::is_same_v<T, base::Time>) {
    return base::Time{base::Seconds{get(std::type_identity<std::int64_t>{})}};
  } else if constexpr (std::is_same_v<T, base::Bytes>) {
    return get(std::type_identity<base::Bytes>{});
  } else if constexpr (std::is_same_v<T, bool>) {
    const auto* number = std::get_if<std::int64_t>(&value);  // SQLite keeps truth as a number
    return number != nullptr ? *number != 0 : get(std::type_identity<bool>{});
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(get(std::type_identity<std::int64_t>{}));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return get(std::type_identity<std::string>{});
  } else {
    auto parsed = [&] {
      if constexpr (base::NumberValue<T>) {
        return T::from_number(get(std::type_identity<std::int64_t>{}));
      } else {
        return base::from_text<T>(get(std::type_identity<std::string>{}));
      }
    }();
    if (!parsed) {
      refuse_column(column, parsed.error().reason);
    }
    return *std::move(parsed);
  }
}

}  // namespace db
