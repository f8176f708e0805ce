#include "crypto/iterations.h"

#include "der/reader.h"

namespace crypto {
namespace {

constexpr std::uint64_t most_iterations = 10'000'000;
constexpr int most_depth = 24;

bool is_bounded(base::ByteView der, int depth) {
  if (depth > most_depth) {
    return false;
  }
  der::Reader reader{der};
  bool after_salt = false;
  while (!reader.at_end()) {
    const auto element = reader.element();
    if (!element) {
      return true;  // not DER: an octet string of something else
    }
    if (after_salt && element->tag == der::tag::integer) {
      der::Reader number{element->whole};
      const auto iterations = number.small_integer();
      if (!iterations || *iterations > most_iterations) {
        return false;
      }
    }
    after_salt = element->tag == der::tag::octet_string;
    const bool is_constructed = (element->tag & 0x20) != 0;
    if ((is_constructed || after_salt) && !is_bounded(element->content, depth + 1)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool has_bounded_iterations(base::ByteView der) {
  return is_bounded(der, 0);
}

}  // namespace crypto
