#include <algorithm>
#include <set>

#include "core/lint/input.h"
#include "core/lint/lint.h"
#include "der/oids.h"
#include "der/tag.h"

// RFC 5280, and the documents that say more about what is in a certificate.
namespace core::lint {
namespace {

using x509::GeneralNameType;
using x509::KeyUsage;
namespace oids = der::oids;
namespace tag = der::tag;
using namespace std::chrono_literals;

constexpr int version_3 = 2;

Verdict broken_if(bool is_broken, const char* detail) {
  return is_broken ? Verdict{detail} : std::nullopt;
}

Verdict version(const Input& input) {
  return broken_if(input.version != version_3, "the certificate is not of version 3");
}

Verdict unique_ids(const Input& input) {
  return broken_if(input.has_unique_ids, "the certificate has a unique identifier");
}

Verdict serial_number(const Input& input) {
  if (input.serial.size() > 20) {
    return "the serial number has more than 20 octets";
  }
  const bool is_zero = std::ranges::all_of(input.serial, [](auto octet) { return octet == 0; });
  return broken_if(is_zero || (input.serial.front() & 0x80) != 0,
                   "the serial number is not positive");
}

Verdict issuer_has_a_name(const Input& input) {
  return broken_if(input.issuer_der.size() <= 2, "the issuer has no name");
}

Verdict validity_order(const Input& input) {
  return broken_if(input.not_after < input.not_before, "the certificate ends before it begins");
}

Verdict time_encoding(const Input& input) {
  constexpr std::chrono::sys_days y2050 = 2050y / 1 / 1;
  const auto fits = [&](base::Time time, std::uint8_t used) {
    return used == (time < y2050 ? tag::utc_time : tag::generalized_time);
  };
  return broken_if(
      !fits(input.not_before, input.not_before_tag) || !fits(input.not_after, input.not_after_tag),
      "dates through 2049 are UTCTime, later ones GeneralizedTime");
}

Verdict attribute_lengths(const Input& input) {
  static const struct {
    der::Oid type;
    std::size_t most;
  } bounds[] = {
      {oids::common_name, 64},  {oids::organization, 64},       {oids::organizational_unit, 64},
      {oids::locality, 128},    {oids::state_or_province, 128}, {oids::serial_number, 64},
      {oids::title, 64},        {oids::email_address, 255},     {oids::surname, 32768},
      {oids::given_name, 32768}};
  for (const auto& rdn : input.subject.rdns()) {
    for (const auto& attribute : rdn) {
      const auto characters = std::ranges::count_if(
          attribute.value, [](unsigned char c) { return (c & 0xc0) != 0x80; });
      if (characters == 0) {
        return "the attribute " + x509::attribute_name(attribute.type) + " is empty";
      }
      for (const auto& [type, most] : bounds) {
        if (type == attribute.type && static_cast<std::size_t>(characters) > most) {
          return x509::attribute_name(type) + " has more than " + std::to_string(most) +
                 " characters";
        }
      }
    }
  }
  return std::nullopt;
}

Verdict country(const Input& input) {
  for (const auto& value : input.subject.all(oids::country)) {
    const bool is_code = value.size() == 2 && std::ranges::all_of(value, [](char c) {
                           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                         });
    if (!is_code) {
      return "the country is not two letters of ISO 3166";
    }
  }
  return std::nullopt;
}

Verdict string_types(const Input& input) {
  for (const auto& rdn : input.subject.rdns()) {
    for (const auto& attribute : rdn) {
      const bool is_ia5 =
          attribute.type == oids::email_address || attribute.type == oids::domain_component;
      const auto used = attribute.string_type;
      if (is_ia5 ? used != tag::ia5_string
                 : used != tag::utf8_string && used != tag::printable_string) {
        return x509::attribute_name(attribute.type) + " is of an old string type";
      }
    }
  }
  return std::nullopt;
}

Verdict email_in_subject(const Input& input) {
  return broken_if(
      !input.subject.all(oids::email_address).empty(),
      "an e-mail address in the subject is deprecated: the alternative names are its place");
}

Verdict email_in_names(const Input& input) {
  for (const auto& email : input.subject.all(oids::email_address)) {
    const auto name = x509::GeneralName::email(email);
    if (!name || !input.names || std::ranges::find(*input.names, *name) == input.names->end()) {
      return "the e-mail address of the subject is not among the alternative names";
    }
  }
  return std::nullopt;
}

Verdict basic_constraints_readable(const Input& input) {
  return broken_if(input.find(oids::basic_constraints) != nullptr && !input.basic_constraints,
                   "the basic constraints cannot be read");
}

Verdict ca_constraints_critical(const Input& input) {
  return broken_if(input.is_ca() && !input.find(oids::basic_constraints)->critical,
                   "the basic constraints of an authority are not critical");
}

Verdict path_length(const Input& input) {
  return broken_if(
      input.basic_constraints && input.basic_constraints->path_length &&
          (!input.is_ca() || (input.key_usage && !input.has_usage(KeyUsage::keyCertSign))),
      "there is a path length without the right to sign certificates");
}

Verdict cert_sign(const Input& input) {
  if (input.has_usage(KeyUsage::keyCertSign) && !input.is_ca()) {
    return "keyCertSign is in a certificate that is not an authority's";
  }
  return broken_if(input.is_ca() && !input.has_usage(KeyUsage::keyCertSign),
                   "an authority without keyCertSign");
}

Verdict key_usage_value(const Input& input) {
  if (input.find(oids::key_usage) == nullptr) {
    return std::nullopt;
  }
  return broken_if(!input.key_usage || input.key_usage->empty(),
                   "the key usage names no usage, or cannot be read");
}

Verdict key_usage_critical(const Input& input) {
  const auto* extension = input.find(oids::key_usage);
  return broken_if(extension != nullptr && !extension->critical, "the key usage is not critical");
}

Verdict key_usage_fits_key(const Input& input) {
  const bool enciphers =
      input.has_usage(KeyUsage::keyEncipherment) || input.has_usage(KeyUsage::dataEncipherment);
  switch (input.key) {
    case KeyKind::ec_p256:
    case KeyKind::ec_p384:
    case KeyKind::ec_p521:
      return broken_if(enciphers, "an EC key enciphers neither keys nor data");
    case KeyKind::ed25519:
      return broken_if(enciphers || input.has_usage(KeyUsage::keyAgreement),
                       "an Ed25519 key only signs");
    case KeyKind::rsa:
      return broken_if(input.has_usage(KeyUsage::keyAgreement), "an RSA key agrees on no keys");
    case KeyKind::other:
      break;
  }
  return std::nullopt;
}

Verdict extended_key_usage_value(const Input& input) {
  return broken_if(input.find(oids::extended_key_usage) != nullptr &&
                       (!input.extended_key_usage || input.extended_key_usage->empty()),
                   "the extended key usage names no purpose, or cannot be read");
}

Verdict any_purpose_critical(const Input& input) {
  return broken_if(input.has_purpose(oids::any_extended_key_usage) &&
                       input.find(oids::extended_key_usage)->critical,
                   "anyExtendedKeyUsage is critical");
}

// Section 4.2.1.12 names the key usages that each purpose may go with.
Verdict purposes_fit_usages(const Input& input) {
  if (!input.key_usage || !input.extended_key_usage || input.is_ca()) {
    return std::nullopt;
  }
  const auto any = [&](std::initializer_list<KeyUsage> usages) {
    return std::ranges::any_of(usages, [&](auto usage) { return input.has_usage(usage); });
  };
  if (input.has_purpose(oids::server_auth) &&
      !any({KeyUsage::digitalSignature, KeyUsage::keyEncipherment, KeyUsage::keyAgreement})) {
    return "serverAuth goes with digitalSignature, keyEncipherment or keyAgreement";
  }
  if (input.has_purpose(oids::client_auth) &&
      !any({KeyUsage::digitalSignature, KeyUsage::keyAgreement})) {
    return "clientAuth goes with digitalSignature or keyAgreement";
  }
  if (input.has_purpose(oids::code_signing) && !any({KeyUsage::digitalSignature})) {
    return "codeSigning goes with digitalSignature";
  }
  const bool signs = any({KeyUsage::digitalSignature, KeyUsage::nonRepudiation});
  return broken_if(
      (input.has_purpose(oids::ocsp_signing) || input.has_purpose(oids::time_stamping)) && !signs,
      "OCSPSigning and timeStamping go with digitalSignature or nonRepudiation");
}

Verdict names_value(const Input& input) {
  if (!input.names_problem.empty()) {
    return "the alternative names: " + input.names_problem;
  }
  return broken_if(input.names && input.names->empty(), "the list of alternative names is empty");
}

Verdict names_critical(const Input& input) {
  const auto* extension = input.find(oids::subject_alternative_name);
  if (!input.subject.empty()) {
    return std::nullopt;
  }
  if (extension == nullptr) {
    return "neither subject nor alternative name says whose certificate this is";
  }
  return broken_if(!extension->critical,
                   "the subject is empty, and the alternative names are not critical");
}

Verdict names_not_critical(const Input& input) {
  const auto* extension = input.find(oids::subject_alternative_name);
  return broken_if(extension != nullptr && extension->critical && !input.subject.empty(),
                   "the alternative names are critical although there is a subject");
}

Verdict ca_subject(const Input& input) {
  return broken_if(input.is_ca() && input.subject.empty(), "an authority without a name");
}

Verdict ca_key_identifier(const Input& input) {
  return broken_if(input.is_ca() && input.find(oids::subject_key_identifier) == nullptr,
                   "an authority without a subject key identifier");
}

Verdict key_identifier(const Input& input) {
  return broken_if(!input.is_ca() && input.find(oids::subject_key_identifier) == nullptr,
                   "there is no subject key identifier");
}

Verdict authority_key_identifier(const Input& input) {
  const auto* extension = input.find(oids::authority_key_identifier);
  if (extension == nullptr) {
    return broken_if(!input.is_self_issued(), "there is no authority key identifier");
  }
  const auto identifier = x509::read_authority_key_identifier(extension->value);
  return broken_if(!identifier || identifier->empty(),
                   "the authority key identifier has no key identifier");
}

Verdict never_critical(const Input& input) {
  for (const auto& oid :
       {oids::subject_key_identifier, oids::authority_key_identifier,
        oids::authority_information_access, oids::subject_information_access, oids::freshest_crl}) {
    if (const auto* extension = input.find(oid); extension != nullptr && extension->critical) {
      return x509::describe(*extension).name + " is critical";
    }
  }
  return std::nullopt;
}

Verdict distribution_points_critical(const Input& input) {
  const auto* extension = input.find(oids::crl_distribution_points);
  return broken_if(extension != nullptr && extension->critical,
                   "the CRL distribution points are critical");
}

Verdict distribution_points_value(const Input& input) {
  const auto* extension = input.find(oids::crl_distribution_points);
  if (extension == nullptr) {
    return std::nullopt;
  }
  const auto points = x509::read_distribution_points(extension->value);
  return points ? std::nullopt : Verdict{"the CRL distribution points: " + points.error().reason};
}

Verdict information_access_value(const Input& input) {
  return broken_if(
      input.find(oids::authority_information_access) != nullptr && !input.authority_information,
      "the authority information access cannot be read");
}

Verdict name_constraints(const Input& input) {
  const auto* extension = input.find(oids::name_constraints);
  if (extension == nullptr) {
    return std::nullopt;
  }
  if (!input.is_ca()) {
    return "name constraints are in a certificate that is not an authority's";
  }
  return broken_if(!extension->critical, "the name constraints are not critical");
}

Verdict policies_once(const Input& input) {
  const auto* extension = input.find(oids::certificate_policies);
  if (extension == nullptr) {
    return std::nullopt;
  }
  const auto policies = x509::read_certificate_policies(extension->value);
  if (!policies || policies->empty()) {
    return "the certificate policies are empty, or cannot be read";
  }
  std::set<der::Oid> seen;
  for (const auto& policy : *policies) {
    if (!seen.insert(policy.oid).second) {
      return "the policy " + policy.oid.to_string() + " is there twice";
    }
  }
  return std::nullopt;
}

Verdict no_check_of_responders(const Input& input) {
  return broken_if(
      input.find(oids::ocsp_nocheck) != nullptr && !input.has_purpose(oids::ocsp_signing),
      "ocsp-nocheck is for OCSP responders");
}

Verdict no_revocation_available(const Input& input) {
  if (input.find(oids::no_rev_avail) == nullptr) {
    return std::nullopt;
  }
  if (input.is_ca()) {
    return "noRevAvail is in the certificate of an authority";
  }
  const bool has_ocsp = input.authority_information && !input.authority_information->ocsp.empty();
  return broken_if(has_ocsp || input.find(oids::crl_distribution_points) != nullptr ||
                       input.find(oids::freshest_crl) != nullptr,
                   "noRevAvail stands beside addresses of revocation");
}

constexpr auto error = Severity::error;
constexpr auto warn = Severity::warn;
constexpr auto here = Set::rfc5280;

constexpr Lint lints[] = {
    {"version_3", here, error, "RFC 5280, section 4.1.2.1", "Certificates are of version 3",
     version},
    {"no_unique_ids", here, error, "RFC 5280, section 4.1.2.8",
     "Issuer and subject have no unique identifier", unique_ids},
    {"serial_number", here, error, "RFC 5280, section 4.1.2.2",
     "The serial number is positive and has at most 20 octets", serial_number},
    {"issuer_name", here, error, "RFC 5280, section 4.1.2.4", "The issuer has a name",
     issuer_has_a_name},
    {"validity_order", here, error, "RFC 5280, section 4.1.2.5", "The end is after the beginning",
     validity_order},
    {"time_encoding", here, error, "RFC 5280, section 4.1.2.5",
     "UTCTime through 2049, GeneralizedTime from 2050", time_encoding},
    {"attribute_lengths", here, error, "RFC 5280, appendix A.1",
     "Attributes of the subject keep to their upper bounds", attribute_lengths},
    {"country_code", here, error, "RFC 5280, appendix A.1", "The country is two letters", country},
    {"string_types", here, warn, "RFC 5280, section 4.1.2.4",
     "Attributes are UTF8String or PrintableString", string_types},
    {"no_email_in_subject", here, warn, "RFC 5280, section 4.1.2.6",
     "E-mail addresses are alternative names", email_in_subject},
    {"email_in_names", here, error, "RFC 5280, section 4.1.2.6",
     "An e-mail address in the subject is among the alternative names as well", email_in_names},
    {"basic_constraints", here, error, "RFC 5280, section 4.2.1.9", "Basic constraints can be read",
     basic_constraints_readable},
    {"ca_basic_constraints_critical", here, error, "RFC 5280, section 4.2.1.9",
     "Basic constraints of authorities are critical", ca_constraints_critical},
    {"path_length", here, error, "RFC 5280, section 4.2.1.9",
     "Only who signs certificates has a path length", path_length},
    {"cert_sign", here, error, "RFC 5280, section 4.2.1.3",
     "Authorities have keyCertSign, and nobody else", cert_sign},
    {"key_usage", here, error, "RFC 5280, section 4.2.1.3", "Key usage names at least one usage",
     key_usage_value},
    {"key_usage_critical", here, warn, "RFC 5280, section 4.2.1.3", "Key usage is critical",
     key_usage_critical},
    {"key_usage_fits_key", here, error, "RFC 8813, section 3; RFC 9295, section 3; RFC 3279, 2.3.1",
     "The usages are what a key of this kind can do", key_usage_fits_key},
    {"extended_key_usage", here, error, "RFC 5280, section 4.2.1.12",
     "Extended key usage names at least one purpose", extended_key_usage_value},
    {"any_purpose_not_critical", here, warn, "RFC 5280, section 4.2.1.12",
     "Extended key usage with anyExtendedKeyUsage is not critical", any_purpose_critical},
    {"purposes_fit_usages", here, error, "RFC 5280, section 4.2.1.12",
     "Purposes go with the usages of the key", purposes_fit_usages},
    {"alternative_names", here, error, "RFC 5280, section 4.2.1.6",
     "There is at least one alternative name, and each is well-formed", names_value},
    {"names_critical", here, error, "RFC 5280, section 4.2.1.6",
     "Alternative names are critical when there is no subject", names_critical},
    {"names_not_critical", here, warn, "RFC 5280, section 4.2.1.6",
     "Alternative names are not critical when there is a subject", names_not_critical},
    {"ca_subject", here, error, "RFC 5280, section 4.1.2.6", "Authorities have a name", ca_subject},
    {"ca_subject_key_identifier", here, error, "RFC 5280, section 4.2.1.2",
     "Authorities have a subject key identifier", ca_key_identifier},
    {"subject_key_identifier", here, warn, "RFC 5280, section 4.2.1.2",
     "There is a subject key identifier", key_identifier},
    {"authority_key_identifier", here, error, "RFC 5280, section 4.2.1.1",
     "The key of the issuer is identified", authority_key_identifier},
    {"never_critical", here, error, "RFC 5280, sections 4.2.1.1, 4.2.1.2, 4.2.2",
     "Key identifiers and information access are not critical", never_critical},
    {"distribution_points_not_critical", here, warn, "RFC 5280, section 4.2.1.13",
     "CRL distribution points are not critical", distribution_points_critical},
    {"distribution_points", here, error, "RFC 5280, section 4.2.1.13",
     "CRL distribution points can be read", distribution_points_value},
    {"information_access", here, error, "RFC 5280, section 4.2.2.1",
     "Authority information access can be read", information_access_value},
    {"name_constraints", here, error, "RFC 5280, section 4.2.1.10",
     "Name constraints are critical, and of authorities only", name_constraints},
    {"policies_once", here, error, "RFC 5280, section 4.2.1.4", "No policy is there twice",
     policies_once},
    {"ocsp_nocheck", here, warn, "RFC 6960, section 4.2.2.2.1",
     "Only OCSP responders have ocsp-nocheck", no_check_of_responders},
    {"no_rev_avail", here, error, "RFC 9608, section 2",
     "noRevAvail stands without addresses of revocation", no_revocation_available},
};

}  // namespace

std::span<const Lint> rfc5280_lints() {
  return lints;
}

}  // namespace core::lint
