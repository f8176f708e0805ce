#include "core/chain_simulation.h"

#include <algorithm>

#include "core/issuing_for_test.h"
#include "der/oids.h"

namespace core {
namespace {

namespace oids = der::oids;
using x509::Certificate;

// A chain of three: root, middle, and the candidate below. Each may be changed before it is signed.
class Simulating : public Issuing {
 protected:
  struct Made {
    crypto::KeySigner signer;
    Certificate certificate;
  };

  static AuthorityOrder below(const std::string& name) {
    return {.subject = x509::Name::parse("CN=" + name + ",O=Example").value(),
            .type = AuthorityType::intermediate,
            .key = crypto::PrivateKey::generate(KeyAlgorithm::ec_p256).public_key(),
            .validity = days{1000},
            .path_length = std::nullopt};
  }
  // Without the checks of decide_authority: what is wrong is what the simulation is for.
  Made make(AuthorityOrder wanted, const Made* parent) const {
    const auto own = crypto::PrivateKey::generate(KeyAlgorithm::ec_p256);
    wanted.key = own.public_key();
    crypto::KeySigner own_signer{own};
    const auto facts =
        parent == nullptr
            ? std::nullopt
            : std::optional{facts_of(base::to_bytes(parent->certificate.der()), parent->signer)};
    const auto tbs = write_authority(wanted, facts, x509::SerialNumber::random(random), now);
    const auto der = x509::sign_certificate(tbs, parent == nullptr ? own_signer : parent->signer);
    return {own_signer, Certificate::parse(der).value()};
  }
  static std::vector<ChainFinding> simulated(const Made& candidate,
                                             std::initializer_list<const Made*> above) {
    std::vector<Certificate> chain;
    for (const auto* each : above) {
      chain.push_back(each->certificate);
    }
    return simulate_chain(candidate.certificate, chain, now);
  }
  // The rules that refuse.
  static Fields refusing(const std::vector<ChainFinding>& findings) {
    Fields rules;
    for (const auto& finding : findings) {
      if (finding.severity == ChainSeverity::refusal) {
        rules.push_back(finding.rule);
      }
    }
    return rules;
  }
  static bool warns(const std::vector<ChainFinding>& findings, const std::string& rule) {
    return std::ranges::any_of(findings, [&](const auto& finding) {
      return finding.rule == rule && finding.severity == ChainSeverity::warning;
    });
  }
  // Whether openssl takes a certificate of a server or a client below the candidate.
  bool openssl_takes(const Made& candidate, std::initializer_list<const Made*> above,
                     const std::string& purpose, const std::string& name = "www.example.com",
                     const std::string& more = "") const {
    CertificateOrder wanted = order();
    wanted.profile = purpose == "sslclient" ? "client" : "server";
    wanted.subject = x509::Name::parse("O=Example").value();
    wanted.names = {core::name(name.c_str())};
    const auto leaf = x509::sign_certificate(
        decide_certificate(wanted,
                           facts_of(base::to_bytes(candidate.certificate.der()), candidate.signer),
                           x509::SerialNumber::random(random), now),
        candidate.signer);
    shop.put("leaf.pem", crypto::to_pem("CERTIFICATE", leaf));
    std::string untrusted = candidate.certificate.pem();
    for (const auto* each : above) {
      untrusted += each->certificate.pem();
    }
    shop.put("untrusted.pem", untrusted);
    shop.put("root.pem", (above.end()[-1])->certificate.pem());
    return shop.run("openssl verify -purpose " + purpose + " " + more +
                    " -CAfile root.pem -untrusted untrusted.pem leaf.pem")
               .status == 0;
  }

  mutable crypto::SystemRandom random;
  Made top = make(
      [] {
        auto wanted = below("Simulated Root");
        wanted.type = AuthorityType::root;
        wanted.validity = days{3650};
        return wanted;
      }(),
      nullptr);
};

TEST_F(Simulating, TakesAnOrdinaryChain) {
  const auto middle = make(below("Middle"), &top);
  const auto candidate = make(below("Issuing"), &middle);
  EXPECT_EQ(simulated(candidate, {&middle, &top}).size(), 0u);
  EXPECT_EQ(simulated(top, {}).size(), 0u);
  EXPECT_TRUE(openssl_takes(candidate, {&middle, &top}, "sslserver"));
}

// RFC 5280, section 4.2.1.9: the judge of each verdict is openssl.
TEST_F(Simulating, KnowsWhenThePathIsTooLong) {
  for (const int length : {0, 1}) {
    auto wanted = below("Limited");
    wanted.path_length = length;
    const auto middle = make(wanted, &top);
    const auto candidate = make(below("Issuing"), &middle);
    const auto refused = refusing(simulated(candidate, {&middle, &top}));
    EXPECT_EQ(refused, length == 0 ? Fields{"path_length"} : Fields{});
    EXPECT_EQ(openssl_takes(candidate, {&middle, &top}, "sslserver"), refused.empty());
  }
}

TEST_F(Simulating, KnowsWhenPurposesDoNotNest) {
  auto wanted = below("Clients only");
  wanted.extended_key_usage = {oids::client_auth};
  const auto middle = make(wanted, &top);
  auto servers = below("Servers");
  servers.extended_key_usage = {oids::server_auth};
  const auto wrong = make(servers, &middle);
  EXPECT_EQ(refusing(simulated(wrong, {&middle, &top})), Fields{"purpose_nesting"});
  EXPECT_FALSE(openssl_takes(wrong, {&middle, &top}, "sslserver"));

  const auto silent = make(below("Silent"), &middle);
  EXPECT_EQ(refusing(simulated(silent, {&middle, &top})), Fields{});
  EXPECT_FALSE(openssl_takes(silent, {&middle, &top}, "sslserver")) << "as the note says";
  EXPECT_TRUE(openssl_takes(silent, {&middle, &top}, "sslclient"));
}

TEST_F(Simulating, KnowsWhatLiesOutsideOfNameConstraints) {
  auto wanted = below("Constrained");
  wanted.name_constraints.permitted = {{x509::GeneralNameType::dir_name, "O=Example"},
                                       {x509::GeneralNameType::dns, "example.com"}};
  const auto middle = make(wanted, &top);
  const auto inside = make(below("Inside"), &middle);
  EXPECT_EQ(refusing(simulated(inside, {&middle, &top})), Fields{});
  EXPECT_TRUE(openssl_takes(inside, {&middle, &top}, "sslserver"));
  auto other = below("Outside");
  other.subject = x509::Name::parse("CN=Outside,O=Other").value();
  const auto outside = make(other, &middle);
  EXPECT_EQ(refusing(simulated(outside, {&middle, &top})), Fields{"name_constraints"});
  EXPECT_FALSE(openssl_takes(outside, {&middle, &top}, "sslserver"));

  auto wider = below("Wider");
  wider.name_constraints.permitted = {{x509::GeneralNameType::dns, "example.net"}};
  const auto useless = make(wider, &middle);
  EXPECT_TRUE(warns(simulated(useless, {&middle, &top}), "constraint_nesting"));
  EXPECT_FALSE(openssl_takes(useless, {&middle, &top}, "sslserver", "www.example.net"));
  EXPECT_FALSE(openssl_takes(useless, {&middle, &top}, "sslserver", "www.example.com"));
}

TEST_F(Simulating, WarnsOfConstraintsThatLeaveAddressesOpen) {
  auto wanted = below("Names only");
  wanted.name_constraints.permitted = {{x509::GeneralNameType::dns, "example.com"}};
  const auto open = make(wanted, &top);
  EXPECT_TRUE(warns(simulated(open, {&top}), "unconstrained_addresses"));
  EXPECT_TRUE(openssl_takes(open, {&top}, "sslserver", "192.0.2.1"));
  wanted.name_constraints.excluded = {{x509::GeneralNameType::ip, "0.0.0.0/0"},
                                      {x509::GeneralNameType::ip, "::/0"}};
  const auto closed = make(wanted, &top);
  EXPECT_FALSE(warns(simulated(closed, {&top}), "unconstrained_addresses"));
  EXPECT_FALSE(openssl_takes(closed, {&top}, "sslserver", "192.0.2.1"));
}

TEST_F(Simulating, KnowsWhenAPolicyIsWanted) {
  auto wanted = below("With policies");
  wanted.policies = {{.oid = der::Oid{"1.3.6.1.4.1.99999.1"}, .cps = {}, .user_notice = {}}};
  wanted.policy_constraints.require_explicit = 0;
  const auto middle = make(wanted, &top);
  const auto without = make(below("Without"), &middle);
  EXPECT_EQ(refusing(simulated(without, {&middle, &top})), Fields{"explicit_policy"});
  EXPECT_FALSE(
      openssl_takes(without, {&middle, &top}, "sslserver", "www.example.com", "-policy_check"));
}

TEST_F(Simulating, LooksAtTheDatesOfThoseAbove) {
  auto brief = below("Brief");
  brief.validity = days{10};
  const auto middle = make(brief, &top);
  const auto candidate = make(below("Longer"), &middle);
  EXPECT_TRUE(warns(simulated(candidate, {&middle, &top}), "validity_nesting"));
  EXPECT_EQ(refusing(simulate_chain(candidate.certificate, {middle.certificate, top.certificate},
                                    now + days{20})),
            Fields{"validity"});
}

// A chain of openssl's own making: only the signature below the root counts.
TEST_F(Simulating, RefusesWeakSignaturesExceptTheRootsOwn) {
  const auto made = shop.run(
      "openssl req -x509 -sha1 -newkey rsa:2048 -nodes -keyout r.key -subj /CN=r -days 30 "
      "-out r.pem && openssl req -newkey rsa:2048 -nodes -keyout m.key -subj /CN=m -out m.csr && "
      "printf 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign,cRLSign\\n"
      "subjectKeyIdentifier=hash\\n' > ext && openssl x509 -req -sha1 -in m.csr -CA r.pem -CAkey "
      "r.key -CAcreateserial -extfile ext -days 30 -out m.pem");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto root_of_sha1 = Certificate::parse_pem_or_der(shop.get("r.pem")).value();
  const auto middle_of_sha1 = Certificate::parse_pem_or_der(shop.get("m.pem")).value();
  const auto candidate = make(below("Issuing"), &top);
  EXPECT_EQ(refusing(simulate_chain(candidate.certificate, {root_of_sha1}, now)), Fields{});
  EXPECT_EQ(refusing(simulate_chain(candidate.certificate, {middle_of_sha1, root_of_sha1}, now)),
            Fields{"signature"});
  EXPECT_NE(shop.run("openssl verify -auth_level 1 -CAfile r.pem m.pem").status, 0);
}

TEST_F(Simulating, WarnsOfKeysThatBrowsersDoNotTake) {
  const auto key = crypto::PrivateKey::generate(KeyAlgorithm::ed25519);
  auto wanted = below("Ed25519");
  wanted.type = AuthorityType::root;
  wanted.key = key.public_key();
  const auto der = x509::sign_certificate(write_authority(wanted, std::nullopt, serial, now),
                                          crypto::KeySigner{key});
  EXPECT_TRUE(warns(simulate_chain(Certificate::parse(der).value(), {}, now), "ed25519"));
}

}  // namespace
}  // namespace core
