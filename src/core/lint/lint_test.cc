#include "core/lint/lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/issuing_for_test.h"
#include "der/oids.h"
#include "json/json.h"

namespace core::lint {
namespace {

using Names = std::set<std::string>;
using namespace std::chrono_literals;
namespace oids = der::oids;

// A good certificate of a server, which each test breaks in one place.
class Lints : public Issuing {
 protected:
  x509::TbsCertificate good() const {
    auto wanted = order();
    wanted.subject = x509::Name::parse("CN=www.example.com,O=Example,C=DE").value();
    return decide_certificate(wanted, issuer,
                              x509::SerialNumber::parse("5a3c19e07f4d2b68a1c0ffee").value(), now);
  }
  static Names found(const x509::TbsCertificate& tbs, bool baseline = false) {
    Names names;
    for (const auto& finding : examine(write_tbs(tbs), {.baseline = baseline})) {
      names.insert(finding.lint);
    }
    return names;
  }
  static void drop(x509::TbsCertificate& tbs, const der::Oid& oid) {
    std::erase_if(tbs.extensions, [&](const auto& extension) { return extension.oid == oid; });
  }
  static void put(x509::TbsCertificate& tbs, const x509::Extension& extension) {
    drop(tbs, extension.oid);
    tbs.extensions.push_back(extension);
  }
};

TEST_F(Lints, HaveNothingAgainstWhatWeIssue) {
  EXPECT_EQ(found(good()), Names{});
  for (const auto& profile : profile_names()) {
    auto wanted = order();
    wanted.profile = profile;
    if (profile == "email") {
      wanted.names = {name("joe@example.com")};
    }
    const auto tbs = decide_certificate(
        wanted, issuer, x509::SerialNumber::parse("5a3c19e07f4d2b68a1c0ffee").value(), now);
    EXPECT_EQ(found(tbs), Names{}) << profile;
  }
  const auto root = x509::Certificate::parse(this->root).value();
  EXPECT_FALSE(blocks(examine(root.tbs(), {})));
}

TEST_F(Lints, ReadTheBytesAndNotWhatTheWriterBelieves) {
  auto bytes = write_tbs(good());
  bytes.pop_back();
  const auto findings = examine(bytes, {});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings.front().lint, "well_formed");
  EXPECT_TRUE(blocks(findings));
  EXPECT_TRUE(blocks(examine({}, {})));
}

TEST_F(Lints, RefuseAnExtensionThatIsThereTwice) {
  auto tbs = good();
  tbs.extensions.push_back(tbs.extensions.front());
  EXPECT_EQ(found(tbs), Names{"well_formed"});
}

TEST_F(Lints, FindWhatRfc5280Forbids) {
  const struct {
    const char* lint;
    std::function<void(x509::TbsCertificate&)> breaks;
  } cases[] = {
      {"issuer_name", [](auto& tbs) { tbs.issuer = {0x30, 0x00}; }},
      {"validity_order", [](auto& tbs) { std::swap(tbs.not_before, tbs.not_after); }},
      {"cert_sign",
       [](auto& tbs) {
         put(tbs, x509::key_usage({x509::KeyUsage::digitalSignature, x509::KeyUsage::keyCertSign}));
       }},
      {"key_usage", [](auto& tbs) { put(tbs, {oids::key_usage, true, {0x03, 0x01, 0x00}}); }},
      {"key_usage_critical",
       [](auto& tbs) { put(tbs, {oids::key_usage, false, {0x03, 0x02, 0x07, 0x80}}); }},
      {"key_usage_fits_key",
       [](auto& tbs) {
         put(tbs,
             x509::key_usage({x509::KeyUsage::digitalSignature, x509::KeyUsage::keyEncipherment}));
       }},
      {"extended_key_usage",
       [](auto& tbs) { put(tbs, {oids::extended_key_usage, false, {0x30, 0x00}}); }},
      {"alternative_names",
       [](auto& tbs) {
         put(tbs, {oids::subject_alternative_name, false, {0x30, 0x05, 0x82, 0x03, 'a', ' ', 'b'}});
       }},
      {"names_not_critical",
       [](auto& tbs) {
         put(tbs, x509::subject_alternative_name(std::vector{name("www.example.com")}, true));
       }},
      {"names_critical", [](auto& tbs) { tbs.subject = {0x30, 0x00}; }},
      {"subject_key_identifier", [](auto& tbs) { drop(tbs, oids::subject_key_identifier); }},
      {"authority_key_identifier", [](auto& tbs) { drop(tbs, oids::authority_key_identifier); }},
      {"never_critical",
       [](auto& tbs) { put(tbs, {oids::subject_key_identifier, true, {0x04, 0x04, 1, 2, 3, 4}}); }},
      {"name_constraints",
       [](auto& tbs) {
         put(tbs, x509::name_constraints(
                      {.permitted = {{x509::GeneralNameType::dns, "a.example"}}, .excluded = {}}));
       }},
      {"policies_once",
       [](auto& tbs) {
         put(tbs,
             x509::certificate_policies({{oids::any_policy, {}, {}}, {oids::any_policy, {}, {}}}));
       }},
      {"path_length",
       [](auto& tbs) {
         put(tbs, {oids::basic_constraints, true, {0x30, 0x03, 0x02, 0x01, 0x00}});
       }},
      {"ocsp_nocheck", [](auto& tbs) { put(tbs, x509::ocsp_nocheck()); }},
      {"no_rev_avail", [](auto& tbs) { put(tbs, x509::no_rev_avail()); }},
      {"country_code",
       [](auto& tbs) {  // C=D1 as PrintableString
         tbs.subject = {0x30, 0x0d, 0x31, 0x0b, 0x30, 0x09, 0x06, 0x03,
                        0x55, 0x04, 0x06, 0x13, 0x02, 'D',  '1'};
       }},
      {"string_types",
       [](auto& tbs) {  // O=a as TeletexString
         tbs.subject = {0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06,
                        0x03, 0x55, 0x04, 0x0a, 0x14, 0x01, 'a'};
       }},
      {"email_in_names",
       [](auto& tbs) {
         tbs.subject = x509::Name::parse("emailAddress=a@example.com").value().to_der();
       }},
      {"no_email_in_subject",
       [](auto& tbs) {
         tbs.subject = x509::Name::parse("emailAddress=a@example.com").value().to_der();
       }},
  };
  for (const auto& [lint, breaks] : cases) {
    auto tbs = good();
    breaks(tbs);
    EXPECT_TRUE(found(tbs).contains(lint)) << lint;
  }
}

TEST_F(Lints, FindWhatTheHouseForbids) {
  const struct {
    const char* lint;
    std::function<void(x509::TbsCertificate&)> breaks;
  } cases[] = {
      {"serial_entropy",
       [](auto& tbs) { tbs.serial_number = x509::SerialNumber::parse("01").value(); }},
      {"one_common_name",
       [](auto& tbs) { tbs.subject = x509::Name::parse("CN=a,CN=b").value().to_der(); }},
      {"unknown_critical", [](auto& tbs) { put(tbs, {der::Oid{"1.2.3.4"}, true, {0x05, 0x00}}); }},
      {"has_purpose", [](auto& tbs) { drop(tbs, oids::extended_key_usage); }},
      {"staple_needs_responder",
       [](auto& tbs) {
         put(tbs, x509::must_staple());
         drop(tbs, oids::authority_information_access);
       }},
      {"server_names", [](auto& tbs) { drop(tbs, oids::subject_alternative_name); }},
      {"server_lifetime", [](auto& tbs) { tbs.not_after = tbs.not_before + days{400}; }},
      {"wildcard_depth",
       [](auto& tbs) { put(tbs, x509::subject_alternative_name(std::vector{name("*.example")})); }},
  };
  for (const auto& [lint, breaks] : cases) {
    auto tbs = good();
    breaks(tbs);
    EXPECT_TRUE(found(tbs).contains(lint)) << lint;
  }
}

// Ballot SC-081v3.
TEST(BaselineValidity, ShrinksInSteps) {
  const struct {
    std::chrono::sys_days from;
    int days;
  } cases[] = {{2026y / 3 / 14, 398}, {2026y / 3 / 15, 200}, {2027y / 3 / 14, 200},
               {2027y / 3 / 15, 100}, {2029y / 3 / 14, 100}, {2029y / 3 / 15, 47}};
  for (const auto& [from, most] : cases) {
    EXPECT_EQ(longest_baseline_validity(from).count(), most);
  }
}

TEST_F(Lints, ApplyTheBaselineRequirementsWhenAsked) {
  const auto most = longest_baseline_validity(now);
  auto tbs = good();
  tbs.not_before = now;
  tbs.not_after = now + most;
  EXPECT_FALSE(found(tbs).contains("br_validity"));
  EXPECT_TRUE(found(tbs, true).contains("br_validity")) << "the end belongs to the period";
  tbs.not_after -= base::Seconds{1};
  EXPECT_EQ(found(tbs, true), Names{"br_policy"});
  put(tbs, x509::certificate_policies({{der::Oid{"2.23.140.1.2.1"}, {}, {}}}));
  EXPECT_EQ(found(tbs, true), Names{});

  const auto names_found = [&](const char* text) {
    put(tbs, x509::subject_alternative_name(
                 std::vector{name("www.example.com"), GeneralName::parse(text).value()}));
    return found(tbs, true);
  };
  EXPECT_EQ(names_found("DNS:intranet"), Names{"br_internal_names"});
  EXPECT_EQ(names_found("DNS:a.local"), Names{"br_internal_names"});
  EXPECT_EQ(names_found("IP:10.1.2.3"), Names{"br_reserved_addresses"});
  EXPECT_EQ(names_found("IP:fe80::1"), Names{"br_reserved_addresses"});
  EXPECT_EQ(names_found("IP:1.1.1.1"), Names{});
  EXPECT_EQ(names_found("email:a@example.com"), Names{"br_name_kinds"});
}

TEST(LintCatalogue, NamesEachLintOnceWithItsCitation) {
  Names names;
  for (const auto& lint : all_lints()) {
    EXPECT_TRUE(names.insert(std::string{lint.name}).second) << lint.name;
    EXPECT_FALSE(lint.citation.empty()) << lint.name;
    EXPECT_FALSE(lint.description.empty()) << lint.name;
    EXPECT_TRUE(lint.check != nullptr || lint.name == "well_formed") << lint.name;
  }
}

TEST(LintFindings, AreReadBackAsTheyWereKept) {
  EXPECT_TRUE(findings_from("").empty());
  const std::vector<Finding> kept{{"server_lifetime", Severity::warn, "House rule", "too long"}};
  const auto back = findings_from(json::to_text(kept));
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back.front().lint, "server_lifetime");
  EXPECT_EQ(back.front().detail, "too long");
}

}  // namespace
}  // namespace core::lint
