#include "storage/acme_allowance_store.h"
#include "storage/acme_csr_profile_store.h"
#include "storage/acme_inventory_store.h"
#include "storage/acme_service_store.h"
#include "storage/acme_store.h"
#include "storage/databases_for_test.h"
#include "storage/records_for_test.h"
#include "storage/user_change_store.h"
#include "storage/user_store.h"

// What administrators of the ACME server keep and look for: allowances, CSR profiles, lists.
namespace storage {
namespace {

using namespace core::acme;

template <class Server>
class AcmeAdministrationTest : public DatabaseTest<Server> {
 protected:
  Account account(const std::string& thumbprint, std::optional<ExternalAccountId> eab = {},
                  const std::string& contacts = "[]") {
    return this->write([&](db::Session& session) {
      AcmeStore store{session};
      const Account made{.id = store.new_account_id(),
                         .secret = "abcdefghijklmnop",
                         .status = AccountStatus::valid,
                         .contacts = contacts,
                         .terms_agreed = true,
                         .key_thumbprint = thumbprint,
                         .key_type = "EC P-256",
                         .key_spki = {1, 0, 255},
                         .created_at = this->clock.now(),
                         .created_from = "192.0.2.1",
                         .eab_id = eab};
      store.insert(made);
      return made;
    });
  }
  ExternalAccount external(const std::string& kid) {
    return this->write([&](db::Session& session) {
      AcmeServiceStore store{session};
      const ExternalAccount made{.id = store.new_external_account_id(),
                                 .kid = kid,
                                 .description = "",
                                 .wrapped_key = {0, 1, 255},
                                 .service_id = std::nullopt,
                                 .allowed_names = "[]",
                                 .pre_authorized = false,
                                 .is_reusable = true,
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
  AllowedIdentifier allowed(const std::string& value) {
    return this->write([&](db::Session& session) {
      AcmeAllowanceStore store{session};
      const AllowedIdentifier made{.id = store.new_id(),
                                   .identifier_type = IdentifierType::dns,
                                   .identifier_value = value,
                                   .created_by = "admin",
                                   .created_at = this->clock.now()};
      store.insert(made);
      return made;
    });
  }
  CsrProfile profile(const std::string& name) {
    return this->write([&](db::Session& session) {
      AcmeCsrProfileStore store{session};
      const CsrProfile made{.id = store.new_id(),
                            .name = name,
                            .description = "",
                            .profile_data = "{}",
                            .created_by = "admin",
                            .created_at = this->clock.now(),
                            .updated_at = this->clock.now()};
      store.insert(made);
      return made;
    });
  }
  // Issued to an account by an order.
  core::CertificateId certificate(const Account& owner, const std::string& names,
                                  std::chrono::seconds lasts = std::chrono::days{90}) {
    return this->write([&](db::Session& session) {
      AuthorityStore authorities{session};
      CertificateStore certificates{session};
      const auto authority = core::AuthorityId::from_number(1).value();
      if (!authorities.find(authority)) {
        authorities.insert(authority_record(authority, this->clock.now()));
      }
      auto record = certificate_record(certificates.new_id(), authority, this->clock.now(),
                                       names.substr(names.find(':') + 1));
      record.names = names;
      record.source = core::Source::acme;
      record.not_after = this->clock.now() + lasts;
      certificates.insert(record);
      AcmeStore store{session};
      store.insert(Order{.id = store.new_order_id(),
                         .secret = "abcdefghijklmnop",
                         .account_id = owner.id,
                         .status = OrderStatus::valid,
                         .identifiers = "[]",
                         .authorizations = "",
                         .not_before = std::nullopt,
                         .not_after = std::nullopt,
                         .error = std::nullopt,
                         .certificate_id = record.id,
                         .expires_at = this->clock.now(),
                         .created_at = this->clock.now()});
      return record.id;
    });
  }
  std::vector<core::CertificateId> found(const AcmeCertificateFilter& filter,
                                         const AcmePage& page = {}) {
    return this->read([&](db::Session& session) {
      const AcmeInventoryStore store{session};
      std::vector<core::CertificateId> ids;
      for (const auto& each : store.certificates(filter, page, this->clock.now())) {
        ids.push_back(each.id);
      }
      return ids;
    });
  }
};
TYPED_TEST_SUITE(AcmeAdministrationTest, Databases, DatabaseName);

using Ids = std::vector<core::CertificateId>;

TYPED_TEST(AcmeAdministrationTest, AllowancesAreUnitedAndGoWithWhatTheyBelongTo) {
  const auto eab = this->external("kid");
  const auto bound = this->account("a", eab.id);
  const auto other = this->account("b");
  const auto one = this->allowed("a.example");
  const auto two = this->allowed("*.b.example");
  this->write([&](db::Session& session) {
    AcmeAllowanceStore store{session};
    for (int twice = 0; twice < 2; ++twice) {
      store.allow(bound.id, one.id);
      store.allow(eab.id, two.id);
    }
    store.allow(other.id, one.id);
    return 0;
  });
  this->read([&](db::Session& session) {
    const AcmeAllowanceStore store{session};
    EXPECT_EQ(store.of(bound.id, bound.eab_id, 10).size(), 2u);
    EXPECT_EQ(store.of(bound.id, std::nullopt, 10).size(), 1u);
    EXPECT_EQ(store.of(eab.id, 10).size(), 1u);
    EXPECT_EQ(store.accounts_of({one, two}).at(one.id), (std::vector{bound.id, other.id}));
    EXPECT_EQ(store.find(IdentifierType::dns, "*.b.example")->id, two.id);
    EXPECT_FALSE(store.find(IdentifierType::ip, "*.b.example"));
    EXPECT_EQ(store.list(two.id.to_number(), 10).size(), 1u);
  });
  this->write([&](db::Session& session) {
    AcmeAllowanceStore store{session};
    store.remove(one.id);
    store.forbid(other.id, two.id);
    return 0;
  });
  this->read([&](db::Session& session) {
    const AcmeAllowanceStore store{session};
    EXPECT_EQ(store.of(bound.id, bound.eab_id, 10).size(), 1u);
    EXPECT_TRUE(store.of(other.id, std::nullopt, 10).empty());
  });
}

TYPED_TEST(AcmeAdministrationTest, AnAccountHasItsOwnProfileOrThatOfItsExternalAccount) {
  const auto eab = this->external("kid");
  const auto bound = this->account("a", eab.id);
  const auto own = this->profile("own");
  const auto of_eab = this->profile("of-eab");
  const auto name_of = [&](const Account& owner) {
    return this->read([&](db::Session& session) {
      const auto found = AcmeCsrProfileStore{session}.of(owner.id, owner.eab_id);
      return found ? found->name : "none";
    });
  };
  const auto change = [&](const std::function<void(AcmeCsrProfileStore&)>& work) {
    this->write([&](db::Session& session) {
      AcmeCsrProfileStore store{session};
      work(store);
      return 0;
    });
  };
  EXPECT_EQ(name_of(bound), "none");
  change([&](auto& store) { store.assign(eab.id, of_eab.id); });
  EXPECT_EQ(name_of(bound), "of-eab");
  change([&](auto& store) { store.assign(bound.id, of_eab.id); });
  change([&](auto& store) { store.assign(bound.id, own.id); });
  EXPECT_EQ(name_of(bound), "own");
  change([&](auto& store) { store.unassign(bound.id, of_eab.id); });  // it is not the one
  EXPECT_EQ(name_of(bound), "own");
  change([&](auto& store) { store.remove(own.id); });
  EXPECT_EQ(name_of(bound), "of-eab");
  change([&](auto& store) { store.remove(of_eab.id); });
  EXPECT_EQ(name_of(bound), "none");
}

TYPED_TEST(AcmeAdministrationTest, CountsWhatWasIssuedByAKeyAndForAName) {
  const auto owner = this->account("a");
  const auto id = this->certificate(owner, "DNS:www.a.example, DNS:*.b_c.example");
  const base::Bytes hash(32, 0xfe);
  this->write([&](db::Session& session) {
    AcmeCsrProfileStore{session}.note_key(hash, id);
    return 0;
  });
  this->read([&](db::Session& session) {
    const AcmeCsrProfileStore store{session};
    EXPECT_EQ(store.count_with_key(hash), 1);
    EXPECT_EQ(store.count_with_key(base::Bytes(32, 0xff)), 0);
    const auto later = this->clock.now() + std::chrono::days{30};
    EXPECT_EQ(store.count_in_force({"x.example", "www.a.example"}, later), 1);
    EXPECT_EQ(store.count_in_force({"*.b_c.example"}, later), 1);
    EXPECT_EQ(store.count_in_force({"b_c.example"}, later), 0);  // the wildcard is another name
    EXPECT_EQ(store.count_in_force({"*.bxc.example"}, later), 0);
    EXPECT_EQ(store.count_in_force({"a.example"}, later), 0);  // so is what it ends with
    EXPECT_EQ(store.count_in_force({"www.a.example"}, later + std::chrono::days{70}), 0);
    EXPECT_EQ(store.count_in_force({}, later), 0);
  });
}

TYPED_TEST(AcmeAdministrationTest, FindsCertificatesByWhatIsAsked) {
  const auto owner = this->account("a");
  const auto other = this->account("b");
  const auto first = this->certificate(owner, "DNS:a.example, IP:192.0.2.1");
  const auto second = this->certificate(other, "DNS:www.a.example");
  const auto third = this->certificate(owner, "DNS:a.example", std::chrono::hours{1});
  this->clock.advance(base::Seconds{7200});
  EXPECT_EQ(this->found({}), (Ids{third, second, first}));
  EXPECT_EQ(this->found({}, {.before_id = third.to_number(), .limit = 1}), Ids{second});
  EXPECT_EQ(this->found({}, {.offset = 1, .limit = 5}), (Ids{second, first}));
  EXPECT_EQ(this->found({.account_id = owner.id}), (Ids{third, first}));
  EXPECT_EQ(this->found({.domain = "a.example"}), (Ids{third, first}));
  EXPECT_EQ(this->found({.domain = "192.0.2.1"}), Ids{first});
  EXPECT_EQ(this->found({.status = AcmeCertificateStatus::expired}), Ids{third});
  EXPECT_EQ(this->found({.status = AcmeCertificateStatus::active}), (Ids{second, first}));
  EXPECT_EQ(this->found({.status = AcmeCertificateStatus::revoked}), Ids{});
  EXPECT_EQ(this->found({.expiring_before = this->clock.now()}), Ids{third});
  EXPECT_EQ(this->found({.issued_from = this->clock.now()}), Ids{});
  EXPECT_EQ(this->found({.issued_before = this->clock.now()}).size(), 3u);
  const auto all = this->read([&](db::Session& session) {
    const AcmeInventoryStore store{session};
    auto certificates = store.certificates({}, {}, this->clock.now());
    EXPECT_EQ(store.origins_of(certificates).at(second).account_id, other.id);
    EXPECT_EQ(store.count_certificates({.account_id = owner.id}, this->clock.now()), 2);
    return certificates;
  });
  EXPECT_EQ(this->found({.any_serial = {all[1].serial_number}}), Ids{second});
  EXPECT_EQ(this->found({.fingerprint = all[2].fingerprint}), Ids{first});
}

TYPED_TEST(AcmeAdministrationTest, FindsAccountsByWhatIsAsked) {
  const auto eab = this->external("kid");
  const auto bound = this->account("a", eab.id, R"(["mailto:Some_body@example.com"])");
  const auto other = this->account("b", std::nullopt, R"(["mailto:some%body@example.com"])");
  const auto found = [&](const AcmeAccountFilter& filter) {
    return this->read([&](db::Session& session) {
      std::vector<AccountId> ids;
      for (const auto& each : AcmeInventoryStore{session}.accounts(filter, {})) {
        ids.push_back(each.id);
      }
      return ids;
    });
  };
  using Accounts = std::vector<AccountId>;
  EXPECT_EQ(found({}), (Accounts{other.id, bound.id}));
  EXPECT_EQ(found({.has_eab = true}), Accounts{bound.id});
  EXPECT_EQ(found({.eab_id = eab.id}), Accounts{bound.id});
  EXPECT_EQ(found({.contact = "some_BODY"}), Accounts{bound.id});
  EXPECT_EQ(found({.contact = "some%body"}), Accounts{other.id});
  EXPECT_EQ(found({.status = AccountStatus::revoked}), Accounts{});
  EXPECT_EQ(found({.created_before = this->clock.now()}), Accounts{});
  this->read([&](db::Session& session) {
    const AcmeInventoryStore store{session};
    EXPECT_EQ(store.accounts_opened_by({eab}).at(eab.id), bound.id);
    EXPECT_EQ(store.kids_of({bound, other}).at(eab.id), "kid");
  });
}

TYPED_TEST(AcmeAdministrationTest, SaysWhenAUserWasChanged) {
  const auto user = this->write([&](db::Session& session) {
    UserStore users{session};
    const auto made = user_record(users.new_id(), "alice", this->clock.now());
    users.insert(made);
    return made;
  });
  const auto changed = [&] {
    return this->read(
        [&](db::Session& session) { return UserChangeStore{session}.of({user.id}).at(user.id); });
  };
  EXPECT_EQ(changed(), user.created_at);
  this->clock.advance(base::Seconds{60});
  this->write([&](db::Session& session) {
    UserChangeStore{session}.note(user.id, this->clock.now());
    return 0;
  });
  EXPECT_EQ(changed(), this->clock.now());
}

}  // namespace
}  // namespace storage
