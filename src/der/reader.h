#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/clock.h"
#include "der/oid.h"
#include "der/tag.h"

// Takes the value of an expected, or leaves the function with its error.
#define DER_TRY(...)                                         \
  ({                                                         \
    auto der_result = (__VA_ARGS__);                         \
    if (!der_result) {                                       \
      return std::unexpected(std::move(der_result).error()); \
    }                                                        \
    *std::move(der_result);                                  \
  })

// The same for an expected without a value.
#define DER_CHECK(...)                                       \
  do {                                                       \
    if (auto der_result = (__VA_ARGS__); !der_result) {      \
      return std::unexpected(std::move(der_result).error()); \
    }                                                        \
  } while (false)

namespace der {

template <class T>
using Result = std::expected<T, base::ParseError>;

inline std::unexpected<base::ParseError> refuse(std::string reason) {
  return std::unexpected(base::ParseError{std::move(reason)});
}

struct Element {
  std::uint8_t tag = 0;
  base::ByteView content;
  base::ByteView whole;  // with tag and length
};

struct BitString {
  base::ByteView octets;
  int unused_bits = 0;
};

// Reads DER (X.690, section 10) from borrowed bytes, one element after the other. Lengths are
// definite and minimal, tag numbers below 31, nothing reaches beyond its container. The reader
// does not recurse: how deep it goes is what its caller asks for.
class Reader {
 public:
  explicit Reader(base::ByteView bytes) : rest_{bytes} {}

  bool at_end() const { return rest_.empty(); }
  bool next_is(std::uint8_t tag) const { return !rest_.empty() && rest_.front() == tag; }
  base::ByteView rest() const { return rest_; }

  Result<Element> element();                  // whatever comes
  Result<Element> element(std::uint8_t tag);  // this tag, or refused
  Result<base::ByteView> content(std::uint8_t tag);
  Result<Reader> enter(std::uint8_t tag);
  Result<Reader> sequence() { return enter(tag::sequence); }
  Result<std::optional<Reader>> enter_optional(std::uint8_t tag);

  Result<bool> boolean();
  Result<base::ByteView> integer();           // two's complement, minimal
  Result<base::ByteView> unsigned_integer();  // magnitude without leading zero; empty for zero
  Result<std::uint64_t> small_integer();      // not negative, fits
  Result<std::uint64_t> enumerated();
  Result<Oid> oid();
  Result<base::ByteView> octet_string();
  Result<BitString> bit_string();
  Result<base::ByteView> whole_octets();  // a BIT STRING without unused bits
  Result<void> null();
  Result<base::Time> time();  // UTCTime or GeneralizedTime (RFC 5280, 4.1.2.5)
  Result<base::Time> generalized_time();

  // Refuses what follows the last element.
  Result<void> end() const;

 private:
  base::ByteView rest_;
};

// Reads one element that is all there is.
Result<Element> read_only_element(base::ByteView bytes);

// Refuses bytes that are not DER all the way down: for parts that are kept or skipped unread, so
// that stricter readers do not stumble over what we let pass. Goes 32 levels deep; what is within
// OCTET STRINGs is not looked at.
Result<void> check_nested(base::ByteView bytes);

}  // namespace der
