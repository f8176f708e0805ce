#pragma once

#include <boost/json.hpp>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "base/value.h"

// Structs described with BOOST_DESCRIBE_STRUCT are read from JSON, written to JSON and turned
// into JSON schemas by the same walk over their members, so the three always agree.
//
// Reading collects everything that is wrong, each with its place ("names[2]: not a DNS name").
// Members that are std::optional may be left out; all others are required. A struct may accept
// further names for its members:
//
//     static constexpr json::Alias aliases[] = {{"commonName", "common_name"}};
namespace json {

template <class T>
concept Described =
    boost::describe::has_describe_members<T>::value && !base::TextValue<T> && !base::NumberValue<T>;

// What happens to a member of a JSON object that the struct does not have.
enum class Unknown { ignore, refuse };

struct Alias {
  std::string_view alias;
  std::string_view member;
};

// A number or a text where the contract takes either: key_size is 2048 or "P-256".
struct TextOrNumber {
  std::string text;
};

// JSON that is ready: it is written as it stands, and may be anything.
struct Raw {
  std::string text;
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
struct IsTextMap : std::false_type {};
template <class T>
struct IsTextMap<std::map<std::string, T>> : std::true_type {};

// With the members of described bases first, as aggregates are built.
template <class T>
using MembersOf =
    boost::mp11::mp_rename<boost::describe::describe_members<T, boost::describe::mod_public |
                                                                    boost::describe::mod_inherited>,
                           boost::mp11::mp_list>;

template <class T, class Member>
using MemberType = std::remove_reference_t<decltype(std::declval<T&>().*Member::pointer)>;

// ---- Reading ----

// One reading of one document: what to do with unknown fields, and what was wrong so far.
struct Reading {
  Unknown unknown = Unknown::refuse;
  std::vector<base::FieldError> errors = {};

  std::nullopt_t refuse(const std::string& at, std::string reason) {
    errors.push_back({at, std::move(reason)});
    return std::nullopt;
  }
};

// Parses text into a value. Refuses text that is not JSON, is nested deeper than 32 levels, or is
// not UTF-8.
boost::json::value parse_value(std::string_view text);

// Text that may be stored: valid UTF-8 without NUL, which PostgreSQL cannot keep.
bool is_storable(std::string_view text);

// The known name nearest to an unknown one, or nothing when none is near.
std::optional<std::string_view> nearest(std::string_view name,
                                        const std::vector<std::string_view>& known);

void refuse_unknown(Reading& reading, const boost::json::object& object, const std::string& at,
                    const std::vector<std::string_view>& known);

const boost::json::value* find_member(const boost::json::object& object, std::string_view name,
                                      std::span<const Alias> aliases);

template <class T>
std::optional<T> read_text(std::string_view text, Reading& reading, const std::string& at) {
  if (!is_storable(text)) {
    return reading.refuse(at, "not plain UTF-8 text");
  }
  if constexpr (std::is_same_v<T, base::Secret>) {
    return base::Secret{std::string{text}};
  } else if constexpr (std::is_same_v<T, TextOrNumber>) {
    return TextOrNumber{std::string{text}};
  } else if constexpr (std::is_same_v<T, base::Time>) {
    auto time = base::time_from_text(text);
    return time ? std::optional{*time} : reading.refuse(at, time.error().reason);
  } else {
    auto value = base::from_text<T>(text);
    if (!value) {
      return reading.refuse(at, value.error().reason);
    }
    return *std::move(value);
  }
}

template <class T>
std::optional<T> read(const boost::json::value& value, Reading& reading, const std::string& at);

template <class T>
std::span<const Alias> aliases_of() {
  if constexpr (requires { T::aliases; }) {
    return T::aliases;
  } else {
    return {};
  }
}

template <class Member>
std::optional<Member> read_member(const boost::json::value* value, const std::string& path,
                                  Reading& reading) {
  if (value != nullptr) {
    return read<Member>(*value, reading, path);
  }
  if constexpr (IsOptional<Member>::value) {
    return std::optional<Member>{Member{}};
  } else {
    return reading.refuse(path, "missing");
  }
}

template <class T, class... Members>
std::optional<T> read_object(const boost::json::object& object, Reading& reading,
                             const std::string& at, boost::mp11::mp_list<Members...>) {
  const auto aliases = aliases_of<T>();
  if (reading.unknown == Unknown::refuse) {
    std::vector<std::string_view> known{Members::name...};
    for (const auto& alias : aliases) {
      known.push_back(alias.alias);
    }
    refuse_unknown(reading, object, at, known);
  }
  const auto place = [&](const char* name) { return at.empty() ? name : at + "." + name; };
  // In braces, so that members are read, and complained about, in their order.
  std::tuple<std::optional<MemberType<T, Members>>...> members{read_member<MemberType<T, Members>>(
      find_member(object, Members::name, aliases), place(Members::name), reading)...};
  return std::apply(
      [](auto&&... member) -> std::optional<T> {
        if ((member.has_value() && ...)) {
          return T{*std::move(member)...};
        }
        return std::nullopt;
      },
      std::move(members));
}

template <class T>
std::optional<T> read(const boost::json::value& value, Reading& reading, const std::string& at) {
  if constexpr (IsOptional<T>::value) {
    if (value.is_null()) {
      return std::optional<T>{T{}};
    }
    auto inner = read<typename T::value_type>(value, reading, at);
    return inner ? std::optional<T>{T{*std::move(inner)}} : std::nullopt;
  } else if constexpr (IsVector<T>::value) {
    if (!value.is_array()) {
      return reading.refuse(at, "not a list");
    }
    T items;
    bool complete = true;
    for (const auto& item : value.get_array()) {
      auto read_item = read<typename T::value_type>(item, reading,
                                                    at + "[" + std::to_string(items.size()) + "]");
      if (!read_item) {
        complete = false;
        break;  // one complaint per list: a list of a million wrong items is not worth more
      }
      items.push_back(*std::move(read_item));
    }
    return complete ? std::optional<T>{std::move(items)} : std::nullopt;
  } else if constexpr (Described<T>) {
    if (!value.is_object()) {
      return reading.refuse(at, "not an object");
    }
    return read_object<T>(value.get_object(), reading, at, MembersOf<T>{});
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!value.is_bool()) {
      return reading.refuse(at, "neither true nor false");
    }
    return value.get_bool();
  } else if constexpr (std::is_same_v<T, TextOrNumber>) {
    if (value.is_int64()) {
      return TextOrNumber{std::to_string(value.get_int64())};
    }
    if (!value.is_string()) {
      return reading.refuse(at, "neither a number nor a text");
    }
    return read_text<T>(value.get_string(), reading, at);
  } else if constexpr (base::NumberValue<T>) {
    const auto number = read<std::int64_t>(value, reading, at);
    if (!number) {
      return std::nullopt;
    }
    auto parsed = T::from_number(*number);
    return parsed ? std::optional<T>{*std::move(parsed)}
                  : reading.refuse(at, parsed.error().reason);
  } else if constexpr (std::is_arithmetic_v<T>) {
    boost::system::error_code error;
    const auto number = value.to_number<T>(error);
    if (error || !value.is_number()) {
      return reading.refuse(at, "not a number in range");
    }
    return number;
  } else {
    if (!value.is_string()) {
      return reading.refuse(at, "not a text");
    }
    return read_text<T>(value.get_string(), reading, at);
  }
}

// Reads a whole value; throws invalid_request with everything that is wrong with it.
template <class T>
T read_all(const boost::json::value& value, Unknown unknown) {
  Reading reading{.unknown = unknown};
  auto result = read<T>(value, reading, {});
  if (!result || !reading.errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(reading.errors)};
  }
  return *std::move(result);
}

template <class T>
T parse(std::string_view text, Unknown unknown) {
  return read_all<T>(parse_value(text), unknown);
}

using Parameters = std::map<std::string, std::vector<std::string>, std::less<>>;

// Reads query parameters: every member may be left out and then keeps its initial value; a list
// takes all values of a repeated parameter, an empty text counts as left out.
template <Described T>
T read_query(const Parameters& parameters) {
  Reading reading;
  T result{};
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    using Member = MemberType<T, decltype(member)>;
    const auto found = parameters.find(member.name);
    if (found == parameters.end()) {
      return;
    }
    for (const auto& text : found->second) {
      if (text.empty()) {
        continue;
      }
      if constexpr (IsVector<Member>::value) {
        if (auto item = read_text<typename Member::value_type>(text, reading, member.name)) {
          (result.*member.pointer).push_back(*std::move(item));
        }
      } else if constexpr (IsOptional<Member>::value) {
        result.*member.pointer = read_text<typename Member::value_type>(text, reading, member.name);
      } else if (auto value = read_text<Member>(text, reading, member.name)) {
        result.*member.pointer = *std::move(value);
      }
    }
  });
  if (!reading.errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(reading.errors)};
  }
  return result;
}

// ---- Writing: straight to the text, without a document in between ----

void write_text(std::string& out, std::string_view text);
void write_number(std::string& out, double number);

template <class T>
void write(std::string& out, const T& value) {
  static_assert(!std::is_same_v<T, base::Secret>, "a secret is never written");
  if constexpr (IsOptional<T>::value) {
    if (value) {
      write(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (IsVector<T>::value) {
    out += '[';
    bool first = true;
    for (const auto& item : value) {
      if (!first) {
        out += ',';
      }
      first = false;
      write<typename T::value_type>(out, item);
    }
    out += ']';
  } else if constexpr (IsTextMap<T>::value) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : value) {
      if (!first) {
        out += ',';
      }
      first = false;
      write_text(out, key);
      out += ':';
      write(out, item);
    }
    out += '}';
  } else if constexpr (std::is_same_v<T, Raw> || std::is_same_v<T, TextOrNumber>) {
    out += value.text;
  } else if constexpr (base::TextValue<T>) {
    write_text(out, value.to_string());
  } else if constexpr (base::NumberValue<T>) {
    out += std::to_string(value.to_number());
  } else if constexpr (base::DescribedEnum<T>) {
    write_text(out, boost::describe::enum_to_string(value, ""));
  } else if constexpr (std::is_same_v<T, base::Time>) {
    write_text(out, base::to_text(value));
  } else if constexpr (Described<T>) {
    char before = '{';
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
      out += before;
      before = ',';
      write_text(out, member.name);
      out += ':';
      write(out, value.*member.pointer);
    });
    if (before == '{') {
      out += before;
    }
    out += '}';
  } else if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_floating_point_v<T>) {
    write_number(out, value);
  } else if constexpr (std::is_integral_v<T>) {
    out += std::to_string(value);
  } else {
    write_text(out, value);
  }
}

template <class T>
std::string to_text(const T& value) {
  std::string out;
  write(out, value);
  return out;
}

// ---- Describing ----

// "CertificateView" of any namespace, for the title of a schema.
template <class T>
std::string type_name() {
  const std::string_view signature = __PRETTY_FUNCTION__;
  const auto begin = signature.find("T = ") + 4;
  auto name = signature.substr(begin, signature.find_first_of(";]", begin) - begin);
  if (const auto last = name.rfind("::"); last != std::string_view::npos) {
    name.remove_prefix(last + 2);
  }
  return std::string{name};
}

// The JSON schema of T in the dialect of OpenAPI 3.1 (JSON Schema 2020-12). A type may narrow
// its own text with a static `schema_format` or `schema_pattern`.
template <class T>
boost::json::object schema() {
  if constexpr (IsOptional<T>::value) {
    auto inner = schema<typename T::value_type>();
    if (const auto* type = inner.if_contains("type"); type != nullptr && type->is_string()) {
      inner["type"] = boost::json::array{*type, "null"};
      if (auto* names = inner.if_contains("enum")) {
        names->as_array().push_back(nullptr);
      }
    }
    return inner;
  } else if constexpr (IsVector<T>::value) {
    return {{"type", "array"}, {"items", schema<typename T::value_type>()}};
  } else if constexpr (IsTextMap<T>::value) {
    return {{"type", "object"}, {"additionalProperties", schema<typename T::mapped_type>()}};
  } else if constexpr (std::is_same_v<T, Raw>) {
    return {};
  } else if constexpr (std::is_same_v<T, TextOrNumber>) {
    return {{"type", boost::json::array{"string", "integer"}}};
  } else if constexpr (std::is_same_v<T, base::Secret>) {
    return {{"type", "string"}, {"format", "password"}};
  } else if constexpr (Described<T>) {
    boost::json::object properties;
    boost::json::array required;
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
      using Member = MemberType<T, decltype(member)>;
      properties[member.name] = schema<Member>();
      if constexpr (!IsOptional<Member>::value) {
        required.push_back(boost::json::string{member.name});
      }
    });
    for (const auto& alias : aliases_of<T>()) {
      auto of_member = properties[alias.member].as_object();
      of_member["description"] = "The same as " + std::string{alias.member} + ".";
      properties[alias.alias] = std::move(of_member);
    }
    boost::json::object result{
        {"title", type_name<T>()}, {"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty() && aliases_of<T>().empty()) {
      result["required"] = std::move(required);
    }
    return result;
  } else if constexpr (base::DescribedEnum<T>) {
    boost::json::array names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto enumerator) { names.push_back(boost::json::string{enumerator.name}); });
    return {{"type", "string"}, {"enum", names}};
  } else if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_floating_point_v<T>) {
    return {{"type", "number"}};
  } else if constexpr (base::NumberValue<T>) {
    return {{"type", "integer"}, {"minimum", 1}, {"maximum", INT64_MAX}};
  } else if constexpr (std::is_integral_v<T>) {
    return {{"type", "integer"}, {"format", sizeof(T) == 8 ? "int64" : "int32"}};
  } else if constexpr (std::is_same_v<T, base::Time>) {
    return {{"type", "string"}, {"format", "date-time"}};
  } else {
    boost::json::object result{{"type", "string"}};
    if constexpr (requires { T::schema_format; }) {
      result["format"] = T::schema_format;
    }
    if constexpr (requires { T::schema_pattern; }) {
      result["pattern"] = T::schema_pattern;
    }
    return result;
  }
}

}  // namespace json
