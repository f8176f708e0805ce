#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace base {

// Why a value was refused, in words a caller of the API can act upon.
struct ParseError {
  std::string reason;
};

// A text value is a domain type with exactly one textual form. That form serves as its JSON
// string, its URL segment, its database column and its log field.
template <class T>
concept TextValue = requires(const T& value, std::string_view text) {
  { T::parse(text) } -> std::same_as<std::expected<T, ParseError>>;
  { value.to_string() } -> std::same_as<std::string>;
};

// The same for a domain type that is a number wherever it is written.
template <class T>
concept NumberValue = requires(const T& value, std::int64_t number) {
  { T::from_number(number) } -> std::same_as<std::expected<T, ParseError>>;
  { value.to_number() } -> std::same_as<std::int64_t>;
};

template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

// The names of an enumeration, for messages: "root, intermediate".
template <DescribedEnum T>
std::string names_of() {
  std::string names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
    names += (names.empty() ? "" : ", ") + std::string{enumerator.name};
  });
  return names;
}

template <class T>
std::expected<T, ParseError> from_text(std::string_view text) {
  if constexpr (std::is_same_v<T, std::string>) {
    return T{text};
  } else if constexpr (TextValue<T>) {
    return T::parse(text);
  } else if constexpr (NumberValue<T>) {
    const auto number = from_text<std::int64_t>(text);
    return number ? T::from_number(*number) : std::unexpected(number.error());
  } else if constexpr (DescribedEnum<T>) {
    T value{};
    if (!boost::describe::enum_from_string(std::string{text}.c_str(), value)) {
      return std::unexpected(ParseError{"not one of " + names_of<T>()});
    }
    return value;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (text != "true" && text != "false") {
      return std::unexpected(ParseError{"neither true nor false"});
    }
    return text == "true";
  } else {
    static_assert(std::is_integral_v<T>, "this type has no textual form");
    T value{};
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc{} || end != last) {
      return std::unexpected(ParseError{"not a number"});
    }
    return value;
  }
}

}  // namespace base
