#include <algorithm>
#include <array>

#include "core/lint/input.h"
#include "core/lint/lint.h"
#include "der/oids.h"

// The CA/Browser Forum's Baseline Requirements for publicly trusted TLS server certificates, for
// templates that ask for them: private authorities need not keep them.
namespace core::lint {
namespace {

using x509::GeneralNameType;
using x509::KeyUsage;
namespace oids = der::oids;

// {joint-iso-itu-t(2) international-organizations(23) ca-browser-forum(140)
// certificate-policies(1) baseline-requirements(2)}, and extended validation.
constexpr std::array reserved_policies{der::Oid{"2.23.140.1.2.1"}, der::Oid{"2.23.140.1.2.2"},
                                       der::Oid{"2.23.140.1.2.3"}, der::Oid{"2.23.140.1.1"}};

Verdict broken_if(bool is_broken, const char* detail) {
  return is_broken ? Verdict{detail} : std::nullopt;
}

// A day is 86,400 seconds, and the end belongs to the period (section 6.3.2).
Verdict validity(const Input& input) {
  const auto most = longest_baseline_validity(input.not_before);
  if (input.not_after - input.not_before + base::Seconds{1} <= most) {
    return std::nullopt;
  }
  return "the certificate lasts longer than " + std::to_string(most.count()) + " days";
}

Verdict serial_entropy(const Input& input) {
  return broken_if(input.serial.size() < 8, "the serial number has no room for 64 random bits");
}

Verdict key_kind(const Input& input) {
  switch (input.key) {
    case KeyKind::rsa:
      return broken_if(input.rsa_bits < 2048 || input.rsa_bits % 8 != 0,
                       "the RSA key is shorter than 2048 bits, or no multiple of 8 long");
    case KeyKind::ec_p256:
    case KeyKind::ec_p384:
    case KeyKind::ec_p521:
      return std::nullopt;
    case KeyKind::ed25519:
    case KeyKind::other:
      break;
  }
  return "the key is neither RSA nor on P-256, P-384 or P-521";
}

Verdict names_present(const Input& input) {
  return broken_if(!input.names || input.names->empty(), "there is no alternative name");
}

Verdict name_kinds(const Input& input) {
  return broken_if(input.names && std::ranges::any_of(*input.names,
                                                      [](const auto& name) {
                                                        return name.type() !=
                                                                   GeneralNameType::dns &&
                                                               name.type() != GeneralNameType::ip;
                                                      }),
                   "alternative names are DNS names and IP addresses only");
}

// Names that nobody can be shown to control: RFC 6761, RFC 6762, RFC 7686 aside.
bool is_internal(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) {
    return true;
  }
  static constexpr std::string_view reserved[] = {
      "local", "localhost", "internal",    "invalid", "test", "example",
      "home",  "corp",      "localdomain", "lan",     "alt",  "intranet"};
  return std::ranges::find(reserved, name.substr(dot + 1)) != std::end(reserved) ||
         name.ends_with(".home.arpa");
}

Verdict internal_names(const Input& input) {
  for (const auto& name : input.names.value_or(std::vector<x509::GeneralName>{})) {
    if (name.type() == GeneralNameType::dns && is_internal(name.value())) {
      return name.value() + " is an internal name";
    }
  }
  return std::nullopt;
}

Verdict underscores(const Input& input) {
  for (const auto& name : input.names.value_or(std::vector<x509::GeneralName>{})) {
    if (name.type() == GeneralNameType::dns && name.value().find('_') != std::string::npos) {
      return name.value() + " has an underscore";
    }
  }
  return std::nullopt;
}

// The networks of the IANA's registries of special-purpose addresses that matter most.
bool is_reserved(base::ByteView address) {
  if (address.size() == 4) {
    const auto a = address[0];
    const auto b = address[1];
    return a == 0 || a == 10 || a == 127 || a >= 224 || (a == 100 && (b & 0xc0) == 64) ||
           (a == 169 && b == 254) || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168) ||
           (a == 192 && b == 0 && (address[2] == 0 || address[2] == 2)) ||
           (a == 198 && (b & 0xfe) == 18) || (a == 198 && b == 51 && address[2] == 100) ||
           (a == 203 && b == 0 && address[2] == 113);
  }
  if (address.size() != 16) {
    return false;
  }
  const bool is_global = (address[0] & 0xe0) == 0x20;  // 2000::/3
  const bool is_documentation =
      address[0] == 0x20 && address[1] == 0x01 && address[2] == 0x0d && address[3] == 0xb8;
  return !is_global || is_documentation;
}

Verdict reserved_addresses(const Input& input) {
  for (const auto& name : input.names.value_or(std::vector<x509::GeneralName>{})) {
    if (name.type() == GeneralNameType::ip && is_reserved(name.content())) {
      return name.value() + " is a reserved address";
    }
  }
  return std::nullopt;
}

Verdict common_name_is_a_name(const Input& input) {
  for (const auto& common_name : input.subject.all(oids::common_name)) {
    const bool is_there =
        input.names && std::ranges::any_of(*input.names, [&](const auto& name) {
          return (name.type() == GeneralNameType::dns || name.type() == GeneralNameType::ip) &&
                 name.value() == common_name;
        });
    if (!is_there) {
      return "the common name is none of the alternative names";
    }
  }
  return std::nullopt;
}

Verdict organizational_unit(const Input& input) {
  return broken_if(!input.subject.all(oids::organizational_unit).empty(),
                   "the subject has an organizational unit");
}

Verdict purposes(const Input& input) {
  if (!input.extended_key_usage || !input.has_purpose(oids::server_auth)) {
    return "serverAuth is missing";
  }
  for (const auto& purpose : *input.extended_key_usage) {
    if (purpose != oids::server_auth && purpose != oids::client_auth) {
      return x509::extended_key_usage_name(purpose) + " stands beside serverAuth";
    }
  }
  return std::nullopt;
}

Verdict usages(const Input& input) {
  if (!input.key_usage) {
    return std::nullopt;
  }
  for (const auto usage : {KeyUsage::keyCertSign, KeyUsage::cRLSign, KeyUsage::nonRepudiation,
                           KeyUsage::encipherOnly, KeyUsage::decipherOnly}) {
    if (input.has_usage(usage)) {
      return std::string{boost::describe::enum_to_string(usage, "")} + " is not for servers";
    }
  }
  return broken_if(!input.has_usage(KeyUsage::digitalSignature) && input.key != KeyKind::rsa,
                   "the key usage of an EC key has digitalSignature");
}

Verdict policy(const Input& input) {
  const auto* extension = input.find(oids::certificate_policies);
  const auto policies =
      extension != nullptr
          ? x509::read_certificate_policies(extension->value).value_or(std::vector<x509::Policy>{})
          : std::vector<x509::Policy>{};
  const auto reserved = std::ranges::count_if(policies, [](const auto& each) {
    return std::ranges::find(reserved_policies, each.oid) != reserved_policies.end();
  });
  return broken_if(reserved != 1, "there is not exactly one of the reserved policies 2.23.140.1.*");
}

Verdict information_access(const Input& input) {
  const auto* extension = input.find(oids::authority_information_access);
  if (extension == nullptr) {
    return "there is no authority information access";
  }
  const auto is_http = [](const auto& url) { return url.starts_with("http://"); };
  return broken_if(!input.authority_information ||
                       !std::ranges::all_of(input.authority_information->ocsp, is_http) ||
                       !std::ranges::all_of(input.authority_information->ca_issuers, is_http),
                   "addresses of the authority are not http:// URLs");
}

// Section 7.1.2.11.2: a distribution point, or OCSP, unless the certificate is short-lived.
Verdict revocation(const Input& input) {
  constexpr auto short_lived = std::chrono::days{7};
  const bool has_ocsp = input.authority_information && !input.authority_information->ocsp.empty();
  return broken_if(input.not_after - input.not_before >= short_lived && !has_ocsp &&
                       input.find(oids::crl_distribution_points) == nullptr,
                   "there is neither a CRL nor an OCSP responder");
}

constexpr auto error = Severity::error;
constexpr auto warn = Severity::warn;
constexpr auto here = Set::baseline;

constexpr Lint lints[] = {
    {"br_validity", here, error, "Baseline Requirements, section 6.3.2",
     "At most 398 days; 200 from 2026-03-15, 100 from 2027-03-15, 47 from 2029-03-15", validity},
    {"br_serial_entropy", here, error, "Baseline Requirements, section 7.1",
     "Serial numbers have 64 random bits", serial_entropy},
    {"br_key", here, error, "Baseline Requirements, section 6.1.5",
     "RSA of 2048 bits or more, P-256, P-384 or P-521", key_kind},
    {"br_names", here, error, "Baseline Requirements, section 7.1.2.7.12",
     "There are alternative names", names_present},
    {"br_name_kinds", here, error, "Baseline Requirements, section 7.1.2.7.12",
     "Alternative names are DNS names and IP addresses", name_kinds},
    {"br_internal_names", here, error, "Baseline Requirements, section 4.2.2", "No internal names",
     internal_names},
    {"br_underscores", here, error, "Baseline Requirements, section 3.2.2.4",
     "No underscores in DNS names", underscores},
    {"br_reserved_addresses", here, error, "Baseline Requirements, section 4.2.2",
     "No reserved IP addresses", reserved_addresses},
    {"br_common_name", here, error, "Baseline Requirements, section 7.1.4.3",
     "The common name is one of the alternative names", common_name_is_a_name},
    {"br_no_organizational_unit", here, error, "Baseline Requirements, section 7.1.4.2",
     "There is no organizational unit", organizational_unit},
    {"br_purposes", here, error, "Baseline Requirements, section 7.1.2.7.10",
     "serverAuth, and clientAuth at most", purposes},
    {"br_usages", here, error, "Baseline Requirements, section 7.1.2.7.11", "Key usages of servers",
     usages},
    {"br_policy", here, error, "Baseline Requirements, section 7.1.2.7.9",
     "Exactly one reserved certificate policy", policy},
    {"br_information_access", here, error, "Baseline Requirements, section 7.1.2.7.7",
     "Authority information access with http:// addresses", information_access},
    {"br_revocation", here, warn, "Baseline Requirements, sections 7.1.2.7.6, 7.1.2.11.2",
     "There is a way to learn of a revocation", revocation},
};

}  // namespace

std::span<const Lint> baseline_lints() {
  return lints;
}

}  // namespace core::lint
