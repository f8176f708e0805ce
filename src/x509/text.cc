#include "x509/text.h"

#include <algorithm>

#include "der/reader.h"
#include "der/tag.h"

namespace x509 {
namespace {

using der::refuse;

bool is_scalar(char32_t c) {
  return c < 0xd800 || (c > 0xdfff && c <= 0x10ffff);
}

void append_utf8(std::string& text, char32_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xc0 | c >> 6);
    text += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xe0 | c >> 12);
    text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | c >> 18);
    text += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (c & 0x3f));
  }
}

// BMPString (2 octets) and UniversalString (4) are plain code points; a pair of surrogates, which
// BMPString does not have, is met in practice and refused.
std::expected<std::string, base::ParseError> from_wide(base::ByteView content, std::size_t width) {
  if (content.size() % width != 0) {
    return refuse("a string is cut short within a character");
  }
  std::string text;
  for (std::size_t at = 0; at < content.size(); at += width) {
    char32_t c = 0;
    for (const auto octet : content.subspan(at, width)) {
      c = c << 8 | octet;
    }
    if (!is_scalar(c)) {
      return refuse("a string has something that is not a character");
    }
    append_utf8(text, c);
  }
  return text;
}

std::expected<std::string, base::ParseError> from_latin1(base::ByteView content) {
  std::string text;
  for (const auto octet : content) {
    append_utf8(text, octet);
  }
  return text;
}

// How many octets the UTF-8 sequence at the start of `text` has; 0: it is none.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) {
    return 1;
  }
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) {
    return 0;
  }
  char32_t c = lead & (0x7fu >> length);
  for (const char octet : text.substr(1, length - 1)) {
    if ((octet & 0xc0) != 0x80) {
      return 0;
    }
    c = c << 6 | (static_cast<unsigned char>(octet) & 0x3f);
  }
  const char32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  return c >= least && is_scalar(c) ? length : 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = sequence_length(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (c & 0xc0) != 0x80; }));
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

bool is_printable_string(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{" '()+,-./:=?"}.contains(c);
  });
}

bool is_string_tag(std::uint8_t tag) {
  switch (tag) {
    case der::tag::utf8_string:
    case der::tag::numeric_string:
    case der::tag::printable_string:
    case der::tag::t61_string:
    case der::tag::ia5_string:
    case der::tag::visible_string:
    case der::tag::universal_string:
    case der::tag::bmp_string:
      return true;
    default:
      return false;
  }
}

std::expected<std::string, base::ParseError> text_of(std::uint8_t tag, base::ByteView content) {
  switch (tag) {
    case der::tag::bmp_string:
      return from_wide(content, 2);
    case der::tag::universal_string:
      return from_wide(content, 4);
    case der::tag::t61_string:
      return from_latin1(content);  // what everyone means by it
    case der::tag::utf8_string:
      if (!is_utf8(base::as_text(content))) {
        return refuse("a UTF8String is not UTF-8");
      }
      return std::string{base::as_text(content)};
    default:
      if (!is_string_tag(tag) || !is_ascii(base::as_text(content))) {
        return refuse("a string has characters that its type does not have");
      }
      return std::string{base::as_text(content)};
  }
}

bool is_punycode(std::string_view text) {
  // RFC 3492, section 6.2, with the parameters of section 5.
  constexpr std::uint32_t base = 36, t_min = 1, t_max = 26, skew = 38, damp = 700;
  const auto delimiter = text.rfind('-');
  std::uint32_t count =
      delimiter == std::string_view::npos ? 0 : static_cast<std::uint32_t>(delimiter);
  text.remove_prefix(delimiter == std::string_view::npos ? 0 : delimiter + 1);
  if (text.empty()) {
    return false;  // nothing but ASCII: no need for an A-label
  }
  std::uint32_t n = 0x80, i = 0, bias = 72;
  bool first = true;
  while (!text.empty()) {
    const std::uint32_t before = i;
    std::uint32_t weight = 1;
    for (std::uint32_t k = base;; k += base) {
      if (text.empty() || weight > 0x0fffffff / base || i > 0x0fffffff) {
        return false;
      }
      const char c = text.front();
      text.remove_prefix(1);
      const std::uint32_t digit = c >= 'a' && c <= 'z'   ? static_cast<std::uint32_t>(c - 'a')
                                  : c >= '0' && c <= '9' ? static_cast<std::uint32_t>(c - '0' + 26)
                                                         : base;
      if (digit == base) {
        return false;
      }
      i += digit * weight;
      const std::uint32_t t = k <= bias ? t_min : k >= bias + t_max ? t_max : k - bias;
      if (digit < t) {
        break;
      }
      weight *= base - t;
    }
    ++count;
    std::uint32_t delta = (i - before) / (first ? damp : 2);
    first = false;
    delta += delta / count;
    std::uint32_t k = 0;
    for (; delta > (base - t_min) * t_max / 2; k += base) {
      delta /= base - t_min;
    }
    bias = k + (base - t_min + 1) * delta / (delta + skew);
    n += i / count;
    i = i % count + 1;
    if (!is_scalar(n)) {
      return false;
    }
  }
  return true;
}

}  // namespace x509
