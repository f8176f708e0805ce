#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "crypto/key.h"
#include "crypto/key_state.h"
#include "crypto/openssl_error.h"
#include "crypto/weakness.h"
#include "der/reader.h"
#include "der/writer.h"

namespace crypto {
namespace {

using namespace std::string_view_literals;
using der::refuse;

// AlgorithmIdentifiers of SubjectPublicKeyInfo (RFC 5480, 3279, 8410).
constexpr auto rsa_identifier = "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"sv;
constexpr auto ed25519_identifier = "\x30\x05\x06\x03\x2b\x65\x70"sv;

struct CurveFacts {
  int bits;
  std::size_t field_octets;
  const char* name;
  std::string_view identifier;
};

constexpr std::array<CurveFacts, 3> curves{{
    {256, 32, "EC P-256",
     "\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"sv},
    {384, 48, "EC P-384",
     "\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22"sv},
    {521, 66, "EC P-521",
     "\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23"sv},
}};

const CurveFacts& facts(Curve curve) {
  return curves[static_cast<std::size_t>(curve)];
}

KeyPtr make_rsa(base::ByteView modulus, base::ByteView exponent) {
  thread_local const KeyContextPtr context = [] {
    KeyContextPtr made{
        check_made(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), "preparing RSA")};
    check(EVP_PKEY_fromdata_init(made.get()), "preparing RSA");
    return made;
  }();
  // OSSL_PARAM has integers in the order of the machine.
  base::Bytes native_modulus(modulus.rbegin(), modulus.rend());
  base::Bytes native_exponent(exponent.rbegin(), exponent.rend());
  if constexpr (std::endian::native == std::endian::big) {
    std::ranges::reverse(native_modulus);
    std::ranges::reverse(native_exponent);
  }
  std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, native_modulus.data(), native_modulus.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, native_exponent.data(),
                              native_exponent.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.data()) != 1) {
    take_openssl_errors();
  }
  return KeyPtr{made};
}

KeyPtr make_ed25519(base::ByteView raw) {
  return KeyPtr{
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, raw.data(), raw.size())};
}

struct Spki {
  base::ByteView algorithm;
  base::ByteView key_bits;
};

der::Result<Spki> read_spki(base::ByteView der) {
  der::Reader outer{der};
  auto spki = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  const auto algorithm = DER_TRY(spki.element(der::tag::sequence));
  const auto key_bits = DER_TRY(spki.whole_octets());
  DER_CHECK(spki.end());
  return Spki{algorithm.whole, key_bits};
}

struct RsaView {
  base::ByteView modulus;
  base::ByteView exponent;
};

// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 8017, A.1.1)
der::Result<RsaView> read_rsa(base::ByteView key_bits) {
  der::Reader outer{key_bits};
  auto key = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  const auto modulus = DER_TRY(key.unsigned_integer());
  const auto exponent = DER_TRY(key.unsigned_integer());
  DER_CHECK(key.end());
  return RsaView{modulus, exponent};
}

base::Bytes write_spki(std::string_view algorithm, base::ByteView key_bits) {
  der::Writer writer{key_bits.size() + 40};
  writer.sequence(
      [&] {
        writer.raw(base::as_bytes(algorithm));
        writer.bit_string(key_bits);
      },
      algorithm.size() + key_bits.size() + 4);
  return std::move(writer).take();
}

base::ByteView without_leading_zeros(base::ByteView number) {
  while (!number.empty() && number.front() == 0) {
    number = number.subspan(1);
  }
  return number;
}

}  // namespace

std::size_t field_octets(Curve curve) {
  return facts(curve).field_octets;
}

std::expected<PublicKey, base::ParseError> PublicKey::from_spki(base::ByteView der) {
  const auto spki = DER_TRY(read_spki(der));
  const auto algorithm = base::as_text(spki.algorithm);
  State state{.type = KeyType::ec,
              .curve = Curve::p256,
              .bits = 256,
              .spki = {},
              .key_bits_at = static_cast<std::size_t>(spki.key_bits.data() - der.data()),
              .ecdsa = nullptr,
              .key = nullptr};
  if (algorithm == rsa_identifier) {
    const auto rsa = DER_TRY(read_rsa(spki.key_bits));
    if (const auto problem = rsa_parameter_problem(rsa.modulus, rsa.exponent)) {
      return refuse(*problem);
    }
    state.type = KeyType::rsa;
    state.bits = bit_length(rsa.modulus);
    state.key = make_rsa(rsa.modulus, rsa.exponent);
  } else if (algorithm == ed25519_identifier) {
    if (spki.key_bits.size() != 32 || is_small_order_ed25519(spki.key_bits)) {
      return refuse("not an Ed25519 public key");
    }
    state.type = KeyType::ed25519;
    state.key = make_ed25519(spki.key_bits);
  } else {
    const auto curve = std::ranges::find(curves, algorithm, &CurveFacts::identifier);
    if (curve == curves.end()) {
      return refuse("the key is neither RSA, EC on P-256, P-384 or P-521, nor Ed25519");
    }
    if (spki.key_bits.size() != 1 + 2 * curve->field_octets || spki.key_bits.front() != 0x04) {
      return refuse("an EC public key is not an uncompressed point");
    }
    state.curve = static_cast<Curve>(curve - curves.begin());
    state.bits = curve->bits;
    state.ecdsa = EcdsaKey::make(state.curve, spki.key_bits);
  }
  if (!state.key && !state.ecdsa) {
    return refuse("the public key is not valid: its point is not on the curve");
  }
  state.spki = base::to_bytes(der);
  return PublicKey{std::make_shared<const State>(std::move(state))};
}

std::expected<PublicKey, base::ParseError> PublicKey::from_ec_point(Curve curve, base::ByteView x,
                                                                    base::ByteView y) {
  if (x.size() != facts(curve).field_octets || y.size() != facts(curve).field_octets) {
    return refuse("the coordinates of an EC key are as long as its field");
  }
  base::Bytes point{0x04};
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  return from_spki(write_spki(facts(curve).identifier, point));
}

std::expected<PublicKey, base::ParseError> PublicKey::from_rsa(base::ByteView modulus,
                                                               base::ByteView exponent) {
  if (modulus.size() > 4096 || exponent.size() > 4096) {
    return refuse("an RSA key has at most 8192 bits");
  }
  der::Writer writer{modulus.size() + 32};
  writer.sequence([&] {
    writer.unsigned_integer(modulus);
    writer.unsigned_integer(exponent);
  });
  return from_spki(write_spki(rsa_identifier, writer.bytes()));
}

std::expected<PublicKey, base::ParseError> PublicKey::from_ed25519(base::ByteView raw) {
  if (raw.size() != 32) {
    return refuse("an Ed25519 public key has 32 octets");
  }
  return from_spki(write_spki(ed25519_identifier, raw));
}

base::ByteView PublicKey::spki() const {
  return state_->spki;
}

base::ByteView PublicKey::key_bits() const {
  return spki().subspan(state_->key_bits_at);
}

KeyType PublicKey::type() const {
  return state_->type;
}

int PublicKey::bits() const {
  return state_->bits;
}

std::string PublicKey::name() const {
  switch (state_->type) {
    case KeyType::rsa:
      return "RSA " + std::to_string(state_->bits);
    case KeyType::ec:
      return facts(state_->curve).name;
    case KeyType::ed25519:
      break;
  }
  return "Ed25519";
}

std::optional<KeyAlgorithm> PublicKey::algorithm() const {
  const auto found = parse_key_algorithm(name());
  return found ? std::optional{*found} : std::nullopt;
}

std::optional<EcPoint> PublicKey::ec_point() const {
  if (state_->type != KeyType::ec) {
    return std::nullopt;
  }
  const auto size = facts(state_->curve).field_octets;
  return EcPoint{state_->curve, base::to_bytes(key_bits().subspan(1, size)),
                 base::to_bytes(key_bits().subspan(1 + size))};
}

std::optional<RsaParameters> PublicKey::rsa() const {
  if (state_->type != KeyType::rsa) {
    return std::nullopt;
  }
  const auto view = read_rsa(key_bits());
  if (!view) {
    return std::nullopt;
  }
  return RsaParameters{base::to_bytes(without_leading_zeros(view->modulus)),
                       base::to_bytes(without_leading_zeros(view->exponent))};
}

std::optional<base::Bytes> PublicKey::ed25519() const {
  return state_->type == KeyType::ed25519 ? std::optional{base::to_bytes(key_bits())}
                                          : std::nullopt;
}

std::optional<std::string> PublicKey::weakness() const {
  if (state_->type != KeyType::rsa) {
    return std::nullopt;
  }
  return rsa_modulus_problem(rsa()->modulus);
}

bool PublicKey::operator==(const PublicKey& other) const {
  return std::ranges::equal(spki(), other.spki());
}

}  // namespace crypto
