#include "storage/acme_service_store.h"
#include "storage/databases_for_test.h"

namespace storage {
namespace {

using namespace core::acme;

template <class Server>
class AcmeServiceStoreTest : public DatabaseTest<Server> {
 protected:
  Service service(const std::string& name) {
    return this->write([&](db::Session& session) {
      AcmeServiceStore store{session};
      const Service made{
          .id = store.new_service_id(),
          .name = name,
          .description = "",
          .is_enabled = true,
          .authority_id = std::nullopt,
          .challenges = "http-01 dns-01",
          .eab_required = false,
          .validity_days = 90,
          .profiles =
              R"([{"name":"short","description":"A week","validity_hours":168,"cert_type":null}])",
          .allowed_names = R"(["**.corp"])",
          .forbidden_names = "[]",
          .wildcards_allowed = true,
          .ips_allowed = false,
          .terms_of_service = "",
          .created_at = this->clock.now()};
      store.insert(made);
      return made;
    });
  }
  ExternalAccount external(const std::string& kid, bool reusable = false,
                           std::optional<ServiceId> of = std::nullopt) {
    return this->write([&](db::Session& session) {
      AcmeServiceStore store{session};
      const ExternalAccount made{.id = store.new_external_account_id(),
                                 .kid = kid,
                                 .description = "",
                                 .wrapped_key = {0, 1, 255},
                                 .service_id = of,
                                 .allowed_names = "[]",
                                 .pre_authorized = false,
                                 .is_reusable = reusable,
                                 .used = 0,
                                 .last_used_at = std::nullopt,
                                 .expires_at = std::nullopt,
                                 .is_enabled = true,
                                 .revoked_at = std::nullopt,
                                 .created_by = "admin",
                                 .created_at = this->clock.now()};
      store.insert(made);
      return made;
    });
  }
  bool use(const ExternalAccount& external) {
    return this->write([&](db::Session& session) {
      return AcmeServiceStore{session}.use(external.id, this->clock.now());
    });
  }
};

TYPED_TEST_SUITE(AcmeServiceStoreTest, Databases, DatabaseName);

TYPED_TEST(AcmeServiceStoreTest, KeepsServicesByTheirNames) {
  auto made = this->service("vpn");
  this->service("apps");
  made.is_enabled = false;
  made.eab_required = true;
  this->write([&](db::Session& session) { AcmeServiceStore{session}.update(made); });
  const auto found = this->read(
      [&](db::Session& session) { return AcmeServiceStore{session}.find_service("vpn"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.id);
  EXPECT_FALSE(found->is_enabled);
  const auto policy = policy_of(*found);
  EXPECT_TRUE(policy.eab_required);
  EXPECT_EQ(policy.challenges.size(), 2u);
  ASSERT_NE(policy.profile("short"), nullptr);
  EXPECT_EQ(policy.profile("short")->validity_hours, 168);
  EXPECT_EQ(policy.allowed_names.front().to_string(), "**.corp");
  const auto all =
      this->read([&](db::Session& session) { return AcmeServiceStore{session}.services(10); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all.front().name, "apps");
}

TYPED_TEST(AcmeServiceStoreTest, KeepsNoTwoServicesOfOneName) {
  this->service("vpn");
  EXPECT_THROW(this->service("vpn"), base::Error);
}

TYPED_TEST(AcmeServiceStoreTest, CountsHowOftenAnExternalAccountWasUsed) {
  const auto once = this->external("once");
  EXPECT_TRUE(this->use(once));
  EXPECT_FALSE(this->use(once));
  const auto often = this->external("often", true);
  EXPECT_TRUE(this->use(often));
  EXPECT_TRUE(this->use(often));
  const auto found = this->read([&](db::Session& session) {
    return AcmeServiceStore{session}.find_external_account("often");
  });
  EXPECT_EQ(found->used, 2);
  EXPECT_EQ(found->wrapped_key, (base::Bytes{0, 1, 255}));
}

TYPED_TEST(AcmeServiceStoreTest, LetsNobodyUseWhatIsRevokedExpiredOrDisabled) {
  for (const auto* how : {"revoked", "expired", "disabled"}) {
    auto made = this->external(how, true);
    const std::string text = how;
    made.revoked_at = text == "revoked" ? std::optional{this->clock.now()} : std::nullopt;
    made.expires_at = text == "expired" ? std::optional{this->clock.now()} : std::nullopt;
    made.is_enabled = text != "disabled";
    this->write([&](db::Session& session) { AcmeServiceStore{session}.update(made); });
    EXPECT_FALSE(this->use(made)) << how;
  }
}

TYPED_TEST(AcmeServiceStoreTest, KeepsAServiceThatExternalAccountsAreFor) {
  const auto made = this->service("vpn");
  this->external("kid", false, made.id);
  EXPECT_EQ(this->read([&](db::Session& session) {
    return AcmeServiceStore{session}.count_external_accounts_of(made.id);
  }),
            1);
  EXPECT_THROW(
      this->write([&](db::Session& session) { AcmeServiceStore{session}.remove(made.id); }),
      base::Error);
}

TYPED_TEST(AcmeServiceStoreTest, KeepsDomains) {
  this->write([&](db::Session& session) {
    AcmeServiceStore store{session};
    Domain domain{.id = store.new_domain_id(),
                  .domain = "corp.example",
                  .rule = DomainRule::allow,
                  .is_wildcard_allowed = true,
                  .auto_approve = false,
                  .issuing_ca_id = std::nullopt,
                  .dns_provider_id = std::nullopt,
                  .created_by = "admin",
                  .created_at = this->clock.now(),
                  .updated_at = this->clock.now()};
    store.insert(domain);
    domain.rule = DomainRule::deny;
    store.update(domain);
  });
  const auto all =
      this->read([&](db::Session& session) { return AcmeServiceStore{session}.domains(0, 10); });
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front().rule, DomainRule::deny);
}

}  // namespace
}  // namespace storage
