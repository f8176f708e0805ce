#include "der/oid.h"

#include <algorithm>
#include <optional>

namespace der {
namespace {

// Arcs of 128 bits: the UUIDs of 2.25 (X.667) need them.
__extension__ using Arc = unsigned __int128;

std::unexpected<base::ParseError> refuse(const char* reason) {
  return std::unexpected(base::ParseError{reason});
}

// Takes the digits up to the next dot.
std::optional<Arc> take_arc(std::string_view& dotted) {
  const auto digits = dotted.substr(0, dotted.find('.'));
  if (digits.empty() || digits.size() > 39 || (digits.size() > 1 && digits.front() == '0')) {
    return std::nullopt;
  }
  Arc arc = 0;
  for (const char c : digits) {
    const auto digit = static_cast<unsigned>(c - '0');
    if (c < '0' || c > '9' || arc > (~Arc{0} - digit) / 10) {
      return std::nullopt;
    }
    arc = arc * 10 + digit;
  }
  dotted.remove_prefix(digits.size());
  return arc;
}

std::size_t octets_of(Arc arc) {
  std::size_t octets = 1;
  while ((arc >>= 7) != 0) {
    ++octets;
  }
  return octets;
}

std::string to_decimal(Arc arc) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(arc % 10)));
    arc /= 10;
  } while (arc != 0);
  return digits;
}

}  // namespace

std::expected<Oid, base::ParseError> Oid::parse(std::string_view dotted) {
  Oid oid;
  Arc first = 0;
  for (int count = 0;; ++count) {
    const auto arc = take_arc(dotted);
    if (!arc || (count == 1 && *arc > ~Arc{0} - 80)) {  // the first two become one number
      return refuse("not a dotted object identifier");
    }
    if (count == 0) {
      if (*arc > 2) {
        return refuse("an object identifier begins with 0, 1 or 2");
      }
      first = *arc;
    } else {
      if (count == 1 && first < 2 && *arc > 39) {
        return refuse("the second arc of this object identifier is at most 39");
      }
      const Arc value = count == 1 ? first * 40 + *arc : *arc;
      if (oid.size_ + octets_of(value) > max_octets) {
        return refuse("the object identifier is too long");
      }
      oid.append(value);
    }
    if (dotted.empty()) {
      break;
    }
    dotted.remove_prefix(1);
  }
  if (oid.size_ == 0) {
    return refuse("an object identifier has two arcs or more");
  }
  return oid;
}

std::expected<Oid, base::ParseError> Oid::from_content(base::ByteView content) {
  if (content.empty() || content.size() > max_octets) {
    return refuse("an object identifier is empty or too long");
  }
  std::size_t arc_octets = 0;
  for (const auto octet : content) {
    // X.690, section 8.19.2: the fewest octets, so an arc does not begin with 0x80.
    if (arc_octets == 0 && octet == 0x80) {
      return refuse("an arc of an object identifier has leading zeros");
    }
    ++arc_octets;
    // 18 groups of 7 bits are 126 bits; a 19th leaves room for the top two in its first octet.
    if (arc_octets > 19) {
      return refuse("an arc of an object identifier is too large");
    }
    if (octet < 0x80) {
      arc_octets = 0;
    }
  }
  if (arc_octets != 0) {
    return refuse("an object identifier is cut short");
  }
  for (std::size_t i = 0; i < content.size();) {
    std::size_t length = 1;
    while (content[i + length - 1] >= 0x80) {
      ++length;
    }
    if (length == 19 && (content[i] & 0x7f) > 3) {
      return refuse("an arc of an object identifier is too large");
    }
    i += length;
  }
  Oid oid;
  std::ranges::copy(content, oid.octets_.begin());
  oid.size_ = static_cast<std::uint8_t>(content.size());
  return oid;
}

std::string Oid::to_string() const {
  std::string dotted;
  Arc arc = 0;
  for (const auto octet : content()) {
    arc = arc << 7 | (octet & 0x7f);
    if (octet >= 0x80) {
      continue;
    }
    if (dotted.empty()) {
      const unsigned first = arc < 40 ? 0 : arc < 80 ? 1 : 2;
      dotted = to_decimal(first);
      arc -= first * 40;
    }
    dotted += '.' + to_decimal(arc);
    arc = 0;
  }
  return dotted;
}

}  // namespace der
