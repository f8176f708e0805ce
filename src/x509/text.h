#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/value.h"

// The string types of ASN.1, as UTF-8. For the files of this folder only.
namespace x509 {

bool is_utf8(std::string_view text);
bool has_control_characters(std::string_view text);  // NUL to 0x1f, and 0x7f
std::size_t count_characters(std::string_view utf8);
bool is_printable_string(std::string_view text);  // the set of PrintableString
bool is_ascii(std::string_view text);

// Refuses a tag that is no string type, and octets that the type does not have.
std::expected<std::string, base::ParseError> text_of(std::uint8_t tag, base::ByteView content);
bool is_string_tag(std::uint8_t tag);

// The text behind "xn--" stands for a text that is not ASCII (RFC 3492).
bool is_punycode(std::string_view text);

}  // namespace x509
