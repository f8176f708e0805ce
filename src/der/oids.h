#pragma once

#include "der/oid.h"

// The object identifiers that certificates, requests, CRLs and OCSP are made of.
namespace der::oids {

// Attribute types of names (RFC 5280, appendix A.1; RFC 4519).
inline constexpr Oid common_name{"2.5.4.3"};
inline constexpr Oid surname{"2.5.4.4"};
inline constexpr Oid serial_number{"2.5.4.5"};
inline constexpr Oid country{"2.5.4.6"};
inline constexpr Oid locality{"2.5.4.7"};
inline constexpr Oid state_or_province{"2.5.4.8"};
inline constexpr Oid street{"2.5.4.9"};
inline constexpr Oid organization{"2.5.4.10"};
inline constexpr Oid organizational_unit{"2.5.4.11"};
inline constexpr Oid title{"2.5.4.12"};
inline constexpr Oid business_category{"2.5.4.15"};
inline constexpr Oid postal_code{"2.5.4.17"};
inline constexpr Oid name{"2.5.4.41"};
inline constexpr Oid given_name{"2.5.4.42"};
inline constexpr Oid initials{"2.5.4.43"};
inline constexpr Oid generation_qualifier{"2.5.4.44"};
inline constexpr Oid dn_qualifier{"2.5.4.46"};
inline constexpr Oid pseudonym{"2.5.4.65"};
inline constexpr Oid organization_identifier{"2.5.4.97"};
inline constexpr Oid user_id{"0.9.2342.19200300.100.1.1"};
inline constexpr Oid domain_component{"0.9.2342.19200300.100.1.25"};
inline constexpr Oid email_address{"1.2.840.113549.1.9.1"};
inline constexpr Oid jurisdiction_locality{"1.3.6.1.4.1.311.60.2.1.1"};
inline constexpr Oid jurisdiction_state{"1.3.6.1.4.1.311.60.2.1.2"};
inline constexpr Oid jurisdiction_country{"1.3.6.1.4.1.311.60.2.1.3"};

// Extensions (RFC 5280, section 4.2 and 5.2; RFC 7633; RFC 6960; RFC 9608).
inline constexpr Oid subject_key_identifier{"2.5.29.14"};
inline constexpr Oid key_usage{"2.5.29.15"};
inline constexpr Oid subject_alternative_name{"2.5.29.17"};
inline constexpr Oid issuer_alternative_name{"2.5.29.18"};
inline constexpr Oid basic_constraints{"2.5.29.19"};
inline constexpr Oid crl_number{"2.5.29.20"};
inline constexpr Oid crl_reason{"2.5.29.21"};
inline constexpr Oid invalidity_date{"2.5.29.24"};
inline constexpr Oid delta_crl_indicator{"2.5.29.27"};
inline constexpr Oid issuing_distribution_point{"2.5.29.28"};
inline constexpr Oid name_constraints{"2.5.29.30"};
inline constexpr Oid crl_distribution_points{"2.5.29.31"};
inline constexpr Oid certificate_policies{"2.5.29.32"};
inline constexpr Oid policy_mappings{"2.5.29.33"};
inline constexpr Oid authority_key_identifier{"2.5.29.35"};
inline constexpr Oid policy_constraints{"2.5.29.36"};
inline constexpr Oid extended_key_usage{"2.5.29.37"};
inline constexpr Oid freshest_crl{"2.5.29.46"};
inline constexpr Oid inhibit_any_policy{"2.5.29.54"};
inline constexpr Oid no_rev_avail{"2.5.29.56"};
inline constexpr Oid authority_information_access{"1.3.6.1.5.5.7.1.1"};
inline constexpr Oid subject_information_access{"1.3.6.1.5.5.7.1.11"};
inline constexpr Oid tls_feature{"1.3.6.1.5.5.7.1.24"};
inline constexpr Oid acme_identifier{"1.3.6.1.5.5.7.1.31"};
inline constexpr Oid ocsp_nocheck{"1.3.6.1.5.5.7.48.1.5"};
inline constexpr Oid ct_precertificate_scts{"1.3.6.1.4.1.11129.2.4.2"};
inline constexpr Oid ct_poison{"1.3.6.1.4.1.11129.2.4.3"};
inline constexpr Oid microsoft_template_name{"1.3.6.1.4.1.311.20.2"};
inline constexpr Oid microsoft_template{"1.3.6.1.4.1.311.21.7"};
inline constexpr Oid netscape_certificate_type{"2.16.840.1.113730.1.1"};
inline constexpr Oid netscape_comment{"2.16.840.1.113730.1.13"};

// Access methods, policy qualifiers and name forms.
inline constexpr Oid access_ocsp{"1.3.6.1.5.5.7.48.1"};
inline constexpr Oid access_ca_issuers{"1.3.6.1.5.5.7.48.2"};
inline constexpr Oid qualifier_cps{"1.3.6.1.5.5.7.2.1"};
inline constexpr Oid qualifier_user_notice{"1.3.6.1.5.5.7.2.2"};
inline constexpr Oid any_policy{"2.5.29.32.0"};
inline constexpr Oid user_principal_name{"1.3.6.1.4.1.311.20.2.3"};

// Extended key usages.
inline constexpr Oid any_extended_key_usage{"2.5.29.37.0"};
inline constexpr Oid server_auth{"1.3.6.1.5.5.7.3.1"};
inline constexpr Oid client_auth{"1.3.6.1.5.5.7.3.2"};
inline constexpr Oid code_signing{"1.3.6.1.5.5.7.3.3"};
inline constexpr Oid email_protection{"1.3.6.1.5.5.7.3.4"};
inline constexpr Oid ipsec_end_system{"1.3.6.1.5.5.7.3.5"};
inline constexpr Oid ipsec_tunnel{"1.3.6.1.5.5.7.3.6"};
inline constexpr Oid ipsec_user{"1.3.6.1.5.5.7.3.7"};
inline constexpr Oid time_stamping{"1.3.6.1.5.5.7.3.8"};
inline constexpr Oid ocsp_signing{"1.3.6.1.5.5.7.3.9"};
inline constexpr Oid ipsec_ike{"1.3.6.1.5.5.7.3.17"};
inline constexpr Oid cmc_ra{"1.3.6.1.5.5.7.3.28"};
inline constexpr Oid smart_card_logon{"1.3.6.1.4.1.311.20.2.2"};
inline constexpr Oid document_signing{"1.3.6.1.5.5.7.3.36"};
inline constexpr Oid kerberos_kdc{"1.3.6.1.5.2.3.5"};
inline constexpr Oid encrypting_file_system{"1.3.6.1.4.1.311.10.3.4"};

// Attributes of requests (RFC 2985).
inline constexpr Oid challenge_password{"1.2.840.113549.1.9.7"};
inline constexpr Oid extension_request{"1.2.840.113549.1.9.14"};

// OCSP (RFC 6960).
inline constexpr Oid ocsp_basic{"1.3.6.1.5.5.7.48.1.1"};
inline constexpr Oid ocsp_nonce{"1.3.6.1.5.5.7.48.1.2"};

// Digests.
inline constexpr Oid sha1{"1.3.14.3.2.26"};
inline constexpr Oid sha256{"2.16.840.1.101.3.4.2.1"};
inline constexpr Oid sha384{"2.16.840.1.101.3.4.2.2"};
inline constexpr Oid sha512{"2.16.840.1.101.3.4.2.3"};

}  // namespace der::oids
