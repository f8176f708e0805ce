#include "app/settings.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "crypto/peers_for_test.h"

namespace app {
namespace {

using Texts = std::map<std::string, std::string>;

class SettingsTest : public testing::Test {
 protected:
  std::string file(const std::string& text) {
    shop.put("settings.yaml", text);
    auto path = shop.run("pwd").output;
    path.pop_back();
    return path + "/settings.yaml";
  }
  static std::string refusal(const Sources& sources) {
    try {
      read_settings(sources);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::invalid_request);
      return error.what();
    }
    return "";
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  crypto::Workshop shop;
};

TEST_F(SettingsTest, HaveSaneInitialValues) {
  const auto settings = read_settings({});
  EXPECT_EQ(settings.https_port, 8443);
  EXPECT_EQ(settings.http_port, 8080);
  EXPECT_TRUE(settings.database.empty());
  EXPECT_EQ(settings.acme_http01_port, 80);
  EXPECT_TRUE(settings.acme_allow_targets.empty());
}

TEST_F(SettingsTest, ComeFromFileEnvironmentAndFlagsInRisingOrder) {
  const auto path = file("https_port: 1001\nhttp_port: 1002\nlisten: 192.0.2.1\n");
  auto settings = read_settings({.file = path});
  EXPECT_EQ(settings.https_port, 1001);
  settings = read_settings(
      {.file = path,
       .environment = {
           {"CERTWRIGHT_HTTPS_PORT", "2001"}, {"CERTWRIGHT_HTTP_PORT", "2002"}, {"PATH", "/bin"}}});
  EXPECT_EQ(settings.https_port, 2001);
  EXPECT_EQ(settings.listen, "192.0.2.1");
  settings = read_settings(
      {.file = path,
       .environment = {{"CERTWRIGHT_HTTPS_PORT", "2001"}, {"CERTWRIGHT_HTTP_PORT", "2002"}},
       .flags = {{"https_port", "3001"}}});
  EXPECT_EQ(settings.https_port, 3001);
  EXPECT_EQ(settings.http_port, 2002);
}

TEST_F(SettingsTest, TakeListsAndSectionsAsYamlHasThem) {
  const auto settings = read_settings(
      {.file = file("acme:\n  http01_port: 5002\n  allow_targets:\n    - 127.0.0.0/8\n    - ::1\n"
                    "dns.resolvers: 192.0.2.1:53, 192.0.2.2:53\n")});
  EXPECT_EQ(settings.acme_http01_port, 5002);
  EXPECT_EQ(settings.acme_allow_targets, (std::vector<std::string>{"127.0.0.0/8", "::1"}));
  EXPECT_EQ(settings.dns_resolvers, (std::vector<std::string>{"192.0.2.1:53", "192.0.2.2:53"}));
}

TEST_F(SettingsTest, KnowTheUsualNameOfTheDatabase) {
  const auto database = [&](const Texts& environment, const std::string& text = "{}") {
    return std::string{
        read_settings({.file = file(text), .environment = environment}).database.reveal()};
  };
  const Texts usual{{"DATABASE_URL", "postgresql://usual"}};
  EXPECT_EQ(database(usual), "postgresql://usual");
  EXPECT_EQ(database(usual, "database: postgresql://file"), "postgresql://usual")
      << "the environment is above the file";
  EXPECT_EQ(database({{"DATABASE_URL", "postgresql://usual"},
                      {"CERTWRIGHT_DATABASE", "postgresql://ours"}}),
            "postgresql://ours");
  EXPECT_EQ(database({{"DATABASE_URL", ""}}, "database: postgresql://file"), "postgresql://file");
}

TEST_F(SettingsTest, RefuseWhatTheyDoNotKnowAndNameTheNearest) {
  const auto in_file = refusal({.file = file("htps_port: 1\n")});
  EXPECT_TRUE(has(in_file, "settings.yaml")) << in_file;
  EXPECT_TRUE(has(in_file, "'htps_port'") && has(in_file, "https_port?")) << in_file;
  const auto nested = refusal({.file = file("acme:\n  htpp01_port: 1\n")});
  EXPECT_TRUE(has(nested, "acme.http01_port?")) << nested;
  const auto in_environment = refusal({.environment = {{"CERTWRIGHT_HTTPS_PROT", "1"}}});
  EXPECT_TRUE(has(in_environment, "CERTWRIGHT_HTTPS_PORT?")) << in_environment;
  EXPECT_EQ(refusal({.environment = {{"CERTWRIGHT_TEST_POSTGRES", "x"}}}), "");
}

TEST_F(SettingsTest, RefuseBadValuesWithTheirPlace) {
  for (const auto* text :
       {"https_port: abc", "https_port: 65536", "https_port: -1", "http.threads: 0",
        "log.level: loud", "https_port: [1, 2]", "- a\n- b", "{", "a: b: c"}) {
    EXPECT_TRUE(has(refusal({.file = file(text)}), "settings.yaml")) << text;
  }
  EXPECT_TRUE(has(refusal({.file = "/nonexistent/settings.yaml"}), "/nonexistent"));
  EXPECT_TRUE(
      has(refusal({.environment = {{"CERTWRIGHT_HTTP_PORT", "x"}}}), "CERTWRIGHT_HTTP_PORT"));
  EXPECT_TRUE(has(refusal({.flags = {{"http_port", "x"}}}), "--http_port"));
}

TEST_F(SettingsTest, ShowEverythingButSecretsAsYamlThatCanBeRead) {
  Settings settings;
  settings.database = base::Secret{"postgresql://user:hunter2@host/db"};
  settings.admin_password = base::Secret{"hunter2"};
  settings.master_key = base::Secret{std::string(64, 'e')};
  const auto shown = show_settings(settings);
  EXPECT_FALSE(has(shown, "hunter2"));
  EXPECT_FALSE(has(shown, std::string(8, 'e')));
  EXPECT_TRUE(has(shown, "database: \"(set)\"")) << shown;
  settings = {};
  settings.acme_allow_targets = {"127.0.0.0/8", "::1"};
  settings.public_host = "ca: \"quoted\" # x";
  const auto again = read_settings({.file = file(show_settings(settings))});
  EXPECT_EQ(show_settings(again), show_settings(settings));
}

TEST(SettingsTable, HasEachNameOnceAndAMeaning) {
  std::set<std::string> names;
  for (const auto& setting : all_settings()) {
    EXPECT_TRUE(names.insert(environment_name(setting.name)).second) << setting.name;
    EXPECT_FALSE(setting.meaning.empty());
  }
  EXPECT_EQ(environment_name("acme.http01_port"), "CERTWRIGHT_ACME_HTTP01_PORT");
  for (const auto* contract :
       {"CERTWRIGHT_ACME_HTTP01_PORT", "CERTWRIGHT_ACME_TLSALPN01_PORT",
        "CERTWRIGHT_ACME_ALLOW_TARGETS", "CERTWRIGHT_DNS_RESOLVERS", "CERTWRIGHT_ADMIN_PASSWORD"}) {
    EXPECT_TRUE(names.contains(contract)) << contract;
  }
}

}  // namespace
}  // namespace app
