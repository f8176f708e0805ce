#include "core/template.h"
#include "der/oids.h"

// The profiles of the API's cert_types, and the templates that come with the program.
namespace core {
namespace {

using x509::GeneralNameType;
using x509::KeyUsage;
namespace oids = der::oids;

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> all{
      {.name = "server",
       .key_usage = {KeyUsage::digitalSignature, KeyUsage::keyEncipherment},
       .extended_key_usage = {oids::server_auth},
       .names_required = true,
       .common_name_is_a_name = true},
      {.name = "client",
       .key_usage = {KeyUsage::digitalSignature},
       .extended_key_usage = {oids::client_auth}},
      {.name = "combined",
       .key_usage = {KeyUsage::digitalSignature, KeyUsage::keyEncipherment},
       .extended_key_usage = {oids::server_auth, oids::client_auth},
       .names_required = true,
       .common_name_is_a_name = true},
      {.name = "email",
       .key_usage = {KeyUsage::digitalSignature, KeyUsage::nonRepudiation,
                     KeyUsage::keyEncipherment},
       .extended_key_usage = {oids::email_protection},
       .name_types = {GeneralNameType::email, GeneralNameType::upn},
       .names_required = true,
       .common_name_is_a_name = true},
      {.name = "code_signing",
       .key_usage = {KeyUsage::digitalSignature},
       .extended_key_usage = {oids::code_signing}},
  };
  return all;
}

}  // namespace

const Profile& profile_named(std::string_view name) {
  for (const auto& profile : profiles()) {
    if (profile.name == name) {
      return profile;
    }
  }
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"cert_type",
                                      "not one of server, client, combined, email, "
                                      "code_signing"}}};
}

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const auto& profile : profiles()) {
    names.push_back(profile.name);
  }
  return names;
}

const std::vector<std::string>& template_types() {
  static const std::vector<std::string> types{
      "web_server", "client_auth", "user",       "code_signing", "email", "ocsp_signing",
      "sub_ca",     "device",      "vpn_server", "vpn_client",   "piv",   "custom"};
  return types;
}

const std::vector<BuiltInTemplate>& built_in_templates() {
  static const std::vector<BuiltInTemplate> all{
      {.name = "Web Server (TLS/SSL)",
       .description = "Servers of HTTPS and other TLS services",
       .profile = {.name = "web_server",
                   .key_usage = {KeyUsage::digitalSignature, KeyUsage::keyEncipherment},
                   .extended_key_usage = {oids::server_auth},
                   .allowed_extended_key_usage = {oids::client_auth},
                   .name_types = {GeneralNameType::dns, GeneralNameType::ip},
                   .names_required = true,
                   .common_name_is_a_name = true,
                   .validity_days = 90,
                   .max_validity_days = 397}},
      {.name = "Client Certificate",
       .description = "Programs and people that sign in over TLS",
       .profile = {.name = "client_auth",
                   .extended_key_usage = {oids::client_auth},
                   .name_types = {GeneralNameType::dns, GeneralNameType::email,
                                  GeneralNameType::upn, GeneralNameType::uri},
                   .must_staple = StapleRule::forbidden,
                   .validity_days = 365,
                   .max_validity_days = 1095}},
      {.name = "User",
       .description = "People: signing in, and signed and encrypted e-mail",
       .profile = {.name = "user",
                   .key_usage = {KeyUsage::digitalSignature, KeyUsage::keyEncipherment},
                   .extended_key_usage = {oids::client_auth, oids::email_protection},
                   .allowed_extended_key_usage = {oids::smart_card_logon},
                   .name_types = {GeneralNameType::email, GeneralNameType::upn},
                   .names_required = true,
                   .must_staple = StapleRule::forbidden,
                   .validity_days = 365,
                   .max_validity_days = 1095}},
      {.name = "Code Signing",
       .description = "Publishers of programs",
       .profile = {.name = "code_signing",
                   .extended_key_usage = {oids::code_signing},
                   .name_types = {GeneralNameType::email, GeneralNameType::uri},
                   .must_staple = StapleRule::forbidden,
                   .key_type = "RSA 3072",
                   .allowed_key_types = {"RSA 3072", "EC P-256", "EC P-384", "EC P-521", "Ed25519"},
                   .validity_days = 365,
                   .max_validity_days = 1095}},
      {.name = "Email (S/MIME)",
       .description = "Signed and encrypted e-mail",
       .profile = {.name = "email",
                   .key_usage = {KeyUsage::digitalSignature, KeyUsage::nonRepudiation,
                                 KeyUsage::keyEncipherment},
                   .extended_key_usage = {oids::email_protection},
                   .name_types = {GeneralNameType::email},
                   .names_required = true,
                   .common_name_is_a_name = true,
                   .must_staple = StapleRule::forbidden,
                   .validity_days = 365,
                   .max_validity_days = 825}},
      {.name = "OCSP Signing",
       .description = "A responder that answers for the authority (RFC 6960, section 4.2.2.2)",
       .profile = {.name = "ocsp_signing",
                   .extended_key_usage = {oids::ocsp_signing},
                   .name_types = {GeneralNameType::dns, GeneralNameType::uri},
                   .must_staple = StapleRule::forbidden,
                   .ocsp_no_check = true,
                   .validity_days = 30,
                   .max_validity_days = 90}},
      {.name = "Subordinate CA",
       .description = "An authority below another one, which issues certificates of its own",
       .profile = {.name = "sub_ca",
                   .key_usage = {KeyUsage::digitalSignature, KeyUsage::keyCertSign,
                                 KeyUsage::cRLSign},
                   .name_types = {},
                   .is_ca = true,
                   .path_length = 0,
                   .must_staple = StapleRule::forbidden,
                   .key_type = "EC P-384",
                   .validity_days = 1825,
                   .max_validity_days = 3650}},
      {.name = "Device",
       .description = "Machines and things: they sign in, and are reached, over TLS",
       .profile = {.name = "device",
                   .key_usage = {KeyUsage::digitalSignature, KeyUsage::keyEncipherment},
                   .extended_key_usage = {oids::client_auth, oids::server_auth},
                   .name_types = {GeneralNameType::dns, GeneralNameType::ip, GeneralNameType::uri,
                                  GeneralNameType::rid},
                   .names_required = true,
                   .common_name_is_a_name = true,
                   .validity_days = 365,
                   .max_validity_days = 1825}},
  };
  return all;
}

}  // namespace core
