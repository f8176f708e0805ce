#include "der/reader.h"

#include <chrono>

namespace der {
namespace {

// X.690, section 10.1: definite, in the fewest octets. Takes identifier and length off `rest`.
Result<std::size_t> take_length(base::ByteView& rest) {
  if (rest.empty()) {
    return refuse("DER is cut short within a length");
  }
  const std::size_t first = rest.front();
  rest = rest.subspan(1);
  if (first < 0x80) {
    return first;
  }
  const std::size_t count = first & 0x7f;
  if (count == 0 || count > 4) {
    return refuse("DER has an indefinite or an oversized length");
  }
  if (rest.size() < count) {
    return refuse("DER is cut short within a length");
  }
  std::size_t length = 0;
  for (const auto octet : rest.first(count)) {
    length = length << 8 | octet;
  }
  if (length < 0x80 || rest.front() == 0) {
    return refuse("DER has a length that is not minimal");
  }
  rest = rest.subspan(count);
  return length;
}

Result<int> two_digits(base::ByteView text, std::size_t at) {
  const int tens = text[at] - '0';
  const int ones = text[at + 1] - '0';
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) {
    return refuse("a time has something else than digits");
  }
  return tens * 10 + ones;
}

// YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, without fractions or offsets (RFC 5280, section 4.1.2.5).
Result<base::Time> read_time(base::ByteView text, bool has_century) {
  const std::size_t year_digits = has_century ? 4 : 2;
  if (text.size() != year_digits + 11 || text.back() != 'Z') {
    return refuse("a time has not the form that certificates use");
  }
  int year = DER_TRY(two_digits(text, 0));
  if (has_century) {
    const int low = DER_TRY(two_digits(text, 2));
    year = year * 100 + low;
  } else {
    year += year < 50 ? 2000 : 1900;
  }
  const auto month = static_cast<unsigned>(DER_TRY(two_digits(text, year_digits)));
  const auto day = static_cast<unsigned>(DER_TRY(two_digits(text, year_digits + 2)));
  const int hour = DER_TRY(two_digits(text, year_digits + 4));
  const int minute = DER_TRY(two_digits(text, year_digits + 6));
  const int second = DER_TRY(two_digits(text, year_digits + 8));
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) {
    return refuse("a time names a moment that does not exist");
  }
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

Result<std::uint64_t> to_small(base::ByteView content) {
  if (content.front() >= 0x80) {
    return refuse("an INTEGER is negative");
  }
  if (content.size() > 9 || (content.size() == 9 && content.front() != 0)) {
    return refuse("an INTEGER is too large");
  }
  std::uint64_t value = 0;
  for (const auto octet : content) {
    value = value << 8 | octet;
  }
  return value;
}

// X.690, section 8.3.2: the first nine bits are neither all zero nor all one.
bool is_minimal_integer(base::ByteView content) {
  if (content.empty()) {
    return false;
  }
  if (content.size() == 1) {
    return true;
  }
  const bool next_bit = content[1] >= 0x80;
  return !(content[0] == 0x00 && !next_bit) && !(content[0] == 0xff && next_bit);
}

constexpr int most_levels = 32;
constexpr std::uint8_t constructed_bit = 0x20;

// The universal types whose content has rules of its own.
Result<void> check_primitive(const Element& element) {
  Reader reader{element.whole};
  switch (element.tag) {
    case tag::boolean:
      DER_CHECK(reader.boolean());
      break;
    case tag::integer:
      DER_CHECK(reader.integer());
      break;
    case tag::enumerated:
      if (!is_minimal_integer(element.content)) {
        return refuse("an ENUMERATED is empty or not minimal");
      }
      break;
    case tag::bit_string:
      DER_CHECK(reader.bit_string());
      break;
    case tag::null:
      DER_CHECK(reader.null());
      break;
    case tag::oid:
      DER_CHECK(reader.oid());
      break;
    case tag::sequence & ~constructed_bit:
    case tag::set & ~constructed_bit:
      return refuse("DER has a SEQUENCE or SET that is not constructed");
    default:
      break;
  }
  return {};
}

Result<void> check_level(base::ByteView bytes, int levels) {
  if (levels == 0) {
    return refuse("DER is nested too deeply");
  }
  Reader reader{bytes};
  while (!reader.at_end()) {
    const auto element = DER_TRY(reader.element());
    if ((element.tag & constructed_bit) == 0) {
      DER_CHECK(check_primitive(element));
      continue;
    }
    // X.690, section 10.2: strings are not constructed.
    if (element.tag < 0x40 && element.tag != tag::sequence && element.tag != tag::set) {
      return refuse("DER has a constructed element that should be primitive");
    }
    DER_CHECK(check_level(element.content, levels - 1));
  }
  return {};
}

}  // namespace

Result<Element> Reader::element() {
  if (rest_.empty()) {
    return refuse("DER ends where an element is expected");
  }
  const auto whole = rest_;
  const auto tag = rest_.front();
  if ((tag & 0x1f) == 0x1f || tag == 0) {
    return refuse("DER has an unexpected tag");
  }
  auto rest = rest_.subspan(1);
  const std::size_t length = DER_TRY(take_length(rest));
  if (length > rest.size()) {
    return refuse("a DER element reaches beyond its container");
  }
  rest_ = rest.subspan(length);
  return Element{tag, rest.first(length), whole.first(whole.size() - rest_.size())};
}

Result<Element> Reader::element(std::uint8_t tag) {
  if (!next_is(tag)) {
    return refuse("DER has another element than expected, or none");
  }
  return element();
}

Result<base::ByteView> Reader::content(std::uint8_t tag) {
  return DER_TRY(element(tag)).content;
}

Result<Reader> Reader::enter(std::uint8_t tag) {
  return Reader{DER_TRY(element(tag)).content};
}

Result<std::optional<Reader>> Reader::enter_optional(std::uint8_t tag) {
  if (!next_is(tag)) {
    return std::optional<Reader>{};
  }
  return std::optional{DER_TRY(enter(tag))};
}

Result<bool> Reader::boolean() {
  const auto content = DER_TRY(this->content(tag::boolean));
  // X.690, section 11.1: TRUE is all ones.
  if (content.size() != 1 || (content[0] != 0x00 && content[0] != 0xff)) {
    return refuse("a BOOLEAN is neither 0x00 nor 0xff");
  }
  return content[0] == 0xff;
}

Result<base::ByteView> Reader::integer() {
  const auto content = DER_TRY(this->content(tag::integer));
  if (!is_minimal_integer(content)) {
    return refuse("an INTEGER is empty or not minimal");
  }
  return content;
}

Result<base::ByteView> Reader::unsigned_integer() {
  const auto content = DER_TRY(integer());
  if (content.front() >= 0x80) {
    return refuse("an INTEGER is negative");
  }
  return content.front() == 0 ? content.subspan(1) : content;
}

Result<std::uint64_t> Reader::small_integer() {
  const auto content = DER_TRY(integer());
  return to_small(content);
}

Result<std::uint64_t> Reader::enumerated() {
  const auto content = DER_TRY(this->content(tag::enumerated));
  if (!is_minimal_integer(content)) {
    return refuse("an ENUMERATED is empty or not minimal");
  }
  return to_small(content);
}

Result<Oid> Reader::oid() {
  const auto content = DER_TRY(this->content(tag::oid));
  return Oid::from_content(content);
}

Result<base::ByteView> Reader::octet_string() {
  return content(tag::octet_string);
}

Result<BitString> Reader::bit_string() {
  const auto content = DER_TRY(this->content(tag::bit_string));
  // X.690, section 8.6.2 and 11.2.1: up to 7 unused bits, which are zero.
  if (content.empty() || content[0] > 7 || (content.size() == 1 && content[0] != 0)) {
    return refuse("a BIT STRING has a wrong number of unused bits");
  }
  const BitString bits{content.subspan(1), content[0]};
  if (bits.unused_bits != 0 && (bits.octets.back() & ((1u << bits.unused_bits) - 1)) != 0) {
    return refuse("a BIT STRING has unused bits that are not zero");
  }
  return bits;
}

Result<base::ByteView> Reader::whole_octets() {
  const auto bits = DER_TRY(bit_string());
  if (bits.unused_bits != 0) {
    return refuse("a BIT STRING is not made of whole octets");
  }
  return bits.octets;
}

Result<void> Reader::null() {
  if (!DER_TRY(content(tag::null)).empty()) {
    return refuse("a NULL is not empty");
  }
  return {};
}

Result<base::Time> Reader::time() {
  if (next_is(tag::generalized_time)) {
    return generalized_time();
  }
  const auto text = DER_TRY(content(tag::utc_time));
  return read_time(text, false);
}

Result<base::Time> Reader::generalized_time() {
  const auto text = DER_TRY(content(tag::generalized_time));
  return read_time(text, true);
}

Result<void> Reader::end() const {
  if (!rest_.empty()) {
    return refuse("DER has more elements than expected");
  }
  return {};
}

Result<Element> read_only_element(base::ByteView bytes) {
  Reader reader{bytes};
  const auto element = DER_TRY(reader.element());
  DER_CHECK(reader.end());
  return element;
}

Result<void> check_nested(base::ByteView bytes) {
  return check_level(bytes, most_levels);
}

}  // namespace der
