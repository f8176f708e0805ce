#include "crypto/pem.h"

#include "input.h"

// Blocks that were read can be written, and are read again as they were.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView input{data, size};
  static_cast<void>(crypto::looks_like_pem(input));
  static_cast<void>(crypto::der_from(input, "CERTIFICATE"));
  const auto blocks = crypto::read_pem(base::as_text(input));
  if (!blocks) {
    REQUIRE(!blocks.error().reason.empty());
    return 0;
  }
  for (const auto& block : *blocks) {
    const auto again = crypto::read_pem(crypto::to_pem(block.label, block.bytes));
    REQUIRE(again && again->size() == 1);
    REQUIRE(again->front().label == block.label && again->front().bytes == block.bytes);
  }
  return 0;
}
