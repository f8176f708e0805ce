#include "core/issuance.h"

#include <gtest/gtest.h>

#include "core/issuing_for_test.h"
#include "x509/csr.h"

namespace core {
namespace {

TEST_F(Issuing, IsBelievedByOpenSslAndGnuTls) {
  shop.put("root.pem", crypto::to_pem("CERTIFICATE", root));
  for (const auto& profile : profile_names()) {
    auto wanted = order();
    wanted.profile = profile;
    if (profile == "email") {
      wanted.subject = x509::Name::parse("CN=Joe").value();
      wanted.names = {name("joe@example.com")};
    }
    shop.put("leaf.pem", crypto::to_pem("CERTIFICATE", issue(wanted)));
    const auto purpose = profile == "client"         ? "sslclient"
                         : profile == "email"        ? "smimesign"
                         : profile == "code_signing" ? "any"
                                                     : "sslserver";
    const auto judged = shop.run("openssl verify -x509_strict -purpose " + std::string{purpose} +
                                 " -CAfile root.pem leaf.pem");
    EXPECT_EQ(judged.status, 0) << profile << judged.output;
    const auto by_gnutls =
        shop.run("certtool --verify --load-ca-certificate root.pem --infile leaf.pem");
    EXPECT_EQ(by_gnutls.status, 0) << profile << by_gnutls.output;
  }
  const auto host = shop.run("openssl verify -x509_strict -CAfile root.pem leaf.pem");
  EXPECT_EQ(host.status, 0) << host.output;
}

TEST_F(Issuing, GivesAServerTheExtensionsOfItsProfileAndNoOthers) {
  const auto text = printed(issue(order()), "-text");
  for (const auto* line :
       {"CA:FALSE", "X509v3 Basic Constraints: critical",
        "X509v3 Key Usage: critical\n                Digital Signature\n",
        "X509v3 Extended Key Usage: \n                TLS Web Server "
        "Authentication\n",
        "DNS:www.example.com\n", "OCSP - URI:http://ca.example.com/ocsp",
        "CA Issuers - URI:http://ca.example.com/ca/1.cer", "URI:http://ca.example.com/crl/1.crl",
        "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  EXPECT_EQ(text.find("TLS Feature"), std::string::npos);
  EXPECT_EQ(x509::Certificate::parse(issue(order()))->extensions().size(), 8u);
}

TEST_F(Issuing, LetsTheProfileAndTheKeyDecideTheUsages) {
  const struct {
    const char* profile;
    bool is_rsa;
    const char* usages;
    const char* purposes;
  } cases[] = {
      {"server", true, "Digital Signature, Key Encipherment", "TLS Web Server Authentication"},
      {"client", false, "Digital Signature", "TLS Web Client Authentication"},
      {"client", true, "Digital Signature", "TLS Web Client Authentication"},
      {"combined", false, "Digital Signature",
       "TLS Web Server Authentication, TLS Web Client Authentication"},
      {"email", true, "Digital Signature, Non Repudiation, Key Encipherment", "E-mail Protection"},
      {"code_signing", false, "Digital Signature", "Code Signing"},
  };
  const auto rsa = crypto::PrivateKey::generate(KeyAlgorithm::rsa_2048);
  for (const auto& [profile, is_rsa, usages, purposes] : cases) {
    auto wanted = order();
    wanted.profile = profile;
    wanted.key = is_rsa ? rsa.public_key() : leaf_key.public_key();
    if (std::string_view{profile} == "email") {
      wanted.names = {name("joe@example.com")};
    }
    const auto text = printed(issue(wanted), "-ext keyUsage,extendedKeyUsage");
    EXPECT_NE(text.find(std::string{usages} + "\n"), std::string::npos) << profile << text;
    EXPECT_NE(text.find(std::string{purposes} + "\n"), std::string::npos) << profile << text;
  }
  EXPECT_EQ(complaints([] { profile_named("root"); }), Fields{"cert_type"});
}

TEST_F(Issuing, LeavesOutTheAddressesThatAreSwitchedOff) {
  issuer.ocsp_enabled = issuer.cdp_enabled = false;
  auto text = printed(issue(order()), "-text");
  EXPECT_EQ(text.find("OCSP"), std::string::npos);
  EXPECT_EQ(text.find("CRL Distribution"), std::string::npos);
  EXPECT_NE(text.find("CA Issuers"), std::string::npos);
  issuer.aia_enabled = false;
  text = printed(issue(order()), "-text");
  EXPECT_EQ(text.find("Authority Information"), std::string::npos);
}

// RFC 5280, section 4.2.1.6.
TEST_F(Issuing, MarksTheNamesCriticalWhenThereIsNoSubject) {
  auto wanted = order();
  EXPECT_EQ(printed(issue(wanted), "-ext subjectAltName").find("critical"), std::string::npos);
  wanted.subject = {};
  EXPECT_NE(printed(issue(wanted), "-ext subjectAltName").find("Name: critical"),
            std::string::npos);
}

// RFC 7633.
TEST_F(Issuing, AddsMustStapleWhenAsked) {
  auto wanted = order();
  wanted.must_staple = true;
  EXPECT_NE(printed(issue(wanted), "-text").find("status_request"), std::string::npos);
}

TEST_F(Issuing, StartsFiveMinutesEarlyAndLastsNinetyDays) {
  issuer.not_before = now - days{1};
  const auto made = decide_certificate(order(), issuer, serial, now);
  EXPECT_EQ(made.not_before, now - std::chrono::minutes{5});
  EXPECT_EQ(made.not_after, now + days{90});
}

TEST_F(Issuing, NestsTheValidityIntoThatOfTheAuthority) {
  issuer.not_before = now - std::chrono::minutes{1};
  issuer.not_after = now + days{10};
  auto wanted = order();
  const auto made = decide_certificate(wanted, issuer, serial, now);
  EXPECT_EQ(made.not_before, issuer.not_before);
  EXPECT_EQ(made.not_after, issuer.not_after);
  wanted.validity = days{10};
  EXPECT_EQ(decide_certificate(wanted, issuer, serial, now).not_after, issuer.not_after);
  wanted.validity = days{10} + base::Seconds{1};
  EXPECT_EQ(refused(wanted), Fields{"validity_days"}) << "who asked must hear that it is shorter";
}

TEST_F(Issuing, RefusesValiditiesThatMakeNoSense) {
  auto wanted = order();
  for (const auto length : {base::Seconds{0}, base::Seconds{-1}, base::Seconds{days{3651}}}) {
    wanted.validity = length;
    EXPECT_EQ(refused(wanted), Fields{"validity_days"}) << length.count();
  }
  wanted = order();
  wanted.not_before = now + days{2};
  wanted.not_after = now + days{1};
  EXPECT_EQ(refused(wanted), Fields{"validity_days"});
  wanted = order();
  wanted.not_before = now - days{2};
  EXPECT_EQ(refused(wanted), Fields{"not_before"});
}

TEST_F(Issuing, TakesTheDatesThatAreAskedFor) {
  auto wanted = order();
  wanted.not_before = now + days{1};
  wanted.not_after = now + days{2};
  const auto made = decide_certificate(wanted, issuer, serial, now);
  EXPECT_EQ(made.not_before, now + days{1});
  EXPECT_EQ(made.not_after, now + days{2});
}

TEST_F(Issuing, RefusesToIssueFromAnAuthorityThatExpired) {
  issuer.not_after = now;
  EXPECT_EQ(refused(order()), Fields{"ca_id"});
  EXPECT_EQ(complaints([&] {
              decide_authority(authority_order(leaf_key), issuer, std::nullopt, serial, now);
            }),
            Fields{"parent_id"});
}

// RFC 9525: clients do not look at the common name.
TEST_F(Issuing, AsksForAnAlternativeNameWhereClientsLookAtIt) {
  for (const auto& [profile, is_needed] :
       std::initializer_list<std::pair<const char*, bool>>{{"server", true},
                                                           {"combined", true},
                                                           {"email", true},
                                                           {"client", false},
                                                           {"code_signing", false}}) {
    auto wanted = order();
    wanted.profile = profile;
    wanted.names.clear();
    EXPECT_EQ(refused(wanted), is_needed ? Fields{"san"} : Fields{}) << profile;
  }
  auto nameless = order();
  nameless.profile = "client";
  nameless.names.clear();
  nameless.subject = {};
  EXPECT_EQ(refused(nameless), Fields{"common_name"});
}

TEST_F(Issuing, RefusesTooManyNamesAndKindsThatAreNotIssued) {
  auto wanted = order();
  for (int i = 0; i < 250; ++i) {
    wanted.names.push_back(name(("h" + std::to_string(i) + ".example.com").c_str()));
  }
  EXPECT_EQ(refused(wanted), Fields{"san"});
  wanted.names.pop_back();
  EXPECT_EQ(refused(wanted), Fields{});
  wanted.names = {GeneralName::parse("dirName:CN=a").value()};
  EXPECT_EQ(refused(wanted), Fields{"san"});
}

TEST_F(Issuing, KeepsToTheNameConstraintsOfTheAuthority) {
  issuer.name_constraints = {x509::NameConstraints{
      .permitted = {{x509::GeneralNameType::dns, "example.com"}}, .excluded = {}}};
  auto wanted = order();
  EXPECT_EQ(refused(wanted), Fields{});
  wanted.names = {name("www.example.com"), name("www.example.net"), name("192.0.2.1")};
  EXPECT_EQ(refused(wanted), Fields{"san"});
  issuer.name_constraints.clear();
  issuer.constraints_are_readable = false;
  EXPECT_EQ(refused(order()), Fields{"ca_id"});
}

// The judge is openssl: what the rules let pass must verify under the constrained authority.
TEST_F(Issuing, AgreesWithOpenSslOnNameConstraints) {
  const x509::NameConstraints constraints{
      .permitted = {{x509::GeneralNameType::dns, "example.com"},
                    {x509::GeneralNameType::ip, "10.0.0.0/9"},
                    {x509::GeneralNameType::email, "example.com"},
                    {x509::GeneralNameType::uri, ".example.com"}},
      .excluded = {{x509::GeneralNameType::dns, "secret.example.com"}}};
  auto tbs = decide_authority(authority_order(key), std::nullopt, std::nullopt, serial, now);
  tbs.extensions.push_back(x509::name_constraints(constraints));
  const auto constrained = sign_certificate(tbs, signer);
  shop.put("root.pem", crypto::to_pem("CERTIFICATE", constrained));
  const auto free_issuer = facts_of(constrained, signer);
  auto bound_issuer = free_issuer;
  bound_issuer.name_constraints = {constraints};
  for (const auto* text :
       {"www.example.com", "example.net", "secret.example.com", "a.secret.example.com",
        "10.127.0.1", "10.128.0.1", "joe@example.com", "joe@mail.example.com",
        "https://www.example.com/", "https://example.com/"}) {
    auto wanted = order();
    wanted.subject = x509::Name::parse("O=Example").value();
    wanted.names = {name(text)};
    const auto der = sign_certificate(decide_certificate(wanted, free_issuer, serial, now), signer);
    shop.put("leaf.pem", crypto::to_pem("CERTIFICATE", der));
    const auto judged = shop.run("openssl verify -CAfile root.pem leaf.pem");
    const auto ours = complaints([&] { decide_certificate(wanted, bound_issuer, serial, now); });
    EXPECT_EQ(ours.empty(), judged.status == 0) << text << "\n" << judged.output;
  }
}

TEST_F(Issuing, TellsEverythingThatIsWrongAtOnce) {
  auto wanted = order();
  wanted.names.clear();
  wanted.validity = days{9999};
  EXPECT_EQ(refused(wanted), (Fields{"validity_days", "san"}));
}

class Requests : public testing::Test {
 protected:
  // A request made by openssl from lines of its configuration.
  RequestedNames names_of_request(const std::string& subject, const std::string& extensions) {
    shop.put("request.cnf", "[req]\nprompt=no\nutf8=yes\ndistinguished_name=dn\n" +
                                std::string{extensions.empty() ? "" : "req_extensions=ext\n"} +
                                "[dn]\n" + subject + "\n[ext]\n" + extensions + "\n");
    const auto made = shop.run(
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem "
        "-config request.cnf -outform DER -out request.der");
    EXPECT_EQ(made.status, 0) << made.output;
    return names_of(x509::CertificateRequest::parse(shop.get("request.der")).value());
  }
  crypto::Workshop shop;
};

TEST_F(Requests, BringTheirSubjectAndNames) {
  const auto requested = names_of_request(
      "C=DE\nO=Example\nCN=www.example.com",
      "subjectAltName=DNS:www.example.com,DNS:example.com,IP:192.0.2.1,email:a@example.com");
  EXPECT_EQ(requested.subject.to_string(), "CN=www.example.com,O=Example,C=DE");
  EXPECT_EQ(combined_text(requested.names),
            "DNS:www.example.com, DNS:example.com, IP:192.0.2.1, email:a@example.com");
}

TEST_F(Requests, MayAskForUsagesButNotBecomeAnAuthority) {
  EXPECT_NO_THROW(names_of_request(
      "CN=a", "basicConstraints=CA:FALSE\nkeyUsage=keyCertSign\nextendedKeyUsage=codeSigning"));
  EXPECT_EQ(complaints([&] { names_of_request("CN=a", "basicConstraints=critical,CA:TRUE"); }),
            Fields{"csr"});
}

TEST_F(Requests, HaveOneCommonName) {
  EXPECT_EQ(complaints([&] { names_of_request("0.CN=a.example\n1.CN=b.example", ""); }),
            Fields{"csr"});
}

TEST(DisplayName, IsTheCommonNameOrWhatElseThereIs) {
  const auto key = crypto::PrivateKey::generate(KeyAlgorithm::ec_p256);
  const auto shown = [&](const char* subject, std::vector<GeneralName> names) {
    x509::TbsCertificate tbs{.serial_number = serial,
                             .signature_algorithm = crypto::SignatureAlgorithm::ecdsa_sha256,
                             .issuer = x509::Name::parse("CN=i").value().to_der(),
                             .not_before = now,
                             .not_after = now + days{1},
                             .subject = x509::Name::parse(subject).value_or(x509::Name{}).to_der(),
                             .spki = base::to_bytes(key.public_key().spki()),
                             .extensions = {}};
    if (!names.empty()) {
      tbs.extensions.push_back(x509::subject_alternative_name(names));
    }
    const auto der = sign_certificate(tbs, crypto::KeySigner{key});
    return display_name(x509::Certificate::parse(der).value());
  };
  EXPECT_EQ(shown("CN=a,O=b", {name("c.example")}), "a");
  EXPECT_EQ(shown("O=b", {name("c.example"), name("d.example")}), "c.example");
  EXPECT_EQ(shown("O=b", {}), "O=b");
}

}  // namespace
}  // namespace core
