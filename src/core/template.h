#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "core/template_id.h"
#include "crypto/key.h"
#include "x509/extensions.h"

// Templates: what a kind of certificate is for, and what an order may ask of it. A template is
// versioned: each change makes a version, a certificate records the one that made it.
namespace core {

BOOST_DEFINE_ENUM_CLASS(StapleRule, forbidden, allowed, required)

// An extension as a template or an order names it; `value` is its DER in hexadecimal.
struct CustomExtension {
  der::Oid oid;
  bool critical;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(CustomExtension, (), (oid, critical, value))

struct PolicyRule {
  der::Oid oid;
  std::string cps;  // URL; empty: none
};
BOOST_DESCRIBE_STRUCT(PolicyRule, (), (oid, cps))

// Attributes of a subject by the names of the API. Values may have the placeholders {hostname},
// {email} and {username}, which are taken from the alternative names of the order.
struct SubjectRule {
  std::optional<std::string> country = {};
  std::optional<std::string> state = {};
  std::optional<std::string> locality = {};
  std::optional<std::string> organization = {};
  std::optional<std::string> organizational_unit = {};
  std::optional<std::string> common_name = {};
  std::optional<std::string> email = {};

  bool operator==(const SubjectRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(SubjectRule, (),
                      (country, state, locality, organization, organizational_unit, common_name,
                       email))

inline constexpr int longest_validity_days = 3650;

// The rules that bind an order, whichever way it came in. Kept as JSON with each version: members
// that are added later must be optional, or the versions that exist cannot be read any more.
struct Profile {
  std::string name;  // the API's cert_type, or the type of a template
  // What the key cannot do is left out: only RSA keys encipher keys, only EC keys agree on them.
  std::vector<x509::KeyUsage> key_usage = {x509::KeyUsage::digitalSignature};
  std::vector<der::Oid> extended_key_usage = {};
  std::vector<der::Oid> allowed_extended_key_usage = {};  // what an order may have beside
  std::vector<x509::GeneralNameType> name_types = {
      x509::GeneralNameType::dns, x509::GeneralNameType::ip,  x509::GeneralNameType::email,
      x509::GeneralNameType::uri, x509::GeneralNameType::upn, x509::GeneralNameType::rid};
  bool names_required = false;         // an alternative name must be there
  bool common_name_is_a_name = false;  // and is added to the alternative names where it fits
  bool is_ca = false;
  std::optional<int> path_length = {};
  StapleRule must_staple = StapleRule::allowed;
  bool ocsp_no_check = false;  // RFC 6960, section 4.2.2.2.1
  bool no_rev_avail = false;   // RFC 9608: no revocation is published, and no address of any
  std::vector<PolicyRule> policies = {};
  std::vector<CustomExtension> extensions = {};     // each certificate has them
  std::vector<der::Oid> allowed_extensions = {};    // an order may bring them
  std::string key_type = "EC P-256";                // when the server makes the key
  std::vector<std::string> allowed_key_types = {};  // "RSA 3072" and longer; empty: any we take
  std::optional<int> validity_days = {};            // when nobody asked
  int max_validity_days = longest_validity_days;
  SubjectRule subject_defaults = {};
  SubjectRule pinned_subject = {};     // what it says stands, whatever the order says
  int digest_bits = 256;               // the authority signs with at least that
  bool baseline_requirements = false;  // lint by the CA/Browser Forum's rules as well
};
BOOST_DESCRIBE_STRUCT(Profile, (),
                      (name, key_usage, extended_key_usage, allowed_extended_key_usage, name_types,
                       names_required, common_name_is_a_name, is_ca, path_length, must_staple,
                       ocsp_no_check, no_rev_avail, policies, extensions, allowed_extensions,
                       key_type, allowed_key_types, validity_days, max_validity_days,
                       subject_defaults, pinned_subject, digest_bits, baseline_requirements))

struct Template {
  TemplateId id;
  std::string name;
  std::string name_key;  // the name in lower case: no two differ in case only
  std::string description;
  std::string template_type;  // "web_server", "custom"
  bool is_system;             // came with the program: it may be copied, not changed
  bool is_active;             // may be used for new certificates; renewals go on
  std::int64_t version;
  base::Time created_at;
  std::string created_by;
  base::Time updated_at;
  std::string updated_by;
};
BOOST_DESCRIBE_STRUCT(Template, (),
                      (id, name, name_key, description, template_type, is_system, is_active,
                       version, created_at, created_by, updated_at, updated_by))

struct TemplateVersion {
  TemplateId template_id;
  std::int64_t version;
  std::string profile;  // a Profile in JSON
  base::Time created_at;
  std::string created_by;
};
BOOST_DESCRIBE_STRUCT(TemplateVersion, (), (template_id, version, profile, created_at, created_by))

// The rules of one version.
struct BoundProfile {
  TemplateId template_id;
  std::int64_t version;
  Profile profile;
};

// server, client, combined, email, code_signing: the API's cert_types. Throws invalid_request for
// others.
const Profile& profile_named(std::string_view name);
std::vector<std::string> profile_names();

// What comes with the program.
struct BuiltInTemplate {
  std::string name;
  std::string description;
  Profile profile;
};
const std::vector<BuiltInTemplate>& built_in_templates();

// web_server, vpn_server, ..., custom.
const std::vector<std::string>& template_types();

// What is wrong with rules that somebody wrote, by the fields of the API.
std::vector<base::FieldError> problems_of(const Profile& profile);
std::vector<base::FieldError> name_problems(std::string_view name, std::string_view description);

// The usages of a certificate with this key.
x509::KeyUsages usages_for(const Profile& profile, const crypto::PublicKey& key);

// Whether a key is of a kind that the profile takes.
bool allows_key(const Profile& profile, const crypto::PublicKey& key);

bool may_have_usage(const Profile& profile, const der::Oid& usage);

// Whether a name is of a kind that the profile takes.
bool takes_name(const Profile& profile, const x509::GeneralName& name);

// Whether an order may bring an extension of its own.
bool may_bring(const Profile& profile, const der::Oid& extension);

// The extension that a rule or an order names. Its DER was checked, or it is refused.
std::expected<x509::Extension, base::ParseError> to_extension(const CustomExtension& custom);

// True for what the rules decide themselves, and nobody may bring.
bool is_decided_by_rules(const der::Oid& extension);

}  // namespace core
