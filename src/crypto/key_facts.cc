#include <utility>

#include "crypto/key.h"
#include "crypto/weakness.h"
#include "der/oid.h"
#include "der/reader.h"

namespace crypto {
namespace {

struct CurveName {
  der::Oid oid;
  std::string_view name;
  int bits;
};

constexpr CurveName curve_names[] = {
    {der::Oid{"1.2.840.10045.3.1.1"}, "EC P-192", 192},
    {der::Oid{"1.3.132.0.33"}, "EC P-224", 224},
    {der::Oid{"1.2.840.10045.3.1.7"}, "EC P-256", 256},
    {der::Oid{"1.3.132.0.34"}, "EC P-384", 384},
    {der::Oid{"1.3.132.0.35"}, "EC P-521", 521},
    {der::Oid{"1.3.132.0.10"}, "EC secp256k1", 256},
    {der::Oid{"1.3.36.3.3.2.8.1.1.7"}, "EC brainpoolP256r1", 256},
    {der::Oid{"1.3.36.3.3.2.8.1.1.11"}, "EC brainpoolP384r1", 384},
    {der::Oid{"1.3.36.3.3.2.8.1.1.13"}, "EC brainpoolP512r1", 512},
};

constexpr std::pair<der::Oid, std::string_view> plain_names[] = {
    {der::Oid{"1.3.101.110"}, "X25519"},
    {der::Oid{"1.3.101.111"}, "X448"},
    {der::Oid{"1.3.101.112"}, "Ed25519"},
    {der::Oid{"1.3.101.113"}, "Ed448"},
    {der::Oid{"1.2.840.10040.4.1"}, "DSA"},
    {der::Oid{"1.2.840.113549.1.1.10"}, "RSASSA-PSS"},
    {der::Oid{"2.16.840.1.101.3.4.3.17"}, "ML-DSA-44"},
    {der::Oid{"2.16.840.1.101.3.4.3.18"}, "ML-DSA-65"},
    {der::Oid{"2.16.840.1.101.3.4.3.19"}, "ML-DSA-87"},
};

constexpr der::Oid rsa_encryption{"1.2.840.113549.1.1.1"};
constexpr der::Oid ec_public_key{"1.2.840.10045.2.1"};

der::Result<KeyFacts> facts_of(base::ByteView spki) {
  der::Reader outer{spki};
  auto sequence = DER_TRY(outer.sequence());
  auto algorithm = DER_TRY(sequence.sequence());
  const auto oid = DER_TRY(algorithm.oid());
  if (oid == rsa_encryption) {
    const auto key_bits = DER_TRY(sequence.whole_octets());
    der::Reader reader{key_bits};
    auto key = DER_TRY(reader.sequence());
    const auto modulus = DER_TRY(key.unsigned_integer());
    const int bits = bit_length(modulus);
    return KeyFacts{.name = "RSA " + std::to_string(bits), .bits = bits};
  }
  if (oid == ec_public_key) {
    const auto curve = algorithm.oid();
    if (!curve) {
      return KeyFacts{.name = "EC with explicit parameters"};
    }
    for (const auto& known : curve_names) {
      if (known.oid == *curve) {
        return KeyFacts{.name = std::string{known.name}, .bits = known.bits};
      }
    }
    return KeyFacts{.name = "EC " + curve->to_string()};
  }
  for (const auto& [known, name] : plain_names) {
    if (known == oid) {
      return KeyFacts{.name = std::string{name}, .bits = name.ends_with("25519") ? 256 : 0};
    }
  }
  return KeyFacts{.name = oid.to_string()};
}

}  // namespace

KeyFacts key_facts(base::ByteView spki) {
  auto facts = facts_of(spki).value_or(KeyFacts{.name = "unreadable"});
  const auto key = PublicKey::from_spki(spki);
  facts.weakness = key ? key->weakness() : key.error().reason;
  return facts;
}

}  // namespace crypto
