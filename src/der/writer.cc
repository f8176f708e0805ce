#include "der/writer.h"

#include <array>
#include <chrono>

#include "base/error.h"

namespace der {
namespace {

// How many octets a length takes, the first one included.
std::size_t length_octets(std::size_t length) {
  std::size_t octets = 1;
  if (length >= 0x80) {
    for (; length != 0; length >>= 8) {
      ++octets;
    }
  }
  return octets;
}

void put_length(std::uint8_t* at, std::size_t length, std::size_t octets) {
  if (octets == 1) {
    *at = static_cast<std::uint8_t>(length);
    return;
  }
  *at = static_cast<std::uint8_t>(0x80 | (octets - 1));
  for (std::size_t i = octets - 1; i > 0; --i, length >>= 8) {
    at[i] = static_cast<std::uint8_t>(length);
  }
}

void put_two_digits(char* at, unsigned value) {
  at[0] = static_cast<char>('0' + value / 10);
  at[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

void Writer::length(std::size_t value) {
  const auto octets = length_octets(value);
  bytes_.resize(bytes_.size() + octets);
  put_length(&bytes_[bytes_.size() - octets], value, octets);
}

Writer::Start Writer::begin(std::uint8_t tag, std::size_t expected_content) {
  octet(tag);
  const Start start{bytes_.size(), bytes_.size() + length_octets(expected_content)};
  bytes_.resize(start.content_at);
  return start;
}

void Writer::finish(Start start) {
  const auto content = bytes_.size() - start.content_at;
  const auto reserved = start.content_at - start.length_at;
  const auto octets = length_octets(content);
  const auto at = bytes_.begin() + static_cast<std::ptrdiff_t>(start.length_at);
  if (octets > reserved) {
    bytes_.insert(at, octets - reserved, 0);
  } else if (octets < reserved) {
    bytes_.erase(at, at + static_cast<std::ptrdiff_t>(reserved - octets));
  }
  put_length(&bytes_[start.length_at], content, octets);
}

void Writer::boolean(bool value) {
  const std::uint8_t octet = value ? 0xff : 0x00;
  primitive(tag::boolean, {&octet, 1});
}

void Writer::integer(std::uint64_t value) {
  std::array<std::uint8_t, 8> octets;
  for (std::size_t i = octets.size(); i-- > 0; value >>= 8) {
    octets[i] = static_cast<std::uint8_t>(value);
  }
  unsigned_integer(octets);
}

void Writer::unsigned_integer(base::ByteView big_endian) {
  while (big_endian.size() > 1 && big_endian.front() == 0) {
    big_endian = big_endian.subspan(1);
  }
  const bool pad = big_endian.empty() || big_endian.front() >= 0x80;
  octet(tag::integer);
  length(big_endian.size() + (pad ? 1 : 0));
  if (pad) {
    octet(0);
  }
  raw(big_endian);
}

void Writer::enumerated(std::uint8_t value) {
  const std::array<std::uint8_t, 2> octets{0, value};
  primitive(tag::enumerated, base::ByteView{octets}.subspan(value < 0x80 ? 1 : 0));
}

void Writer::null() {
  primitive(tag::null, {});
}

void Writer::bit_string(base::ByteView octets) {
  octet(tag::bit_string);
  length(octets.size() + 1);
  octet(0);
  raw(octets);
}

void Writer::named_bits(std::uint16_t bits) {
  std::array<std::uint8_t, 3> content{};  // unused bits, then the bits from the most significant
  int used = 0;
  for (int i = 0; i < 16; ++i) {
    if ((bits >> i & 1) != 0) {
      content[static_cast<std::size_t>(1 + i / 8)] |= static_cast<std::uint8_t>(0x80 >> i % 8);
      used = i + 1;
    }
  }
  const auto octets = static_cast<std::size_t>((used + 7) / 8);
  content[0] = static_cast<std::uint8_t>(octets * 8 - static_cast<std::size_t>(used));
  primitive(tag::bit_string, base::ByteView{content}.first(1 + octets));
}

void Writer::time(base::Time time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  const int year = int{date.year()};
  if (year < 1950 || year > 2049) {
    generalized_time(time);
    return;
  }
  Writer long_form{32};
  long_form.generalized_time(time);
  primitive(tag::utc_time, long_form.bytes().subspan(4));  // without tag, length and century
}

void Writer::generalized_time(base::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const int year = int{date.year()};
  if (year < 0 || year > 9999) {
    throw base::Error{base::ErrorCode::invalid_request, "the year is beyond 9999"};
  }
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 15> text;
  put_two_digits(&text[0], static_cast<unsigned>(year) / 100);
  put_two_digits(&text[2], static_cast<unsigned>(year) % 100);
  put_two_digits(&text[4], unsigned{date.month()});
  put_two_digits(&text[6], unsigned{date.day()});
  put_two_digits(&text[8], static_cast<unsigned>(clock.hours().count()));
  put_two_digits(&text[10], static_cast<unsigned>(clock.minutes().count()));
  put_two_digits(&text[12], static_cast<unsigned>(clock.seconds().count()));
  text[14] = 'Z';
  this->text(tag::generalized_time, {text.data(), text.size()});
}

void Writer::primitive(std::uint8_t tag, base::ByteView content) {
  octet(tag);
  length(content.size());
  raw(content);
}

void Writer::raw(base::ByteView element) {
  bytes_.insert(bytes_.end(), element.begin(), element.end());
}

}  // namespace der
