#include "core/lint/input.h"

#include <algorithm>

#include "der/oids.h"
#include "der/tag.h"

namespace core::lint {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;

constexpr der::Oid rsa_encryption{"1.2.840.113549.1.1.1"};
constexpr der::Oid ec_public_key{"1.2.840.10045.2.1"};
constexpr der::Oid ed25519{"1.3.101.112"};
constexpr der::Oid p256{"1.2.840.10045.3.1.7"};
constexpr der::Oid p384{"1.3.132.0.34"};
constexpr der::Oid p521{"1.3.132.0.35"};

int bits_of(base::ByteView number) {
  if (number.empty()) {
    return 0;
  }
  int bits = static_cast<int>(number.size()) * 8;
  for (std::uint8_t mask = 0x80; mask != 0 && (number.front() & mask) == 0; mask >>= 1) {
    --bits;
  }
  return bits;
}

// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 3279, section 2.3.1)
der::Result<void> read_rsa(Input& input, base::ByteView bits) {
  der::Reader outer{bits};
  auto key = DER_TRY(outer.sequence());
  const auto modulus = DER_TRY(key.unsigned_integer());
  const auto exponent = DER_TRY(key.unsigned_integer());
  input.key = KeyKind::rsa;
  input.rsa_bits = bits_of(modulus);
  const bool is_odd = !exponent.empty() && (exponent.back() & 1) != 0;
  input.rsa_exponent_is_sound = is_odd && bits_of(exponent) >= 17;
  return {};
}

// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
der::Result<void> read_key(Input& input, der::Reader& tbs) {
  auto spki = DER_TRY(tbs.sequence());
  auto algorithm = DER_TRY(spki.sequence());
  const auto type = DER_TRY(algorithm.oid());
  const auto bits = DER_TRY(spki.whole_octets());
  if (type == rsa_encryption) {
    return read_rsa(input, bits);
  }
  if (type == ed25519) {
    input.key = KeyKind::ed25519;
  } else if (type == ec_public_key && algorithm.next_is(tag::oid)) {
    const auto curve = DER_TRY(algorithm.oid());
    input.key = curve == p256   ? KeyKind::ec_p256
                : curve == p384 ? KeyKind::ec_p384
                : curve == p521 ? KeyKind::ec_p521
                                : KeyKind::other;
  }
  return {};
}

der::Result<void> read_validity(Input& input, der::Reader& tbs) {
  auto validity = DER_TRY(tbs.sequence());
  input.not_before_tag = validity.at_end() ? 0 : validity.rest().front();
  input.not_before = DER_TRY(validity.time());
  input.not_after_tag = validity.at_end() ? 0 : validity.rest().front();
  input.not_after = DER_TRY(validity.time());
  return validity.end();
}

der::Result<void> read_tail(Input& input, der::Reader& tbs) {
  for (const int number : {1, 2}) {
    if (tbs.next_is(tag::context(number)) || tbs.next_is(tag::context_constructed(number))) {
      input.has_unique_ids = true;
      DER_CHECK(tbs.element());
    }
  }
  auto wrapped = DER_TRY(tbs.enter_optional(tag::context_constructed(3)));
  if (wrapped) {
    const auto sequence = DER_TRY(wrapped->element(tag::sequence));
    DER_CHECK(wrapped->end());
    input.extensions = DER_TRY(x509::read_extensions(sequence.whole));
  }
  return tbs.end();
}

template <class Value, class Read>
void read_value(std::optional<Value>& value, const Input& input, const der::Oid& oid, Read read) {
  if (const auto* extension = input.find(oid)) {
    if (auto found = read(extension->value)) {
      value = *std::move(found);
    }
  }
}

void read_values(Input& input) {
  read_value(input.basic_constraints, input, oids::basic_constraints, x509::read_basic_constraints);
  read_value(input.key_usage, input, oids::key_usage, x509::read_key_usage);
  read_value(input.extended_key_usage, input, oids::extended_key_usage,
             x509::read_extended_key_usage);
  read_value(input.names, input, oids::subject_alternative_name, [&](base::ByteView value) {
    auto names = x509::read_general_names(value);
    if (!names) {
      input.names_problem = names.error().reason;
      names = x509::read_general_names(value, x509::NameRules::lenient);
    }
    return names;
  });
  read_value(input.authority_information, input, oids::authority_information_access,
             x509::read_authority_information_access);
}

}  // namespace

der::Result<Input> Input::read(base::ByteView bytes) {
  Input input;
  der::Reader outer{bytes};
  auto tbs = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  auto version = DER_TRY(tbs.enter_optional(tag::context_constructed(0)));
  if (version) {
    input.version = DER_TRY(version->small_integer());
  }
  input.serial = DER_TRY(tbs.integer());
  input.signature_algorithm = DER_TRY(tbs.element(tag::sequence)).whole;
  input.issuer_der = DER_TRY(tbs.element(tag::sequence)).whole;
  DER_CHECK(read_validity(input, tbs));
  input.subject_der = DER_TRY(tbs.element(tag::sequence)).whole;
  input.subject = DER_TRY(x509::Name::from_der(input.subject_der));
  DER_CHECK(read_key(input, tbs));
  DER_CHECK(read_tail(input, tbs));
  read_values(input);
  return input;
}

bool Input::has_purpose(const der::Oid& purpose) const {
  return extended_key_usage &&
         std::ranges::find(*extended_key_usage, purpose) != extended_key_usage->end();
}

bool Input::is_tls_server() const {
  return !is_ca() && (has_purpose(oids::server_auth) || has_purpose(oids::any_extended_key_usage));
}

}  // namespace core::lint
