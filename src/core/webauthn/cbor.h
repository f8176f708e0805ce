#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/value.h"

namespace core::webauthn {

// A value of CBOR (RFC 8949) as authenticators write it: definite lengths, whole numbers, octets,
// text, lists, maps and the simple values. It borrows from the octets that it was read from.
struct Cbor {
  struct Entry;
  using List = std::vector<Cbor>;
  using Map = std::vector<Entry>;

  std::variant<std::monostate, bool, std::int64_t, base::ByteView, std::string_view, List, Map>
      value;

  // Nothing when the value is of another kind.
  const std::int64_t* number() const { return std::get_if<std::int64_t>(&value); }
  const base::ByteView* octets() const { return std::get_if<base::ByteView>(&value); }
  const std::string_view* text() const { return std::get_if<std::string_view>(&value); }
  const List* list() const { return std::get_if<List>(&value); }
  const Map* map() const { return std::get_if<Map>(&value); }

  // Of a map, the value under this key.
  const Cbor* find(std::int64_t key) const;
  const Cbor* find(std::string_view key) const;
};

struct Cbor::Entry {
  Cbor key;
  Cbor value;
};

// Reads one value off the front of `rest`. Refuses indefinite lengths, tags, floating point, maps
// with a key twice or with keys other than numbers and text, more than 8 levels, and more than 256
// values.
std::expected<Cbor, base::ParseError> read_cbor(base::ByteView& rest);

// The same for octets that are one value and nothing else.
std::expected<Cbor, base::ParseError> parse_cbor(base::ByteView octets);

}  // namespace core::webauthn
