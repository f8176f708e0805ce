#include "core/webauthn/cbor.h"

#include <algorithm>
#include <limits>

namespace core::webauthn {
namespace {

constexpr int deepest = 8;
constexpr int most_values = 256;

using Refusal = std::unexpected<base::ParseError>;

Refusal refuse(const char* reason) {
  return Refusal{base::ParseError{reason}};
}

class Reader {
 public:
  explicit Reader(base::ByteView rest) : rest_{rest} {}

  base::ByteView rest() const { return rest_; }

  std::expected<Cbor, base::ParseError> value(int depth) {
    if (depth > deepest || ++values_ > most_values) {
      return refuse("CBOR that is nested too deeply, or has too many values");
    }
    if (rest_.empty()) {
      return refuse("CBOR that ends too early");
    }
    const int kind = rest_.front() >> 5;
    const int detail = rest_.front() & 0x1f;
    rest_ = rest_.subspan(1);
    if (kind == 7) {
      return simple(detail);
    }
    const auto argument = read_argument(detail);
    if (!argument) {
      return Refusal{argument.error()};
    }
    return of_kind(kind, *argument, depth);
  }

 private:
  static std::expected<Cbor, base::ParseError> simple(int detail) {
    switch (detail) {
      case 20:
      case 21:
        return Cbor{detail == 21};
      case 22:
      case 23:
        return Cbor{};
      default:
        return refuse("CBOR with a value that no authenticator writes");
    }
  }

  std::expected<std::uint64_t, base::ParseError> read_argument(int detail) {
    if (detail < 24) {
      return static_cast<std::uint64_t>(detail);
    }
    if (detail > 27) {
      return refuse("CBOR of indefinite length");
    }
    const auto size = std::size_t{1} << (detail - 24);
    if (rest_.size() < size) {
      return refuse("CBOR that ends too early");
    }
    std::uint64_t number = 0;
    for (const auto octet : rest_.first(size)) {
      number = number << 8 | octet;
    }
    rest_ = rest_.subspan(size);
    return number;
  }

  std::expected<Cbor, base::ParseError> of_kind(int kind, std::uint64_t argument, int depth) {
    switch (kind) {
      case 0:
      case 1: {
        if (argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
          return refuse("CBOR with a number that is too large");
        }
        const auto number = static_cast<std::int64_t>(argument);
        return Cbor{kind == 0 ? number : -1 - number};
      }
      case 2:
      case 3: {
        if (argument > rest_.size()) {
          return refuse("CBOR that ends too early");
        }
        const auto octets = rest_.first(static_cast<std::size_t>(argument));
        rest_ = rest_.subspan(octets.size());
        return kind == 2 ? Cbor{octets} : Cbor{base::as_text(octets)};
      }
      case 4:
        return list(argument, depth);
      case 5:
        return map(argument, depth);
      default:
        return refuse("CBOR with a tag");
    }
  }

  std::expected<Cbor, base::ParseError> list(std::uint64_t size, int depth) {
    Cbor::List items;
    for (std::uint64_t i = 0; i < size; ++i) {
      auto item = value(depth + 1);
      if (!item) {
        return item;
      }
      items.push_back(*std::move(item));
    }
    return Cbor{std::move(items)};
  }

  std::expected<Cbor, base::ParseError> map(std::uint64_t size, int depth) {
    Cbor all{Cbor::Map{}};
    auto& entries = std::get<Cbor::Map>(all.value);
    for (std::uint64_t i = 0; i < size; ++i) {
      auto key = value(depth + 1);
      if (!key) {
        return key;
      }
      if (key->number() == nullptr && key->text() == nullptr) {
        return refuse("CBOR with a key that is neither number nor text");
      }
      if (key->number() != nullptr ? all.find(*key->number()) : all.find(*key->text())) {
        return refuse("CBOR with a key twice");
      }
      auto item = value(depth + 1);
      if (!item) {
        return item;
      }
      entries.push_back({*std::move(key), *std::move(item)});
    }
    return all;
  }

  base::ByteView rest_;
  int values_ = 0;
};

template <class Key, class Kind>
const Cbor* find_in(const Cbor& cbor, const Key& key, Kind kind) {
  const auto* const map = cbor.map();
  if (map == nullptr) {
    return nullptr;
  }
  const auto found = std::ranges::find_if(*map, [&](const auto& entry) {
    const auto* const own = (entry.key.*kind)();
    return own != nullptr && *own == key;
  });
  return found == map->end() ? nullptr : &found->value;
}

}  // namespace

const Cbor* Cbor::find(std::int64_t key) const {
  return find_in(*this, key, &Cbor::number);
}

const Cbor* Cbor::find(std::string_view key) const {
  return find_in(*this, key, &Cbor::text);
}

std::expected<Cbor, base::ParseError> read_cbor(base::ByteView& rest) {
  Reader reader{rest};
  auto value = reader.value(1);
  if (value) {
    rest = reader.rest();
  }
  return value;
}

std::expected<Cbor, base::ParseError> parse_cbor(base::ByteView octets) {
  auto value = read_cbor(octets);
  if (value && !octets.empty()) {
    return refuse("CBOR with something behind it");
  }
  return value;
}

}  // namespace core::webauthn
