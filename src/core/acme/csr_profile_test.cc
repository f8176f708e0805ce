#include "core/acme/csr_profile.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

// Requests made with `openssl req -new`; the expected sentences are those of the contract.
namespace core::acme {
namespace {

// EC P-256, C=US,O=Corp,CN=www.corp.internal; digitalSignature, keyEncipherment, serverAuth.
constexpr std::string_view tls = R"(-----BEGIN CERTIFICATE REQUEST-----
MIIBWDCB/gIBADA4MQswCQYDVQQGEwJVUzENMAsGA1UECgwEQ29ycDEaMBgGA1UE
AwwRd3d3LmNvcnAuaW50ZXJuYWwwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQi
7FyOLuvEDBhAcvhcEuVVQNkmtHqy/GALWiyD/qdE84Tyekf/GjueClb5dK3O1rDk
W5PuvF/34dVOho+lDBQXoGQwYgYJKoZIhvcNAQkOMVUwUzAvBgNVHREEKDAmghF3
d3cuY29ycC5pbnRlcm5hbIIRYS5iLmNvcnAuaW50ZXJuYWwwCwYDVR0PBAQDAgWg
MBMGA1UdJQQMMAoGCCsGAQUFBwMBMAoGCCqGSM49BAMCA0kAMEYCIQDZ3n7BVx7m
fTcDymTw0mme0+ZYg20LlNM4n5Lenlc9vwIhAKdjI3yyXPxUS8AQfobs/O9PVKhy
rXtW0EfRZmADEWPh
-----END CERTIFICATE REQUEST-----)";

// Two common names, a wildcard, and names of all types; keyCertSign and an unnamed purpose.
constexpr std::string_view mixed = R"(-----BEGIN CERTIFICATE REQUEST-----
MIIBpTCCAUwCAQAwNjEaMBgGA1UEAwwRd3d3LmNvcnAuaW50ZXJuYWwxGDAWBgNV
BAMMDyouY29ycC5pbnRlcm5hbDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCLs
XI4u68QMGEBy+FwS5VVA2Sa0erL8YAtaLIP+p0TzhPJ6R/8aO54KVvl0rc7WsORb
k+68X/fh1U6Gj6UMFBeggbMwgbAGCSqGSIb3DQEJDjGBojCBnzBxBgNVHREEajBo
gQ9hQGNvcnAuaW50ZXJuYWyGFmh0dHBzOi8vY29ycC5pbnRlcm5hbC+HBMAAAgGC
DyouY29ycC5pbnRlcm5hbIITeC55LnouY29ycC5pbnRlcm5hbIIRd3d3Lm90aGVy
LmV4YW1wbGUwCwYDVR0PBAQDAgLEMB0GA1UdJQQWMBQGCCsGAQUFBwMCBggrBgEF
BQcDETAKBggqhkjOPQQDAgNHADBEAiAE/TM9FzplUHFRZx4ya35DnswXHMohDUGa
5g/h8D+k0QIgZuAikf2s7sOAtqYhVKVZYpZghV8OsRQF6Ac6sILsfWU=
-----END CERTIFICATE REQUEST-----)";

// RSA 2048 with SHA-384, a common name alone.
constexpr std::string_view rsa = R"(-----BEGIN CERTIFICATE REQUEST-----
MIICYTCCAUkCAQAwHDEaMBgGA1UEAwwRd3d3LmNvcnAuaW50ZXJuYWwwggEiMA0G
CSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDZkoRnnRVimksJXOFKgoc93DuPnfvC
f71sSrDf5WpYrKhV4GctitDKYIqSG2wdXnL4g8Ye72GaADPOSqWfcu6JyLNH0KCJ
XlMbqFgt9+jV7sIKFQZmipR1x+T9Do0JgiqZKS+lCn67lYeWNHsRgBI3E7P8QmpX
Vl2+J4EJVe0sZmd/BWBQuzproTlHsW5H0g3zIeiax+Db04vGOhTWi7jp0yMKT3VT
AgJP/cZgGQ0BHMBTooZ4ME/x7VsU7IPmDlVS3IjbSAC424/Gsb3JgQdhXKIRun1w
/FeFRoqiRbmbje6vjbCiOntwUaruAi0DzW38ECIxkOUsj2KwFtjp69rjAgMBAAGg
ADANBgkqhkiG9w0BAQwFAAOCAQEAOH+rbT1EcNNhY+9AXaSIv+jyturN/VGHxWqw
GFlEVXYWd3uxKhiQeggpKEdkkbnzJEVw9c67suISfrOR5t4yvFWHNYgXd9GMutcH
JMV86Pqr6VUUrQ4j6r/60pEBeEjmcwE1rDjzNv26hPEr/IJ/BNcTO6duQWh8ParM
FVltJty4K5Yxii9TJ+oqaNrtAnA+XyDLsUd0FeI5QPZCUfIrtsj8hOtoE8HcXqoo
bjnunfcZtjgND1wnsmhBYOxS4A7zo+iS4DbIg6DJbVA/Hc8pPuhhdf7Xtb7PgY5M
gNyIGSoGjBP6Zshy2gj97HNopTcZKgcx2jQBvyCi9ngh6jRDXw==
-----END CERTIFICATE REQUEST-----)";

constexpr std::string_view ed25519 = R"(-----BEGIN CERTIFICATE REQUEST-----
MIGQMEQCAQAwETEPMA0GA1UEAwwGYS5jb3JwMCowBQYDK2VwAyEAnaXxSlgrwzGT
lxwcvkky3JOY9sSA2qqMM+yD5/G+zYmgADAFBgMrZXADQQCBOoAiaWKex4NjhwTD
9+NWdbSAAwaPx3EF76lGHc26nHNFKsSsKsTnIGebJ3ElcWaXkM2KB8mqiZWnc7Ge
n1QP
-----END CERTIFICATE REQUEST-----)";

using Sentences = std::vector<std::string>;

const base::Time now{base::Seconds{1'700'000'000}};  // 2023-11-14

Sentences violations(std::string_view profile, std::string_view pem,
                     const CsrHistory& history = {}) {
  const auto rules = read_csr_rules(boost::json::parse(profile).as_object());
  return csr_violations(rules, x509::CertificateRequest::parse(base::as_bytes(pem)).value(),
                        history, now);
}

const char* const web_server = R"({
  "authorized_keys": { "RSA": 2048, "EC.secp256r1": 256, "EC.secp384r1": 384 },
  "authorized_signature_algorithms": ["SHA256withRSA", "SHA384withRSA", "SHA256withECDSA"],
  "authorized_key_usages": ["digital_signature", "key_encipherment"],
  "authorized_extended_key_usages": ["serverAuth"],
  "common_name_minimum": 1, "common_name_maximum": 1,
  "common_name_regex": "^[a-z0-9.-]+\\.corp\\.internal$",
  "san_minimum": 1, "san_maximum": 10,
  "san_regex": "^[a-z0-9.-]+\\.corp\\.internal$", "san_types": ["DNS_NAME"],
  "subject_regex": "CN=.*,O=Corp,C=US",
  "wildcard_in_common_name": false, "wildcard_in_san": false,
  "max_subdomain_depth": 2, "depth_base_domains": ["corp.internal"],
  "reuse_key": false, "renewal_window_days": 30 })";

TEST(CsrProfile, LetsThroughWhatKeepsToEachRule) {
  EXPECT_EQ(violations(web_server, tls), Sentences{});
  EXPECT_EQ(violations("{}", tls), Sentences{});
  EXPECT_EQ(violations(R"({"authorized_keys": {"Ed25519": 0}})", ed25519), Sentences{});
  EXPECT_EQ(violations(R"({"authorized_keys": {"RSA": 2048}})", rsa), Sentences{});
}

TEST(CsrProfile, SaysEachViolationInTheWordsAndTheOrderOfTheContract) {
  EXPECT_EQ(
      violations(web_server, mixed),
      (Sentences{
          "Key usages not authorized: ['content_commitment', 'key_cert_sign']. Allowed: "
          "['digital_signature', 'key_encipherment']",
          "Extended key usages not authorized: ['1.3.6.1.5.5.7.3.17', 'clientAuth']. Allowed: "
          "['serverAuth']",
          "CSR has 2 CN(s), maximum allowed is 1",
          "CN '*.corp.internal' does not match required pattern '^[a-z0-9.-]+\\.corp\\.internal$'",
          "SAN '*.corp.internal' (DNS_NAME) does not match required pattern "
          "'^[a-z0-9.-]+\\.corp\\.internal$'",
          "SAN 'www.other.example' (DNS_NAME) does not match required pattern "
          "'^[a-z0-9.-]+\\.corp\\.internal$'",
          "SAN '192.0.2.1' (IP_ADDRESS) does not match required pattern "
          "'^[a-z0-9.-]+\\.corp\\.internal$'",
          "SAN 'a@corp.internal' (RFC822_NAME) does not match required pattern "
          "'^[a-z0-9.-]+\\.corp\\.internal$'",
          "SAN 'https://corp.internal/' (URI) does not match required pattern "
          "'^[a-z0-9.-]+\\.corp\\.internal$'",
          "SAN type 'IP_ADDRESS' is not allowed. Allowed: ['DNS_NAME']",
          "SAN type 'RFC822_NAME' is not allowed. Allowed: ['DNS_NAME']",
          "SAN type 'URI' is not allowed. Allowed: ['DNS_NAME']",
          "Subject 'CN=*.corp.internal,CN=www.corp.internal' does not match required pattern "
          "'CN=.*,O=Corp,C=US'",
          "Wildcard CN '*.corp.internal' is not permitted",
          "Wildcard SAN '*.corp.internal' is not permitted",
          "DNS name 'x.y.z.corp.internal' has subdomain depth 3 which exceeds maximum allowed "
          "depth 2 (base domain: 'corp.internal')",
          "DNS name 'www.other.example' does not match any configured base domain"}));
}

TEST(CsrProfile, ChecksKeysAndAlgorithms) {
  EXPECT_EQ(violations(R"({"authorized_keys": {"RSA": 3072}})", rsa),
            Sentences{"Key size 2048 bits is below minimum 3072 for RSA"});
  EXPECT_EQ(violations(R"({"authorized_keys": {"RSA": 2048, "Ed25519": 0}})", tls),
            Sentences{"Key type 'EC.secp256r1' is not authorized. Allowed: ['Ed25519', 'RSA']"});
  EXPECT_EQ(violations(R"({"authorized_signature_algorithms": ["SHA256withRSA"]})", rsa),
            Sentences{"Signature algorithm 'SHA384withRSA' is not authorized. Allowed: "
                      "['SHA256withRSA']"});
  EXPECT_EQ(violations(R"({"authorized_signature_algorithms": ["SHA256withRSA"]})", ed25519),
            Sentences{"Signature algorithm 'Ed25519' is not authorized. Allowed: "
                      "['SHA256withRSA']"});
}

TEST(CsrProfile, AnEmptyListAllowsNothingAndAMissingExtensionAsksForNothing) {
  EXPECT_EQ(violations(R"({"authorized_key_usages": []})", tls),
            Sentences{"Key usages not authorized: ['digital_signature', 'key_encipherment']. "
                      "Allowed: []"});
  EXPECT_EQ(violations(R"({"authorized_key_usages": []})", rsa), Sentences{});
  EXPECT_EQ(violations(R"({"san_minimum": 1})", rsa),
            Sentences{"CSR has 0 SAN(s), minimum required is 1"});
  EXPECT_EQ(violations(R"({"san_minimum": -1, "san_maximum": -1})", mixed), Sentences{});
}

TEST(CsrProfile, DepthNeedsBothKeysAndTakesTheLongestBase) {
  EXPECT_EQ(violations(R"({"max_subdomain_depth": 0})", tls), Sentences{});
  EXPECT_EQ(violations(R"({"depth_base_domains": ["other.example"]})", tls), Sentences{});
  EXPECT_EQ(violations(R"({"max_subdomain_depth": 1,
                           "depth_base_domains": ["corp.internal", "b.Corp.internal"]})",
                       tls),
            Sentences{});
}

TEST(CsrProfile, LooksAtWhatWasIssuedBefore) {
  EXPECT_EQ(violations(web_server, tls, {.with_same_key = 2, .in_force_for_longer = 1}),
            (Sentences{"Key reuse is not permitted -- 2 existing certificate(s) use the same "
                       "public key",
                       "Renewal not yet permitted -- 1 active certificate(s) for these hosts "
                       "expire after 2023-12-14 (renewal window: 30 days)"}));
  EXPECT_EQ(violations("{}", tls, {.with_same_key = 2, .in_force_for_longer = 1}), Sentences{});
}

std::string refusal(std::string_view profile) {
  try {
    read_csr_rules(boost::json::parse(profile).as_object());
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(CsrProfile, ReadsProfilesStrictlyAndLeavesAloneWhatNoCheckKnows) {
  EXPECT_EQ(refusal(R"({"key_usages": ["digital_signature"], "validity_days": 90})"), "");
  EXPECT_EQ(refusal(R"({"common_name_regex": "("})"),
            "profile_data.common_name_regex: not a regular expression");
  EXPECT_EQ(refusal(R"({"authorized_keys": ["RSA"]})"),
            "profile_data.authorized_keys: not an object of numbers");
  EXPECT_EQ(refusal(R"({"authorized_keys": {"RSA": "2048"}})"),
            "profile_data.authorized_keys.RSA: not a number of bits");
  EXPECT_EQ(refusal(R"({"san_types": "DNS_NAME"})"),
            "profile_data.san_types: not a list of at most 1000 texts");
  EXPECT_EQ(refusal(R"({"san_minimum": true})"),
            "profile_data.san_minimum: not a whole number of at least -1");
  EXPECT_EQ(refusal(R"({"san_minimum": 1.5})"),
            "profile_data.san_minimum: not a whole number of at least -1");
  EXPECT_EQ(refusal(R"({"max_subdomain_depth": -1})"),
            "profile_data.max_subdomain_depth: not a whole number of at least 0");
  EXPECT_EQ(refusal(R"({"wildcard_in_san": 1})"),
            "profile_data.wildcard_in_san: neither true nor false");
  EXPECT_EQ(refusal(R"({"depth_base_domains": [""]})"),
            "profile_data.depth_base_domains: has an empty text");
}

}  // namespace
}  // namespace core::acme
