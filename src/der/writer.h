#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/clock.h"
#include "der/oid.h"
#include "der/tag.h"

namespace der {

// Writes DER into one growing buffer. Constructed elements are lambdas, so they nest as the ASN.1
// does:
//
//     der::Writer writer;
//     writer.sequence([&] {
//       writer.oid(der::oids::basic_constraints);
//       writer.octet_string(value);
//     });
//     return std::move(writer).take();
class Writer {
 public:
  explicit Writer(std::size_t expected_octets = 256) { bytes_.reserve(expected_octets); }

  // `expected_content` spares moving the content when its length needs more octets than one.
  template <class Body>
  void constructed(std::uint8_t tag, Body&& body, std::size_t expected_content = 0) {
    const auto start = begin(tag, expected_content);
    std::forward<Body>(body)();
    finish(start);
  }
  template <class Body>
  void sequence(Body&& body, std::size_t expected_content = 0) {
    constructed(tag::sequence, std::forward<Body>(body), expected_content);
  }
  template <class Body>
  void set(Body&& body) {
    constructed(tag::set, std::forward<Body>(body));
  }
  template <class Body>
  void context(int number, Body&& body) {  // [number], constructed
    constructed(tag::context_constructed(number), std::forward<Body>(body));
  }
  template <class Body>
  void wrapped_octet_string(Body&& body) {  // OCTET STRING that contains DER
    constructed(tag::octet_string, std::forward<Body>(body));
  }

  // The open form of `constructed`, for writers that outlive a function.
  struct Start {
    std::size_t length_at;
    std::size_t content_at;
  };
  Start begin(std::uint8_t tag, std::size_t expected_content = 0);
  void finish(Start start);

  void boolean(bool value);
  void integer(std::uint64_t value);
  void unsigned_integer(base::ByteView big_endian);  // leading zeros are dropped
  void enumerated(std::uint8_t value);
  void null();
  void oid(const Oid& oid) { primitive(tag::oid, oid.content()); }
  void octet_string(base::ByteView octets) { primitive(tag::octet_string, octets); }
  void bit_string(base::ByteView octets);
  // A BIT STRING of named bits, bit 0 first: trailing zero bits are dropped (X.690, 11.2.2).
  void named_bits(std::uint16_t bits);
  void text(std::uint8_t string_tag, std::string_view text) {
    primitive(string_tag, base::as_bytes(text));
  }
  void utf8_string(std::string_view value) { text(tag::utf8_string, value); }
  void printable_string(std::string_view value) { text(tag::printable_string, value); }
  void ia5_string(std::string_view value) { text(tag::ia5_string, value); }

  // UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280, section 4.1.2.5).
  void time(base::Time time);
  void generalized_time(base::Time time);

  void primitive(std::uint8_t tag, base::ByteView content);
  void raw(base::ByteView element);  // bytes that are DER already

  std::size_t size() const { return bytes_.size(); }
  base::ByteView bytes() const { return bytes_; }
  base::Bytes take() && { return std::move(bytes_); }

 private:
  void octet(std::uint8_t value) { bytes_.push_back(value); }
  void length(std::size_t value);

  base::Bytes bytes_;
};

}  // namespace der
