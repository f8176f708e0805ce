#include "http/form.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "http/target.h"

namespace http {
namespace {

constexpr std::size_t most_parts = 64;
constexpr std::size_t longest_head = 4096;  // of a part
constexpr std::size_t longest_boundary = 70;

std::unexpected<base::ParseError> refuse(const char* reason) {
  return std::unexpected(base::ParseError{reason});
}

std::string_view trimmed(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
  const auto end = text.find_last_not_of(" \t");
  return end == std::string_view::npos ? std::string_view{} : text.substr(begin, end + 1 - begin);
}

// Takes a value behind "name=": a token, or a quoted text with its escapes.
std::string take_value(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    const auto end = std::min(text.find(';'), text.size());
    value = trimmed(text.substr(0, end));
    text.remove_prefix(end);
    return value;
  }
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    // Browsers send a path of Windows as it is: a backslash escapes only what would end the text.
    if (text.size() > 1 && text.front() == '\\' && (text[1] == '"' || text[1] == '\\')) {
      text.remove_prefix(1);
    }
    value += text.front();
    text.remove_prefix(1);
  }
  text.remove_prefix(std::min<std::size_t>(1, text.size()));
  return value;
}

// The parameter of a header such as `form-data; name="file"; filename="a.pem"`.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  header.remove_prefix(std::min(header.find(';'), header.size()));
  while (header.starts_with(';')) {
    header.remove_prefix(1);
    const auto equals = header.find('=');
    if (equals == std::string_view::npos) {
      return std::nullopt;
    }
    const auto found = base::lower(trimmed(header.substr(0, equals)));
    header.remove_prefix(equals + 1);
    header.remove_prefix(std::min(header.find_first_not_of(" \t"), header.size()));
    auto value = take_value(header);
    if (found == name) {
      return value;
    }
    header.remove_prefix(std::min(header.find(';'), header.size()));
  }
  return std::nullopt;
}

// The headers of a part that matter.
struct PartHead {
  std::string disposition;
  std::string encoding;
};

PartHead read_head(std::string_view text) {
  PartHead head;
  while (!text.empty()) {
    const auto end = std::min(text.find("\r\n"), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
      continue;
    }
    const auto name = base::lower(trimmed(line.substr(0, colon)));
    if (name == "content-disposition") {
      head.disposition = trimmed(line.substr(colon + 1));
    } else if (name == "content-transfer-encoding") {
      head.encoding = base::lower(trimmed(line.substr(colon + 1)));
    }
  }
  return head;
}

// A field, or nothing for a file that nobody chose.
std::expected<std::optional<FormField>, base::ParseError> read_part(std::string_view part) {
  const auto head_end = part.find("\r\n\r\n");
  if (head_end == std::string_view::npos || head_end > longest_head) {
    return refuse("a part of the form has no end of its headers");
  }
  const auto head = read_head(part.substr(0, head_end));
  const auto content = part.substr(head_end + 4);
  const auto name = parameter(head.disposition, "name");
  if (!base::lower(head.disposition).starts_with("form-data") || !name ||
      !json::is_storable(*name)) {
    return refuse("a part of the form has no name");
  }
  if (!head.encoding.empty() && head.encoding != "binary" && head.encoding != "8bit" &&
      head.encoding != "7bit") {
    return refuse("a part of the form is encoded, which RFC 7578 gave up");
  }
  if (const auto file = parameter(head.disposition, "filename")) {
    if (file->empty() && content.empty()) {
      return std::nullopt;
    }
    return FormField{*name, base::to_base64(base::as_bytes(content))};
  }
  if (!json::is_storable(content)) {
    return refuse("a field of the form is not plain UTF-8 text");
  }
  return FormField{*name, std::string{content}};
}

}  // namespace

std::expected<Upload, base::ParseError> Upload::parse(std::string_view base64) {
  auto bytes = base::from_base64(base64);
  if (!bytes) {
    return refuse("not base64, which files are sent as in JSON");
  }
  return Upload{*std::move(bytes)};
}

std::string media_type(std::string_view content_type) {
  return base::lower(trimmed(content_type.substr(0, content_type.find(';'))));
}

bool is_json(std::string_view type) {
  return type == "application/json" || type == "text/json" ||
         (type.size() > 5 && type.ends_with("+json"));
}

std::expected<std::vector<FormField>, base::ParseError> parse_multipart(
    std::string_view content_type, std::string_view body) {
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > longest_boundary) {
    return refuse("the form has no boundary of 1 to 70 characters");
  }
  // RFC 2046, section 5.1.1: the line break before a delimiter belongs to the delimiter.
  const auto delimiter = "\r\n--" + *boundary;
  if (body.starts_with(std::string_view{delimiter}.substr(2))) {
    body.remove_prefix(delimiter.size() - 2);
  } else {
    const auto first = body.find(delimiter);
    if (first == std::string_view::npos) {
      return refuse("the form does not begin with its boundary");
    }
    body.remove_prefix(first + delimiter.size());
  }
  std::vector<FormField> fields;
  for (std::size_t parts = 0; !body.starts_with("--"); ++parts) {
    const auto line_end = body.find("\r\n");
    const auto end = body.find(delimiter, std::min(line_end, body.size()));
    if (line_end == std::string_view::npos || !trimmed(body.substr(0, line_end)).empty() ||
        end == std::string_view::npos) {
      return refuse("the form ends before its last boundary");
    }
    if (parts == most_parts) {
      return refuse("the form has more than 64 parts");
    }
    // A part without headers begins with the empty line at once.
    auto field = read_part(body.substr(line_end + 2, end > line_end + 2 ? end - line_end - 2 : 0));
    if (!field) {
      return std::unexpected(std::move(field).error());
    }
    if (*field) {
      fields.push_back(**std::move(field));
    }
    body.remove_prefix(end + delimiter.size());
  }
  return fields;
}

std::vector<FormField> form_fields(const Request& request) {
  const auto content_type = request.header("content-type");
  const auto type = media_type(content_type);
  if (type == form_type) {
    auto fields = parse_multipart(content_type, request.body);
    if (!fields) {
      throw base::Error{base::ErrorCode::invalid_request, fields.error().reason};
    }
    return *std::move(fields);
  }
  if (type == "application/x-www-form-urlencoded") {
    Target target;
    if (const auto read = parse_target("/?" + request.body, target); !read) {
      throw base::Error{base::ErrorCode::invalid_request, read.error().reason};
    }
    std::vector<FormField> fields;
    for (const auto& [name, values] : target.query) {
      for (const auto& value : values) {
        fields.push_back({name, value});
      }
    }
    return fields;
  }
  throw base::Error{base::ErrorCode::unsupported_media_type,
                    "the body must be a form (multipart/form-data) or JSON (application/json)"};
}

json::Parameters detail::named_fields(std::vector<FormField> fields,
                                      const std::vector<std::string_view>& members,
                                      std::span<const json::Alias> aliases, json::Unknown unknown) {
  auto known = members;
  for (const auto& alias : aliases) {
    known.push_back(alias.alias);
  }
  json::Reading reading{.unknown = unknown};
  json::Parameters parameters;
  for (auto& field : fields) {
    std::string_view name = field.name;
    if (std::ranges::find(known, name) == known.end()) {
      if (unknown == json::Unknown::refuse) {
        reading.refuse(field.name, "unknown field");
      }
      continue;
    }
    for (const auto& [alias, member] : aliases) {
      name = alias == name ? member : name;
    }
    auto& values = parameters[std::string{name}];
    if (!values.empty()) {
      reading.refuse(field.name, "given twice");
    }
    values.push_back(std::move(field.value));
  }
  if (!reading.errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(reading.errors)};
  }
  return parameters;
}

}  // namespace http
