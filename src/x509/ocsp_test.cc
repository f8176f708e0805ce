#include "x509/ocsp.h"

#include <gtest/gtest.h>

#include "crypto/pem.h"
#include "der/reader.h"
#include "x509/authority_for_test.h"

namespace x509 {
namespace {

using crypto::DigestAlgorithm;

class OcspResponder : public testing::Test {
 protected:
  OcspResponder()
      : leaf{Certificate::parse(
                 authority.issue(
                     crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256).public_key(),
                     {GeneralName::dns("a.example").value()}))
                 .value()} {
    shop.put("root.pem", crypto::to_pem("CERTIFICATE", authority.root));
    shop.put("leaf.pem", leaf.pem());
  }

  // What `openssl ocsp` asks with these arguments.
  OcspRequest asked(const std::string& arguments) {
    const auto made =
        shop.run("openssl ocsp -issuer root.pem " + arguments + " -cert leaf.pem -reqout ask.der");
    EXPECT_EQ(made.status, 0) << made.output;
    auto request = OcspRequest::parse(shop.get("ask.der"));
    EXPECT_TRUE(request) << request.error().reason;
    return *std::move(request);
  }

  OcspAnswer answer(const OcspRequest& request, OcspStatus status) {
    const auto now = base::SystemClock{}.now();
    OcspAnswer made{
        .answers = {}, .produced_at = now, .nonce = request.nonce, .responder_certificate = {}};
    for (const auto& certificate : request.certificates) {
      made.answers.push_back({.cert_id = certificate.der,
                              .status = status,
                              .this_update = now - std::chrono::minutes{5},
                              .next_update = now + std::chrono::hours{1},
                              .revoked_at = now - std::chrono::hours{2},
                              .reason = RevocationReason::keyCompromise});
    }
    return made;
  }

  // OpenSSL compares the nonce with the request that was asked; `-no_nonce` keeps it from putting a
  // new one into it.
  std::string judged(const base::Bytes& response, const std::string& digest = "") {
    shop.put("answer.der", response);
    const auto command =
        "openssl ocsp -no_nonce -issuer root.pem -CAfile root.pem"
        " -respin answer.der ";
    return shop.run(command + std::string{"-reqin ask.der"}).output +
           shop.run(command + digest + " -cert leaf.pem").output;
  }

  TestAuthority authority;
  Certificate leaf;
  crypto::Workshop shop;
};

TEST_F(OcspResponder, ReadsWhatOpenSslAsks) {
  const auto request = asked("");
  ASSERT_EQ(request.certificates.size(), 1u);
  const auto& id = request.certificates.front();
  EXPECT_EQ(id.digest, DigestAlgorithm::sha1);
  EXPECT_EQ(id.serial_number, leaf.serial_number());
  const auto issuer = ocsp_issuer(DigestAlgorithm::sha1, leaf.issuer_der(),
                                  authority.signer.public_key().key_bits());
  EXPECT_EQ(id.issuer_name_hash, issuer.name_hash);
  EXPECT_EQ(id.issuer_key_hash, issuer.key_hash);
  EXPECT_TRUE(request.nonce);
  EXPECT_FALSE(asked("-no_nonce").nonce);
  EXPECT_EQ(asked("-sha256").certificates.front().digest, DigestAlgorithm::sha256);
  EXPECT_EQ(asked("-serial 1 -serial 2").certificates.size(), 3u);
}

TEST_F(OcspResponder, IsBelievedByOpenSsl) {
  for (const std::string digest : {"", "-sha256", "-sha512"}) {
    for (const std::string nonce : {"", " -no_nonce"}) {
      const auto request = asked(digest + nonce);
      const auto verdict = [&](OcspStatus status) {
        auto text = judged(write_ocsp_response(answer(request, status), authority.signer), digest);
        EXPECT_NE(text.find("Response verify OK"), std::string::npos) << text;
        EXPECT_EQ(text.find("Nonce Verify error"), std::string::npos) << text;
        EXPECT_EQ(text.find("WARNING: no nonce"), std::string::npos) << text;
        return text;
      };
      const auto good = verdict(OcspStatus::good);
      EXPECT_NE(good.find("leaf.pem: good"), std::string::npos) << good;
      const auto revoked = verdict(OcspStatus::revoked);
      EXPECT_NE(revoked.find("leaf.pem: revoked"), std::string::npos) << revoked;
      EXPECT_NE(revoked.find("Reason: keyCompromise"), std::string::npos) << revoked;
      const auto unknown = verdict(OcspStatus::unknown);
      EXPECT_NE(unknown.find("leaf.pem: unknown"), std::string::npos) << unknown;
    }
  }
}

TEST_F(OcspResponder, IsDoubtedWithoutTheNonceThatWasAsked) {
  auto made = answer(asked(""), OcspStatus::good);
  made.nonce = base::Bytes(16, 7);
  const auto text = judged(write_ocsp_response(made, authority.signer));
  EXPECT_NE(text.find("Nonce Verify error"), std::string::npos) << text;
}

TEST_F(OcspResponder, MayBeDelegated) {
  const crypto::KeySigner responder{crypto::PrivateKey::generate(crypto::KeyAlgorithm::rsa_2048)};
  const auto now = base::SystemClock{}.now();
  auto made = answer(asked(""), OcspStatus::good);
  made.responder_certificate =
      sign_certificate({.serial_number = SerialNumber::random(authority.random),
                        .signature_algorithm = authority.signer.algorithm(),
                        .issuer = authority.name.to_der(),
                        .not_before = now - std::chrono::hours{1},
                        .not_after = now + std::chrono::days{1},
                        .subject = Name::parse("CN=Responder").value().to_der(),
                        .spki = base::to_bytes(responder.public_key().spki()),
                        .extensions = {key_usage({KeyUsage::digitalSignature}),
                                       extended_key_usage({der::oids::ocsp_signing}),
                                       ocsp_nocheck(), authority_key_identifier(authority.key_id)}},
                       authority.signer);
  const auto output = judged(write_ocsp_response(made, responder));
  EXPECT_NE(output.find("Response verify OK"), std::string::npos) << output;
  EXPECT_NE(output.find("leaf.pem: good"), std::string::npos) << output;
}

TEST_F(OcspResponder, EchoesTheCertIdByteForByte) {
  const auto request = asked("-sha256");
  const auto response = write_ocsp_response(answer(request, OcspStatus::good), authority.signer);
  EXPECT_FALSE(std::ranges::search(response, request.certificates.front().der).empty());
}

TEST_F(OcspResponder, IsReadByGnuTls) {
  asked("-no_nonce");
  shop.put("answer.der", write_ocsp_response(answer(OcspRequest::parse(shop.get("ask.der")).value(),
                                                    OcspStatus::revoked),
                                             authority.signer));
  if (shop.run("command -v ocsptool").status == 0) {
    const auto gnutls = shop.run("ocsptool --response-info --infile answer.der");
    EXPECT_EQ(gnutls.status, 0) << gnutls.output;
    EXPECT_NE(gnutls.output.find("revoked"), std::string::npos) << gnutls.output;
  }
}

TEST_F(OcspResponder, RefusesJunk) {
  asked("");
  const auto der = shop.get("ask.der");
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(OcspRequest::parse(base::ByteView{der}.first(size))) << size;
  }
  auto longer = der;
  longer.push_back(0);
  EXPECT_FALSE(OcspRequest::parse(longer));
  EXPECT_FALSE(OcspRequest::parse(base::Bytes(OcspRequest::max_octets + 1, 0x30)));
}

TEST_F(OcspResponder, TakesNoncesOf1To128Octets) {
  const auto id = ocsp_cert_id(DigestAlgorithm::sha1, leaf.issuer_der(),
                               authority.signer.public_key().key_bits(), leaf.serial_number());
  for (const std::size_t size : {1u, 32u, 128u}) {
    const auto request = OcspRequest::parse(make_ocsp_request({id}, base::Bytes(size, 7)));
    ASSERT_TRUE(request) << size;
    EXPECT_EQ(request->nonce->size(), size);
  }
  for (const std::size_t size : {0u, 129u}) {
    EXPECT_FALSE(OcspRequest::parse(make_ocsp_request({id}, base::Bytes(size, 7)))) << size;
  }
  EXPECT_FALSE(OcspRequest::parse(make_ocsp_request({}, std::nullopt))) << "asks about nothing";
  EXPECT_FALSE(OcspRequest::parse(
      make_ocsp_request(std::vector(OcspRequest::max_certificates + 1, id), std::nullopt)))
      << "asks about too much";
}

TEST_F(OcspResponder, IsReadForItsTimes) {
  const auto made = answer(asked("-no_nonce"), OcspStatus::revoked);
  const auto response = write_ocsp_response(made, authority.signer);
  const auto times = read_ocsp_times(response).value();
  EXPECT_EQ(times.produced_at, made.produced_at);
  EXPECT_EQ(times.this_update, made.answers.front().this_update);
  EXPECT_EQ(times.next_update, made.answers.front().next_update);
  for (std::size_t size = 0; size < response.size() / 2; ++size) {
    EXPECT_FALSE(read_ocsp_times(base::ByteView{response}.first(size))) << size;
  }
  EXPECT_FALSE(read_ocsp_times(ocsp_error(OcspError::unauthorized)));
}

TEST(OcspErrors, AreTheStatusAlone) {
  EXPECT_EQ(base::to_hex(ocsp_error(OcspError::malformed_request)), "30030a0101");
  EXPECT_EQ(base::to_hex(ocsp_error(OcspError::unauthorized)), "30030a0106");
}

}  // namespace
}  // namespace x509
