#include "crypto/weakness.h"

#include <openssl/bn.h>

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "crypto/handles.h"
#include "crypto/openssl_error.h"

namespace crypto {
namespace {

constexpr int least_rsa_bits = 2048;
constexpr int most_rsa_bits = 8192;

constexpr std::array roca_primes{3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                 47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

struct ContextFree {
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};
using BignumContext = std::unique_ptr<BN_CTX, ContextFree>;

BignumPtr make_number() {
  return BignumPtr{check_made(BN_new(), "making a number")};
}

// CVE-2017-15361: primes of the form k * M + (65537^a mod M), with M a product of small primes.
// The modulus is then a power of 65537 modulo each of them.
bool has_roca_form(const BIGNUM* modulus) {
  return std::ranges::all_of(roca_primes, [&](int prime) {
    const auto p = static_cast<unsigned>(prime);
    const auto residue = static_cast<unsigned>(BN_mod_word(modulus, p));
    unsigned power = 1;
    do {
      if (power == residue) {
        return true;
      }
      power = power * (65537 % p) % p;
    } while (power != 1);
    return false;
  });
}

bool has_small_factor(const BIGNUM* modulus) {
  // CA/Browser Forum's Baseline Requirements, 6.1.6: no factors below 752.
  for (unsigned factor = 3; factor < 752; factor += 2) {
    if (BN_mod_word(modulus, factor) == 0) {
      return true;
    }
  }
  return false;
}

// The integer square root, by Newton's method from above.
BignumPtr square_root(const BIGNUM* number, BN_CTX* context) {
  auto root = make_number();
  auto next = make_number();
  check(BN_set_bit(root.get(), (BN_num_bits(number) + 1) / 2), "taking a root");
  for (;;) {
    check(BN_div(next.get(), nullptr, number, root.get(), context), "taking a root");
    check(BN_add(next.get(), next.get(), root.get()), "taking a root");
    check(BN_rshift1(next.get(), next.get()), "taking a root");
    if (BN_cmp(next.get(), root.get()) >= 0) {
      return root;
    }
    std::swap(root, next);
  }
}

bool is_square(const BIGNUM* number, BN_CTX* context) {
  // Squares are 0, 1, 4, 9, 16, 17, 25, 33, 36, 41, 49 or 57 modulo 64: most numbers stop here.
  constexpr std::uint64_t squares = 0x0202021202030213;
  if ((squares >> BN_mod_word(number, 64) & 1) == 0) {
    return false;
  }
  auto square = make_number();
  check(BN_sqr(square.get(), square_root(number, context).get(), context), "taking a square");
  return BN_cmp(square.get(), number) == 0;
}

// Fermat's factorization: finds primes whose difference is small, in 100 steps as the Baseline
// Requirements ask for.
bool has_close_primes(const BIGNUM* modulus) {
  const BignumContext context{check_made(BN_CTX_new(), "making a number")};
  auto a = square_root(modulus, context.get());
  auto rest = make_number();
  for (int step = 0; step < 100; ++step) {
    check(BN_add_word(a.get(), 1), "factoring");
    check(BN_sqr(rest.get(), a.get(), context.get()), "factoring");
    check(BN_sub(rest.get(), rest.get(), modulus), "factoring");
    if (is_square(rest.get(), context.get())) {
      return true;
    }
  }
  return false;
}

}  // namespace

int bit_length(base::ByteView number) {
  return number.empty() ? 0
                        : static_cast<int>(number.size() * 8) - std::countl_zero(number.front());
}

std::optional<std::string> rsa_parameter_problem(base::ByteView modulus, base::ByteView exponent) {
  const int bits = bit_length(modulus);
  if (bits < least_rsa_bits) {
    return "an RSA key of " + std::to_string(bits) + " bits is too weak: 2048 are the least";
  }
  if (bits > most_rsa_bits) {
    return "an RSA key of " + std::to_string(bits) + " bits is too large: 8192 are the most";
  }
  if ((modulus.back() & 1) == 0) {
    return "the modulus of the RSA key is even";
  }
  // NIST SP 800-56B: odd, above 2^16, below 2^256.
  if (exponent.empty() || (exponent.back() & 1) == 0 || bit_length(exponent) < 17) {
    return "the exponent of the RSA key is even or less than 65537";
  }
  if (bit_length(exponent) > 256) {
    return "the exponent of the RSA key is too large";
  }
  return std::nullopt;
}

std::optional<std::string> rsa_modulus_problem(base::ByteView modulus) {
  const BignumPtr number{check_made(
      BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr), "making a number")};
  if (has_small_factor(number.get())) {
    return "the modulus of the RSA key has a small factor";
  }
  if (has_roca_form(number.get())) {
    return "the RSA key was made by a faulty generator (ROCA, CVE-2017-15361)";
  }
  if (has_close_primes(number.get())) {
    return "the primes of the RSA key are too close to each other";
  }
  return std::nullopt;
}

bool is_small_order_ed25519(base::ByteView raw) {
  // The y coordinates, little-endian and without the sign bit: 0, 1, the two of order 8, and -1,
  // 0, 1 written as p - 1, p, p + 1.
  static const std::array<base::Bytes, 7> coordinates = [] {
    constexpr std::array<std::string_view, 7> hex{
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    std::array<base::Bytes, 7> bytes;
    std::ranges::transform(hex, bytes.begin(),
                           [](auto text) { return base::from_hex(text).value(); });
    return bytes;
  }();
  auto y = base::to_bytes(raw);
  y.back() &= 0x7f;
  return std::ranges::find(coordinates, y) != coordinates.end();
}

}  // namespace crypto
