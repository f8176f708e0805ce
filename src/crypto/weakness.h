#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"

// Keys that are well-formed, and yet nobody should trust. For the files of this folder only.
namespace crypto {

// The number of bits of a big-endian number without leading zeros.
int bit_length(base::ByteView number);

// What a look at size and parity finds; costs nothing.
std::optional<std::string> rsa_parameter_problem(base::ByteView modulus, base::ByteView exponent);

// What arithmetic finds, in a few hundred µs.
std::optional<std::string> rsa_modulus_problem(base::ByteView modulus);

// Points of order 1, 2, 4 or 8, for which anyone can make signatures.
bool is_small_order_ed25519(base::ByteView raw);

}  // namespace crypto
