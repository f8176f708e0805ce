#include "x509/certificate.h"

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/pem.h"
#include "der/oids.h"
#include "der/reader.h"
#include "der/writer.h"

namespace x509 {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;

constexpr std::uint64_t version_3 = 2;

// What `read` makes of an extension, or nothing when there is none or it is malformed.
template <class Read>
auto read_if(const Extension* extension, Read read)
    -> std::optional<typename decltype(read(base::ByteView{}))::value_type> {
  if (extension == nullptr) {
    return std::nullopt;
  }
  auto value = read(extension->value);
  return value ? std::optional{*std::move(value)} : std::nullopt;
}

// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
der::Result<base::ByteView> read_algorithm(der::Reader& reader) {
  const auto element = DER_TRY(reader.element(tag::sequence));
  der::Reader algorithm{element.content};
  DER_CHECK(algorithm.oid());
  if (!algorithm.at_end()) {
    DER_CHECK(algorithm.element());
  }
  DER_CHECK(algorithm.end());
  return element.whole;
}

}  // namespace

struct Certificate::State {
  base::Bytes der;
  base::ByteView tbs;  // into der, like the other views
  std::optional<SerialNumber> serial_number;
  base::ByteView signature_algorithm;
  base::ByteView issuer_der;
  base::ByteView subject_der;
  Name issuer;
  Name subject;
  base::Time not_before;
  base::Time not_after;
  base::ByteView spki;
  base::ByteView key_bits;
  base::ByteView signature;
  std::vector<Extension> extensions;

  der::Result<void> read();
  der::Result<void> read_tbs(der::Reader tbs);
  der::Result<void> read_validity(der::Reader validity);
  der::Result<void> read_tail(der::Reader& tbs, std::uint64_t version);
};

// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
der::Result<void> Certificate::State::read() {
  der::Reader outer{der};
  auto certificate = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  const auto tbs_element = DER_TRY(certificate.element(tag::sequence));
  const auto algorithm = DER_TRY(read_algorithm(certificate));
  signature = DER_TRY(certificate.whole_octets());
  DER_CHECK(certificate.end());
  tbs = tbs_element.whole;
  DER_CHECK(read_tbs(der::Reader{tbs_element.content}));
  // RFC 5280, section 4.1.1.2
  if (!std::ranges::equal(algorithm, signature_algorithm)) {
    return der::refuse("the certificate names two different signature algorithms");
  }
  return {};
}

der::Result<void> Certificate::State::read_tbs(der::Reader reader) {
  std::uint64_t version = 0;
  auto explicit_version = DER_TRY(reader.enter_optional(tag::context_constructed(0)));
  if (explicit_version) {
    version = DER_TRY(explicit_version->small_integer());
    DER_CHECK(explicit_version->end());
    if (version > version_3) {
      return der::refuse("the certificate has an unknown version");
    }
  }
  const auto serial = DER_TRY(reader.integer());
  serial_number = DER_TRY(SerialNumber::from_octets(serial));
  signature_algorithm = DER_TRY(read_algorithm(reader));
  issuer_der = DER_TRY(reader.element(tag::sequence)).whole;
  const auto validity = DER_TRY(reader.sequence());
  DER_CHECK(read_validity(validity));
  subject_der = DER_TRY(reader.element(tag::sequence)).whole;
  issuer = DER_TRY(Name::from_der(issuer_der));
  subject = DER_TRY(Name::from_der(subject_der));
  const auto key = DER_TRY(reader.element(tag::sequence));
  spki = key.whole;
  der::Reader key_reader{key.content};
  DER_CHECK(read_algorithm(key_reader));
  key_bits = DER_TRY(key_reader.whole_octets());
  DER_CHECK(key_reader.end());
  return read_tail(reader, version);
}

der::Result<void> Certificate::State::read_validity(der::Reader validity) {
  not_before = DER_TRY(validity.time());
  not_after = DER_TRY(validity.time());
  return validity.end();
}

// The unique identifiers of version 2, which nobody uses, and the extensions of version 3.
der::Result<void> Certificate::State::read_tail(der::Reader& reader, std::uint64_t version) {
  for (const int number : {1, 2}) {
    if (reader.next_is(tag::context(number))) {
      if (version == 0) {
        return der::refuse("a certificate of version 1 has no unique identifiers");
      }
      DER_CHECK(reader.element());
    }
  }
  const auto wrapped = DER_TRY(reader.enter_optional(tag::context_constructed(3)));
  if (wrapped) {
    if (version != version_3) {
      return der::refuse("only certificates of version 3 have extensions");
    }
    extensions = DER_TRY(read_extensions(wrapped->rest()));
  }
  return reader.end();
}

base::Bytes write_tbs(const TbsCertificate& certificate) {
  constexpr std::size_t usual_octets = 900;
  der::Writer writer{usual_octets};
  writer.sequence(
      [&] {
        writer.context(0, [&] { writer.integer(version_3); });
        writer.unsigned_integer(certificate.serial_number.octets());
        writer.raw(crypto::algorithm_identifier(certificate.signature_algorithm));
        writer.raw(certificate.issuer);
        writer.sequence([&] {
          writer.time(certificate.not_before);
          writer.time(certificate.not_after);
        });
        writer.raw(certificate.subject);
        writer.raw(certificate.spki);
        if (certificate.extensions.empty()) {
          return;
        }
        writer.context(3, [&] {
          writer.sequence([&] {
            for (const auto& extension : certificate.extensions) {
              extension.write(writer);
            }
          });
        });
      },
      usual_octets);
  return std::move(writer).take();
}

base::Bytes assemble(base::ByteView tbs, crypto::SignatureAlgorithm algorithm,
                     base::ByteView signature) {
  const auto identifier = crypto::algorithm_identifier(algorithm);
  const auto content = tbs.size() + identifier.size() + signature.size() + 5;
  der::Writer writer{content + 8};
  writer.sequence(
      [&] {
        writer.raw(tbs);
        writer.raw(identifier);
        writer.bit_string(signature);
      },
      content);
  return std::move(writer).take();
}

base::Bytes sign_certificate(TbsCertificate certificate, const crypto::Signer& signer) {
  certificate.signature_algorithm = signer.algorithm();
  const auto tbs = write_tbs(certificate);
  return assemble(tbs, signer.algorithm(), signer.sign(tbs));
}

base::Time no_expiration() {
  using namespace std::chrono;
  return sys_days{year{9999} / December / 31} + hours{23} + minutes{59} + seconds{59};
}

std::expected<Certificate, base::ParseError> Certificate::parse(base::ByteView der) {
  auto state = std::make_shared<State>();
  state->der = base::to_bytes(der);
  DER_CHECK(der::check_nested(state->der));
  DER_CHECK(state->read());
  return Certificate{std::move(state)};
}

std::expected<Certificate, base::ParseError> Certificate::parse_pem_or_der(base::ByteView bytes) {
  const auto der = DER_TRY(crypto::der_from(bytes, "CERTIFICATE"));
  return parse(der);
}

base::ByteView Certificate::der() const {
  return state_->der;
}
base::ByteView Certificate::tbs() const {
  return state_->tbs;
}
std::string Certificate::pem() const {
  return crypto::to_pem("CERTIFICATE", der());
}
const SerialNumber& Certificate::serial_number() const {
  return *state_->serial_number;
}
base::ByteView Certificate::issuer_der() const {
  return state_->issuer_der;
}
base::ByteView Certificate::subject_der() const {
  return state_->subject_der;
}
const Name& Certificate::issuer() const {
  return state_->issuer;
}
const Name& Certificate::subject() const {
  return state_->subject;
}
base::Time Certificate::not_before() const {
  return state_->not_before;
}
base::Time Certificate::not_after() const {
  return state_->not_after;
}
base::ByteView Certificate::spki() const {
  return state_->spki;
}
base::ByteView Certificate::key_bits() const {
  return state_->key_bits;
}
base::ByteView Certificate::signature_algorithm_der() const {
  return state_->signature_algorithm;
}
base::ByteView Certificate::signature() const {
  return state_->signature;
}
const std::vector<Extension>& Certificate::extensions() const {
  return state_->extensions;
}

const Extension* Certificate::extension(const der::Oid& oid) const {
  return find_extension(state_->extensions, oid);
}

bool Certificate::is_ca() const {
  const auto constraints = basic_constraints();
  return constraints && constraints->is_ca;
}

std::optional<BasicConstraints> Certificate::basic_constraints() const {
  return read_if(extension(oids::basic_constraints), read_basic_constraints);
}

bool Certificate::is_self_issued() const {
  return std::ranges::equal(state_->issuer_der, state_->subject_der);
}

std::optional<KeyUsages> Certificate::key_usage() const {
  return read_if(extension(oids::key_usage), read_key_usage);
}

std::vector<der::Oid> Certificate::extended_key_usage() const {
  return read_if(extension(oids::extended_key_usage), read_extended_key_usage)
      .value_or(std::vector<der::Oid>{});
}

std::vector<GeneralName> Certificate::subject_alternative_names() const {
  return read_if(extension(oids::subject_alternative_name),
                 [](base::ByteView value) { return read_general_names(value, NameRules::lenient); })
      .value_or(std::vector<GeneralName>{});
}

base::Bytes Certificate::subject_key_identifier() const {
  return read_if(extension(oids::subject_key_identifier), read_subject_key_identifier)
      .value_or(base::Bytes{});
}

base::Bytes Certificate::authority_key_identifier() const {
  return read_if(extension(oids::authority_key_identifier), read_authority_key_identifier)
      .value_or(base::Bytes{});
}

AuthorityInformation Certificate::authority_information() const {
  return read_if(extension(oids::authority_information_access), read_authority_information_access)
      .value_or(AuthorityInformation{});
}

std::vector<std::string> Certificate::crl_distribution_points() const {
  return read_if(extension(oids::crl_distribution_points), read_distribution_points)
      .value_or(std::vector<std::string>{});
}

bool Certificate::must_staple() const {
  const auto features = read_if(extension(oids::tls_feature), read_tls_feature);
  return features && std::ranges::find(*features, 5u) != features->end();
}

std::array<std::uint8_t, 20> Certificate::sha1_fingerprint() const {
  return crypto::sha1(der());
}

std::array<std::uint8_t, 32> Certificate::sha256_fingerprint() const {
  return crypto::sha256(der());
}

bool Certificate::is_signed_by(const crypto::PublicKey& issuer) const {
  const auto algorithm = crypto::signature_algorithm(signature_algorithm_der());
  return algorithm && issuer.verify(*algorithm, tbs(), signature());
}

std::vector<ExtensionText> Certificate::describe_extensions() const {
  std::vector<ExtensionText> texts;
  for (const auto& extension : state_->extensions) {
    texts.push_back(describe(extension));
  }
  return texts;
}

bool Certificate::operator==(const Certificate& other) const {
  return std::ranges::equal(der(), other.der());
}

}  // namespace x509
