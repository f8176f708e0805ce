#include "x509/csr.h"

#include <gtest/gtest.h>

#include "crypto/peers_for_test.h"
#include "crypto/pem.h"
#include "der/oids.h"
#include "der/writer.h"

namespace x509 {
namespace {

base::Bytes made_by_openssl(const crypto::Workshop& shop, const std::string& arguments) {
  const auto made =
      shop.run("openssl req -new -nodes -keyout key.pem -outform DER -out csr.der " + arguments);
  EXPECT_EQ(made.status, 0) << made.output;
  return shop.get("csr.der");
}

TEST(CertificateRequest, OfOpenSslIsRead) {
  const crypto::Workshop shop;
  for (const auto* const key :
       {"-newkey rsa:2048", "-newkey ec -pkeyopt ec_paramgen_curve:P-256",
        "-newkey ec -pkeyopt ec_paramgen_curve:P-521", "-newkey ed25519",
        "-newkey rsa:2048 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"}) {
    const auto request = CertificateRequest::parse(made_by_openssl(
        shop, std::string{key} +
                  " -subj '/O=Example/CN=www.example.com'"
                  " -addext 'subjectAltName=DNS:www.example.com,DNS:*.example.com,IP:192.0.2.1'"
                  " -addext 'keyUsage=digitalSignature' -addext 'extendedKeyUsage=serverAuth'"
                  " -addext 'tlsfeature=status_request' -addext 'basicConstraints=CA:FALSE'"));
    ASSERT_TRUE(request) << key << ": " << request.error().reason;
    EXPECT_TRUE(request->verify_signature()) << key;
    EXPECT_EQ(request->subject().to_string(), "CN=www.example.com,O=Example");
    ASSERT_EQ(request->subject_alternative_names().size(), 3u);
    EXPECT_EQ(request->subject_alternative_names()[1].to_string(), "DNS:*.example.com");
    EXPECT_EQ(request->key_usage(), KeyUsages{KeyUsage::digitalSignature});
    EXPECT_EQ(request->extended_key_usage(), std::vector{der::oids::server_auth});
    EXPECT_TRUE(request->must_staple());
    EXPECT_FALSE(request->basic_constraints()->is_ca);
    EXPECT_EQ(CertificateRequest::parse(base::as_bytes(request->pem()))->der().size(),
              request->der().size());
  }
}

TEST(CertificateRequest, IsVerifiedByOpenSslAndGnuTls) {
  const crypto::Workshop shop;
  for (const auto algorithm : {crypto::KeyAlgorithm::ec_p256, crypto::KeyAlgorithm::ed25519}) {
    const std::vector names{GeneralName::dns("a.example").value()};
    const auto der = make_request({.subject = Name::parse("CN=a.example").value(),
                                   .extensions = {subject_alternative_name(names)},
                                   .challenge_password = "s3cret"},
                                  crypto::KeySigner{crypto::PrivateKey::generate(algorithm)});
    shop.put("csr.der", der);
    const auto openssl = shop.run("openssl req -in csr.der -inform DER -verify -noout -text");
    EXPECT_EQ(openssl.status, 0) << openssl.output;
    EXPECT_NE(openssl.output.find("DNS:a.example"), std::string::npos) << openssl.output;
    const auto gnutls = shop.run("certtool --crq-info --inder --infile csr.der");
    EXPECT_EQ(gnutls.status, 0) << gnutls.output;
    const auto again = CertificateRequest::parse(der);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->verify_signature());
    EXPECT_EQ(again->challenge_password(), "s3cret");
  }
}

TEST(CertificateRequest, WithoutTheKeyIsFoundOut) {
  const crypto::Workshop shop;
  auto der = made_by_openssl(shop, "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=a");
  der.back() ^= 1;
  const auto request = CertificateRequest::parse(der);
  EXPECT_FALSE(request && request->verify_signature());
}

TEST(CertificateRequest, RefusesDamagedOnes) {
  const crypto::Workshop shop;
  const auto der = made_by_openssl(shop, "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=a");
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(CertificateRequest::parse(base::ByteView{der}.first(size))) << size;
  }
  auto longer = der;
  longer.push_back(0);
  EXPECT_FALSE(CertificateRequest::parse(longer));
  EXPECT_FALSE(CertificateRequest::parse(base::Bytes(CertificateRequest::max_octets + 1, 0x30)));
}

// A request whose parts can be wrong in one way each; it is signed all the same.
struct Parts {
  std::uint64_t version = 0;
  std::string common_name = "a.example";
  std::vector<base::Bytes> attributes;
};

base::Bytes attribute(const der::Oid& type, const std::vector<base::Bytes>& values) {
  der::Writer writer;
  writer.sequence([&] {
    writer.oid(type);
    writer.set([&] {
      for (const auto& value : values) {
        writer.raw(value);
      }
    });
  });
  return std::move(writer).take();
}

base::Bytes list_of(const std::vector<Extension>& extensions) {
  der::Writer writer;
  writer.sequence([&] {
    for (const auto& extension : extensions) {
      extension.write(writer);
    }
  });
  return std::move(writer).take();
}

bool is_taken(const Parts& parts) {
  static const crypto::KeySigner signer{
      crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256)};
  der::Writer info;
  info.sequence([&] {
    info.integer(parts.version);
    info.sequence([&] {
      info.set([&] {
        info.sequence([&] {
          info.oid(der::oids::common_name);
          info.utf8_string(parts.common_name);
        });
      });
    });
    info.raw(signer.public_key().spki());
    info.context(0, [&] {
      for (const auto& one : parts.attributes) {
        info.raw(one);
      }
    });
  });
  der::Writer writer;
  writer.sequence([&] {
    writer.raw(info.bytes());
    writer.raw(crypto::algorithm_identifier(signer.algorithm()));
    writer.bit_string(signer.sign(info.bytes()));
  });
  const auto request = CertificateRequest::parse(writer.bytes());
  return request && request->verify_signature();
}

TEST(CertificateRequest, RefusesEachFault) {
  const auto good = list_of({basic_constraints({})});
  const auto san = [](std::string_view name) {
    der::Writer writer;
    writer.sequence([&] { writer.text(der::tag::context(2), name); });
    return Extension{der::oids::subject_alternative_name, false, std::move(writer).take()};
  };
  const auto request = attribute(der::oids::extension_request, {good});
  EXPECT_TRUE(is_taken({}));
  EXPECT_TRUE(is_taken({.attributes = {request}}));
  EXPECT_TRUE(is_taken({.attributes = {attribute(der::Oid{"1.2.3"}, {{0x05, 0x00}})}}));
  EXPECT_FALSE(is_taken({.version = 1}));
  EXPECT_FALSE(is_taken({.common_name = std::string("a\0b", 3)})) << "NUL in the name";
  EXPECT_FALSE(is_taken({.attributes = {request, request}})) << "an attribute twice";
  EXPECT_FALSE(is_taken({.attributes = {attribute(der::oids::extension_request, {good, good})}}));
  EXPECT_FALSE(is_taken({.attributes = {attribute(der::oids::extension_request, {})}}));
  EXPECT_FALSE(is_taken(
      {.attributes = {attribute(der::oids::extension_request,
                                {list_of({basic_constraints({}), basic_constraints({})})})}}))
      << "an extension twice";
  for (const auto* const name : {"", "a b", "a_b.example", "*.*.example"}) {
    EXPECT_FALSE(
        is_taken({.attributes = {attribute(der::oids::extension_request, {list_of({san(name)})})}}))
        << name;
  }
}

TEST(CertificateRequest, RefusesWeakKeysAndDigests) {
  const crypto::Workshop shop;
  EXPECT_FALSE(CertificateRequest::parse(made_by_openssl(shop, "-newkey rsa:1024 -subj /CN=a")));
  EXPECT_FALSE(
      CertificateRequest::parse(made_by_openssl(shop, "-newkey rsa:2048 -sha1 -subj /CN=a")));
  EXPECT_FALSE(CertificateRequest::parse(
      made_by_openssl(shop, "-newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -subj /CN=a")));
}

}  // namespace
}  // namespace x509
