#include "x509/csr.h"

#include <algorithm>

#include "crypto/pem.h"
#include "der/oids.h"
#include "der/reader.h"
#include "der/writer.h"
#include "x509/text.h"

namespace x509 {
namespace {

namespace oids = der::oids;
namespace tag = der::tag;
using der::refuse;

constexpr std::size_t most_attributes = 32;

bool has_hidden_characters(const Name& name) {
  for (const auto& rdn : name.rdns()) {
    for (const auto& attribute : rdn) {
      if (has_control_characters(attribute.value)) {
        return true;
      }
    }
  }
  return false;
}

// What `read` makes of an extension; the extensions were read once when the request was parsed.
template <class Read>
auto read_if(const Extension* extension, Read read)
    -> std::optional<typename decltype(read(base::ByteView{}))::value_type> {
  if (extension == nullptr) {
    return std::nullopt;
  }
  auto value = read(extension->value);
  return value ? std::optional{*std::move(value)} : std::nullopt;
}

der::Result<base::Bytes> to_der(base::ByteView bytes) {
  if (!crypto::looks_like_pem(bytes)) {
    return base::to_bytes(bytes);
  }
  auto der = crypto::der_from(bytes, "CERTIFICATE REQUEST");
  return der ? std::move(der) : crypto::der_from(bytes, "NEW CERTIFICATE REQUEST");
}

}  // namespace

struct CertificateRequest::State {
  base::Bytes der;
  base::ByteView info;  // into der, like the other views
  base::ByteView subject_der;
  base::ByteView spki;
  base::ByteView signature;
  Name subject;
  std::optional<crypto::PublicKey> public_key;
  crypto::SignatureAlgorithm signature_algorithm{};
  std::vector<Extension> extensions;
  std::vector<GeneralName> names;
  std::optional<std::string> challenge_password;
  std::vector<der::Oid> attribute_types;

  der::Result<void> read();
  der::Result<void> read_info(der::Reader reader);
  der::Result<void> read_attributes(der::Reader attributes);
  der::Result<void> read_attribute(const der::Oid& type, der::Reader& values);
  der::Result<void> check_extensions() const;
};

// CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature }
der::Result<void> CertificateRequest::State::read() {
  der::Reader outer{der};
  auto request = DER_TRY(outer.sequence());
  DER_CHECK(outer.end());
  const auto info_element = DER_TRY(request.element(tag::sequence));
  const auto algorithm = DER_TRY(request.element(tag::sequence));
  signature = DER_TRY(request.whole_octets());
  DER_CHECK(request.end());
  info = info_element.whole;
  signature_algorithm = DER_TRY(crypto::signature_algorithm(algorithm.whole));
  return read_info(der::Reader{info_element.content});
}

// CertificationRequestInfo ::= SEQUENCE { version INTEGER { v1(0) }, subject Name,
//                                         subjectPKInfo, attributes [0] IMPLICIT SET OF }
der::Result<void> CertificateRequest::State::read_info(der::Reader reader) {
  const auto version = DER_TRY(reader.small_integer());
  if (version != 0) {
    return refuse("the request is not of version 1");
  }
  subject_der = DER_TRY(reader.element(tag::sequence)).whole;
  subject = DER_TRY(Name::from_der(subject_der));
  if (has_hidden_characters(subject)) {
    return refuse("the subject of the request has control characters");
  }
  spki = DER_TRY(reader.element(tag::sequence)).whole;
  public_key = DER_TRY(crypto::PublicKey::from_spki(spki));
  // RFC 2986 wants the attributes to be there, if empty; some clients leave them out.
  const auto attributes = DER_TRY(reader.enter_optional(tag::context_constructed(0)));
  if (attributes) {
    DER_CHECK(read_attributes(*attributes));
  }
  return reader.end();
}

der::Result<void> CertificateRequest::State::read_attributes(der::Reader attributes) {
  while (!attributes.at_end()) {
    auto attribute = DER_TRY(attributes.sequence());
    const auto type = DER_TRY(attribute.oid());
    auto values = DER_TRY(attribute.enter(tag::set));
    DER_CHECK(attribute.end());
    if (std::ranges::find(attribute_types, type) != attribute_types.end()) {
      return refuse("the request has the attribute " + type.to_string() + " twice");
    }
    if (attribute_types.size() == most_attributes) {
      return refuse("the request has too many attributes");
    }
    attribute_types.push_back(type);
    DER_CHECK(read_attribute(type, values));
  }
  return {};
}

der::Result<void> CertificateRequest::State::read_attribute(const der::Oid& type,
                                                            der::Reader& values) {
  if (type != oids::extension_request && type != oids::challenge_password) {
    do {  // SET SIZE (1..MAX)
      DER_CHECK(values.element());
    } while (!values.at_end());
    return {};
  }
  const auto value = DER_TRY(values.element());
  DER_CHECK(values.end());  // both are SINGLE VALUE (RFC 2985, section 5.4)
  if (type == oids::challenge_password) {
    challenge_password = DER_TRY(text_of(value.tag, value.content));
    return {};
  }
  extensions = DER_TRY(read_extensions(value.whole));
  if (const auto* const san = find_extension(extensions, oids::subject_alternative_name)) {
    names = DER_TRY(read_general_names(san->value));
  }
  return check_extensions();
}

// What is asked for is readable; what we do not know must at least be DER.
der::Result<void> CertificateRequest::State::check_extensions() const {
  for (const auto& extension : extensions) {
    if (extension.oid == oids::basic_constraints) {
      DER_CHECK(read_basic_constraints(extension.value));
    } else if (extension.oid == oids::key_usage) {
      DER_CHECK(read_key_usage(extension.value));
    } else if (extension.oid == oids::extended_key_usage) {
      DER_CHECK(read_extended_key_usage(extension.value));
    } else if (extension.oid == oids::tls_feature) {
      DER_CHECK(read_tls_feature(extension.value));
    } else {
      DER_CHECK(der::read_only_element(extension.value));
    }
  }
  return {};
}

std::expected<CertificateRequest, base::ParseError> CertificateRequest::parse(
    base::ByteView der_or_pem) {
  if (der_or_pem.size() > max_octets) {
    return refuse("the request is larger than 64 KiB");
  }
  auto state = std::make_shared<State>();
  state->der = DER_TRY(to_der(der_or_pem));
  DER_CHECK(der::check_nested(state->der));
  DER_CHECK(state->read());
  return CertificateRequest{std::move(state)};
}

bool CertificateRequest::verify_signature() const {
  return public_key().verify(signature_algorithm(), state_->info, state_->signature);
}

base::ByteView CertificateRequest::der() const {
  return state_->der;
}
std::string CertificateRequest::pem() const {
  return crypto::to_pem("CERTIFICATE REQUEST", der());
}
const Name& CertificateRequest::subject() const {
  return state_->subject;
}
base::ByteView CertificateRequest::subject_der() const {
  return state_->subject_der;
}
base::ByteView CertificateRequest::spki() const {
  return state_->spki;
}
const crypto::PublicKey& CertificateRequest::public_key() const {
  return *state_->public_key;
}
crypto::SignatureAlgorithm CertificateRequest::signature_algorithm() const {
  return state_->signature_algorithm;
}
const std::vector<Extension>& CertificateRequest::extensions() const {
  return state_->extensions;
}

const Extension* CertificateRequest::extension(const der::Oid& oid) const {
  return find_extension(state_->extensions, oid);
}

const std::vector<GeneralName>& CertificateRequest::subject_alternative_names() const {
  return state_->names;
}

std::optional<BasicConstraints> CertificateRequest::basic_constraints() const {
  return read_if(extension(oids::basic_constraints), read_basic_constraints);
}

std::optional<KeyUsages> CertificateRequest::key_usage() const {
  return read_if(extension(oids::key_usage), read_key_usage);
}

std::vector<der::Oid> CertificateRequest::extended_key_usage() const {
  return read_if(extension(oids::extended_key_usage), read_extended_key_usage)
      .value_or(std::vector<der::Oid>{});
}

bool CertificateRequest::must_staple() const {
  const auto features = read_if(extension(oids::tls_feature), read_tls_feature);
  return features && std::ranges::find(*features, 5u) != features->end();
}

std::optional<std::string> CertificateRequest::challenge_password() const {
  return state_->challenge_password;
}

const std::vector<der::Oid>& CertificateRequest::attribute_types() const {
  return state_->attribute_types;
}

base::Bytes make_request(const RequestContent& content, const crypto::Signer& signer) {
  der::Writer info{512};
  const auto write_attribute = [&](const der::Oid& type, auto&& value) {
    info.sequence([&] {
      info.oid(type);
      info.set(value);
    });
  };
  info.sequence([&] {
    info.integer(0);
    info.raw(content.subject.to_der());
    info.raw(signer.public_key().spki());
    info.context(0, [&] {
      if (!content.challenge_password.empty()) {
        write_attribute(oids::challenge_password,
                        [&] { info.utf8_string(content.challenge_password); });
      }
      if (!content.extensions.empty()) {
        write_attribute(oids::extension_request, [&] {
          info.sequence([&] {
            for (const auto& extension : content.extensions) {
              extension.write(info);
            }
          });
        });
      }
    });
  });
  const auto signature = signer.sign(info.bytes());
  der::Writer writer{info.size() + signature.size() + 64};
  writer.sequence([&] {
    writer.raw(info.bytes());
    writer.raw(crypto::algorithm_identifier(signer.algorithm()));
    writer.bit_string(signature);
  });
  return std::move(writer).take();
}

}  // namespace x509
