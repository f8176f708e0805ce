#include "service/ct_timestamp.h"

#include <gtest/gtest.h>

#include "crypto/digest.h"

namespace service {
namespace {

// Made by python's cryptography: a key of each kind, and its signature over the structure of RFC
// 6962, section 3.2, for the octets 0 to 47 as the certificate and SHA-256("issuer").
constexpr const char* ec_key =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuLUr2oZZb+/saSupfCbM0ivjj0AkQO/"
    "KLH8KlybeO8wwkO0ykoqMg8o/uhxmeP3qvc7Vt8VzaxYCzUVpD33c0Q==";
constexpr const char* ec_answer =
    R"({"sct_version":0,"id":"ui/EXxkfbrEnd2JY6PWziT/MlOubKDGD7Rr0+y6Yu6A=",)"
    R"("timestamp":1700000000123,"extensions":"AQI=","signature":"BAMARzBFAiEAxydMgMr/4VItJlG2WZ)"
    R"(tUyRem8VZxPNSWS+xDIfiPMdACIBBDNAhij+FXRMNgGQAWmXq5rIID2eI6vEVxL5888RIN"})";
constexpr const char* rsa_key =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuMsPTp+"
    "hZbLhWBtVZS9HOqXnePm9Dc/dlGkCaebEos4hStr2a+/"
    "HVJmCCPAy3bEX42H21EaMp9zUsU7NkjknsHPghvJjPLqyR5FFEn"
    "3i/GkOeYvgnOATYxwG9o1nxuV4vppG+jJXAMN0+Wf/OZnLrqnFvyN3fl/"
    "qEZ1W1OMDPQmkwZRtHp4cwpHyP5V2m72n+mrojswTz21AvGfexhV89wzBK0N07UIu37YCzvjoBdOfQDorfY9q+"
    "JwphPhHd3oeXHNFCc8VnFSniNI9BzUrAyzjk9nFjvb0886v7vgoKOKgw9ta9Yy4fK6bwE+HfJ8ZwUhPEZjf+"
    "G3HWIaN0R49MwIDAQAB";
constexpr const char* rsa_answer =
    R"({"sct_version":0,"id":"DbbU7dGTVFj35NJxz1b5WzdT5VaA0vwtUfNH/QjHLZI=",)"
    R"("timestamp":1700000000123,"extensions":"AQI=","signature":"BAEBACH30Pw2xQWsyaD+Y6WJUK+9uK)"
    R"(5LSWWsITGToU9kfCtwImRrn/2honS9YY1J7lCCZaNPrpAn3PlFORUW5MVlIXvNCuc6w861IxWXkiASvub/Ft0GEvK)"
    R"(9+KNExzdqMYIkyI0rsjzshAt6X8GCjoewXmxaEYBXrzXetmgWZRvuvMU3sMSdjMHSRyzcawymRdTbNBvhtKJlo63c)"
    R"(YxnjaI4dLpI6eR5/U7A1kr1UvFdz32y3ygn/iW7P3frNuRNIaF8zReK/zZzyO4QiK8e/d0vU52jKZhniJfTRJYQVH)"
    R"(5vvkT4LTIO50DRgpnc6glFVU48TzLDGdW3ukddoWzr2hyRlAk8="})";

crypto::PublicKey key(const char* base64) {
  return crypto::PublicKey::from_spki(base::from_base64(base64).value()).value();
}

base::Bytes certificate() {
  base::Bytes octets(48);
  for (std::size_t i = 0; i < octets.size(); ++i) {
    octets[i] = static_cast<std::uint8_t>(i);
  }
  return octets;
}

const auto issuer = crypto::sha256(base::as_bytes("issuer"));

TEST(SignedTimestamp, IsCheckedWithTheKeyOfItsLog) {
  EXPECT_TRUE(
      check_timestamp(read_timestamp(ec_answer).value(), key(ec_key), issuer, certificate()));
  EXPECT_TRUE(
      check_timestamp(read_timestamp(rsa_answer).value(), key(rsa_key), issuer, certificate()));
}

TEST(SignedTimestamp, IsRefusedForAnythingElse) {
  const auto good = read_timestamp(ec_answer).value();
  const auto refused = [&](const SignedTimestamp& timestamp, const char* log = ec_key,
                           base::Bytes tbs = certificate()) {
    return !check_timestamp(timestamp, key(log), issuer, tbs);
  };
  EXPECT_TRUE(refused(good, rsa_key)) << "another log";
  auto other = certificate();
  other.back() ^= 1;
  EXPECT_TRUE(refused(good, ec_key, other)) << "another certificate";
  EXPECT_FALSE(
      check_timestamp(good, key(ec_key), crypto::sha256(base::as_bytes("eve")), certificate()))
      << "another issuer";
  auto bent = good;
  ++bent.timestamp;
  EXPECT_TRUE(refused(bent)) << "another time";
  bent = good;
  bent.extensions.clear();
  EXPECT_TRUE(refused(bent)) << "other extensions";
  for (std::size_t at = 0; at < 4; ++at) {
    bent = good;
    bent.signature[at] ^= 1;
    EXPECT_TRUE(refused(bent)) << "algorithm or length " << at;
  }
  bent = good;
  bent.signature.resize(3);
  EXPECT_TRUE(refused(bent)) << "cut";
  bent.signature.clear();
  EXPECT_TRUE(refused(bent)) << "none";
}

TEST(SignedTimestamp, IsReadFromWhatALogAnswersAndNothingElse) {
  for (const auto* text :
       {"", "{}", "[]", R"({"sct_version":0})",
        R"({"sct_version":1,"id":"","timestamp":1,"extensions":"","signature":""})",
        R"({"sct_version":0,"id":"AAAA","timestamp":1,"extensions":"","signature":""})",
        R"({"sct_version":0,"id":"ui/EXxkfbrEnd2JY6PWziT/MlOubKDGD7Rr0+y6Yu6A=","timestamp":-1,)"
        R"("extensions":"","signature":""})",
        R"({"sct_version":0,"id":"ui/EXxkfbrEnd2JY6PWziT/MlOubKDGD7Rr0+y6Yu6A=","timestamp":1,)"
        R"("extensions":"!","signature":""})"}) {
    EXPECT_FALSE(read_timestamp(text)) << text;
  }
}

TEST(SignedTimestamp, GoesIntoAListAsTlsHasIt) {
  SignedTimestamp one{.timestamp = 0x0102, .extensions = {}, .signature = {4, 3, 0, 1, 9}};
  one.log_id.fill(0xaa);
  const auto extension = timestamp_list({one});
  EXPECT_FALSE(extension.critical);
  EXPECT_EQ(extension.oid.to_string(), "1.3.6.1.4.1.11129.2.4.2");
  std::string id;
  for (int i = 0; i < 32; ++i) {
    id += "aa";
  }
  // OCTET STRING, the length of the list, that of the entry, and the entry.
  EXPECT_EQ(base::to_hex(extension.value),
            "04340032003000" + id + "0000000000000102" + "0000" + "0403000109");
}

TEST(Poison, IsCriticalAndNull) {
  const auto extension = poison();
  EXPECT_TRUE(extension.critical);
  EXPECT_EQ(extension.oid.to_string(), "1.3.6.1.4.1.11129.2.4.3");
  EXPECT_EQ(base::to_hex(extension.value), "0500");
}

}  // namespace
}  // namespace service
