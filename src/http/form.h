#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "http/message.h"
#include "json/json.h"

// Bodies that come as a form of a browser, or as JSON with the same fields.
namespace http {

// A file of a form. In JSON it is the base64 of the file.
class Upload {
 public:
  static constexpr std::string_view schema_format = "byte";

  static std::expected<Upload, base::ParseError> parse(std::string_view base64);
  std::string to_string() const { return base::to_base64(bytes_); }
  base::ByteView bytes() const { return bytes_; }

 private:
  explicit Upload(base::Bytes bytes) : bytes_{std::move(bytes)} {}
  base::Bytes bytes_;
};

static_assert(base::TextValue<Upload>);

// A body that a form may send says so: `static constexpr bool is_form = true`. Its members are all
// optional, since a form has no other way to say nothing than to leave out.
template <class T>
concept FormBody = json::Described<T> && requires { requires T::is_form; };

inline constexpr std::string_view form_type = "multipart/form-data";

struct FormField {
  std::string name;
  std::string value;  // of a file, the base64 of its content
};

// The type of a body without its parameters, in lower case.
std::string media_type(std::string_view content_type);
bool is_json(std::string_view media_type);

// The fields of a multipart/form-data body (RFC 7578), as they come. Refuses what is not well
// formed, more than 64 parts, and text that is not UTF-8.
std::expected<std::vector<FormField>, base::ParseError> parse_multipart(
    std::string_view content_type, std::string_view body);

// The fields of a form. Throws unsupported_media_type when the body is of another kind, and
// invalid_request when it is broken.
std::vector<FormField> form_fields(const Request& request);

namespace detail {

template <class T>
std::vector<std::string_view> form_names() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<json::MembersOf<T>>([&](auto member) { names.push_back(member.name); });
  return names;
}

// The members' names for those of a form; what is no name is refused as JSON's unknown fields are.
json::Parameters named_fields(std::vector<FormField> fields,
                              const std::vector<std::string_view>& members,
                              std::span<const json::Alias> aliases, json::Unknown unknown);

}  // namespace detail

// Reads a body that is JSON or a form.
template <FormBody T>
T read_form(const Request& request, json::Unknown unknown) {
  const auto type = media_type(request.header("content-type"));
  if (request.body.empty() || is_json(type)) {
    return json::parse<T>(request.body.empty() ? "{}" : request.body, unknown);
  }
  return json::read_query<T>(detail::named_fields(form_fields(request), detail::form_names<T>(),
                                                  json::aliases_of<T>(), unknown));
}

}  // namespace http
