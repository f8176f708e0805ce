// The functions that EcdsaKey is there for.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#include <array>

#include "base/error.h"
#include "crypto/openssl_error.h"
#include "der/reader.h"

namespace crypto {
namespace {

// Making a table costs 25 ms, which so many uses earn back.
constexpr unsigned uses_before_table = 1000;
constexpr int most_tables = 64;
std::atomic<int> tables = 0;

struct FreePoint {
  void operator()(EC_POINT* point) const { EC_POINT_free(point); }
};
using PointPtr = std::unique_ptr<EC_POINT, FreePoint>;

// Numbers of one calculation, from a context that each thread keeps.
class Numbers {
 public:
  Numbers() { BN_CTX_start(context()); }
  ~Numbers() { BN_CTX_end(context()); }
  Numbers(const Numbers&) = delete;

  BN_CTX* context() const {
    struct FreeContext {
      void operator()(BN_CTX* context) const { BN_CTX_free(context); }
    };
    thread_local const std::unique_ptr<BN_CTX, FreeContext> kept{
        check_made(BN_CTX_new(), "preparing numbers")};
    return kept.get();
  }
  BIGNUM* next() { return check_made(BN_CTX_get(context()), "preparing numbers"); }
};

EC_KEY* template_key(Curve curve) {
  struct FreeKey {
    void operator()(EC_KEY* key) const { EC_KEY_free(key); }
  };
  const auto make = [](int curve_number) {
    return std::unique_ptr<EC_KEY, FreeKey>{
        check_made(EC_KEY_new_by_curve_name(curve_number), "preparing a curve")};
  };
  static const std::array templates{make(NID_X9_62_prime256v1), make(NID_secp384r1),
                                    make(NID_secp521r1)};
  return templates[static_cast<std::size_t>(curve)].get();
}

struct Signature {
  base::ByteView r;
  base::ByteView s;
};

der::Result<Signature> read_signature(base::ByteView der) {
  der::Reader outer{der};
  auto pair = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  const auto r = DER_TRY(pair.unsigned_integer());
  const auto s = DER_TRY(pair.unsigned_integer());
  DER_CHECK(pair.end());
  return Signature{r, s};
}

// By Fermat's theorem, which for numbers of this size is quicker than OpenSSL's division.
void invert(BIGNUM* result, const BIGNUM* number, const BIGNUM* order, BN_CTX* context) {
  struct Prime {
    explicit Prime(const BIGNUM* order) : modulus{BN_MONT_CTX_new()}, exponent{BN_dup(order)} {
      Numbers numbers;
      const auto made = "preparing a curve";
      check(check_made(modulus, made) != nullptr &&
                BN_MONT_CTX_set(modulus, order, numbers.context()) == 1 &&
                BN_sub_word(check_made(exponent, made), 2) == 1,
            made);
    }
    BN_MONT_CTX* modulus;
    BIGNUM* exponent;
  };
  static const Prime prime{order};  // of the only curve that has tables
  check(BN_mod_exp_mont(result, number, prime.exponent, order, context, prime.modulus),
        "verifying a signature");
}

// Whether the point's x, modulo the order, is r: without the division that x itself would need,
// since x = X / Z² (SEC 1 calls these projective coordinates).
bool has_coordinate(const EC_GROUP* curve, const EC_POINT* point, const BIGNUM* r,
                    Numbers& numbers) {
  const auto to = "verifying a signature";
  auto* const context = numbers.context();
  const auto* const field = EC_GROUP_get0_field(curve);
  auto* const x = numbers.next();
  auto* const y = numbers.next();
  auto* const z = numbers.next();
  auto* const wanted = numbers.next();
  check(EC_POINT_get_Jprojective_coordinates_GFp(curve, point, x, y, z, context), to);
  check(BN_mod_sqr(z, z, field, context), to);
  check(BN_mod_mul(wanted, r, z, field, context), to);
  if (BN_cmp(wanted, x) == 0) {
    return true;
  }
  // x may have been as much as the order larger than r.
  check(BN_add(y, r, EC_GROUP_get0_order(curve)), to);
  if (BN_cmp(y, field) >= 0) {
    return false;
  }
  check(BN_mod_mul(wanted, y, z, field, context), to);
  return BN_cmp(wanted, x) == 0;
}

bool read_number(base::ByteView bytes, BIGNUM* number) {
  return bytes.size() <= 66 &&
         BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), number) != nullptr;
}

}  // namespace

void EcdsaKey::Free::operator()(ec_key_st* key) const {
  EC_KEY_free(key);
}
void EcdsaKey::Free::operator()(ec_group_st* group) const {
  EC_GROUP_free(group);
}

EcdsaKey::~EcdsaKey() {
  if (const auto* const table = table_.load()) {
    EC_GROUP_free(const_cast<EC_GROUP*>(table));
    --tables;
  }
}

std::unique_ptr<const EcdsaKey> EcdsaKey::make(Curve curve, base::ByteView point) {
  std::unique_ptr<ec_key_st, Free> key{check_made(EC_KEY_dup(template_key(curve)), "making a key")};
  if (EC_KEY_oct2key(key.get(), point.data(), point.size(), nullptr) != 1) {
    take_openssl_errors();
    return nullptr;
  }
  return std::unique_ptr<const EcdsaKey>{new EcdsaKey{curve, std::move(key)}};
}

bool EcdsaKey::verify(base::ByteView digest, base::ByteView signature) const {
  if (const auto* const table = multiples()) {
    return verify_by(*table, digest, signature);
  }
  const bool is_good =
      ECDSA_verify(0, digest.data(), static_cast<int>(digest.size()), signature.data(),
                   static_cast<int>(signature.size()), key_.get()) == 1;
  if (!is_good) {
    take_openssl_errors();
  }
  return is_good;
}

const ec_group_st* EcdsaKey::multiples() const {
  if (const auto* const made = table_.load(std::memory_order_acquire)) {
    return made;
  }
  // OpenSSL has quick tables for this curve only. One thread makes the table, once.
  if (curve_ != Curve::p256 || uses_.fetch_add(1, std::memory_order_relaxed) != uses_before_table) {
    return nullptr;
  }
  if (++tables > most_tables) {
    --tables;
    return nullptr;
  }
  table_.store(make_multiples().release(), std::memory_order_release);
  return table_.load();
}

// The curve with the key as its generator: OpenSSL multiplies generators by tables.
EcdsaKey::GroupPtr EcdsaKey::make_multiples() const {
  const auto* const curve = EC_KEY_get0_group(key_.get());
  GroupPtr group{check_made(EC_GROUP_dup(curve), "preparing a curve")};
  const Numbers numbers;
  check(EC_GROUP_set_generator(group.get(), EC_KEY_get0_public_key(key_.get()),
                               EC_GROUP_get0_order(curve), BN_value_one()),
        "preparing a curve");
  check(EC_GROUP_precompute_mult(group.get(), numbers.context()), "preparing a curve");
  return group;
}

// FIPS 186-5, section 6.4.2, with both multiplications by tables. Nothing in it is secret.
bool EcdsaKey::verify_by(const ec_group_st& multiples, base::ByteView digest,
                         base::ByteView signature) const {
  const auto parts = read_signature(signature);
  if (!parts) {
    return false;
  }
  const auto* const curve = EC_KEY_get0_group(key_.get());
  const auto* const order = EC_GROUP_get0_order(curve);
  Numbers numbers;
  auto* const context = numbers.context();
  auto* const r = numbers.next();
  auto* const s = numbers.next();
  auto* const e = numbers.next();
  auto* const w = numbers.next();
  const auto is_in_range = [&](const BIGNUM* number) {
    return !BN_is_zero(number) && BN_cmp(number, order) < 0;
  };
  const auto octets = static_cast<std::size_t>(BN_num_bytes(order));
  if (!read_number(parts->r, r) || !read_number(parts->s, s) || !is_in_range(r) ||
      !is_in_range(s) || !read_number(digest.first(std::min(digest.size(), octets)), e)) {
    return false;
  }
  const auto to = "verifying a signature";
  invert(w, s, order, context);
  const PointPtr of_generator{check_made(EC_POINT_new(curve), to)};
  const PointPtr of_key{check_made(EC_POINT_new(curve), to)};
  check(BN_mod_mul(e, e, w, order, context), to);
  check(EC_POINT_mul(curve, of_generator.get(), e, nullptr, nullptr, context), to);
  check(BN_mod_mul(w, r, w, order, context), to);
  check(EC_POINT_mul(&multiples, of_key.get(), w, nullptr, nullptr, context), to);
  check(EC_POINT_add(curve, of_key.get(), of_key.get(), of_generator.get(), context), to);
  return EC_POINT_is_at_infinity(curve, of_key.get()) != 1 &&
         has_coordinate(curve, of_key.get(), r, numbers);
}

}  // namespace crypto
