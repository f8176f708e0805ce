#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <functional>

#include "storage/access_store.h"
#include "storage/acme_allowance_store.h"
#include "storage/acme_approval_store.h"
#include "storage/acme_csr_profile_store.h"
#include "storage/acme_inventory_store.h"
#include "storage/acme_quota_store.h"
#include "storage/acme_retention_store.h"
#include "storage/acme_service_store.h"
#include "storage/acme_statistics_store.h"
#include "storage/acme_store.h"
#include "storage/audit_store.h"
#include "storage/audit_tree_store.h"
#include "storage/authority_certificate_store.h"
#include "storage/authority_store.h"
#include "storage/certificate_store.h"
#include "storage/crl_store.h"
#include "storage/databases_for_test.h"
#include "storage/event_store.h"
#include "storage/expiry_store.h"
#include "storage/idempotency_store.h"
#include "storage/intent_store.h"
#include "storage/mail_store.h"
#include "storage/ownership_store.h"
#include "storage/passkey_store.h"
#include "storage/password_reset_store.h"
#include "storage/request_store.h"
#include "storage/restriction_store.h"
#include "storage/revocation_job_store.h"
#include "storage/revocation_store.h"
#include "storage/saved_query_store.h"
#include "storage/sign_in_certificate_store.h"
#include "storage/sign_in_store.h"
#include "storage/syslog_store.h"
#include "storage/tag_store.h"
#include "storage/template_store.h"
#include "storage/user_certificate_store.h"
#include "storage/user_store.h"
#include "storage/webhook_store.h"

// Which way SQLite takes for each reading statement of the stores: without an index, a page that is
// quick in a test takes seconds on a million certificates.
namespace storage {
namespace {

// Explains what is read instead of reading it. Numbers are answered as told.
class Explaining final : public db::Session {
 public:
  Explaining(db::Session& real, std::int64_t number) : real_{real}, number_{number} {}

  std::vector<std::string> plans;

  void bookkeeping(std::string_view) override {}

 private:
  // The planner does not look at values, but each placeholder needs one.
  static db::Query explained(std::string_view sql) {
    db::Query query{"EXPLAIN QUERY PLAN "};
    for (std::size_t at = 0; at < sql.size();) {
      const auto dollar = std::min(sql.find('$', at), sql.size());
      if (dollar == sql.size()) {
        query.add(sql.substr(at));
        break;
      }
      query.add(sql.substr(at, dollar - at), std::int64_t{0});
      at = dollar + 1;
      while (at < sql.size() && std::isdigit(static_cast<unsigned char>(sql[at])) != 0) {
        ++at;
      }
    }
    return query;
  }

  std::int64_t change(std::string_view, std::span<const db::Value>) override { return 0; }
  void read(std::string_view sql, std::span<const db::Value>,
            const std::function<void(std::span<const db::Value>)>& row) override {
    real_.each(explained(sql), [&](std::span<const db::Value> step) {
      plans.push_back(std::get<std::string>(step[3]));
    });
    if (sql.starts_with("SELECT COUNT(*) FROM (SELECT 1 FROM certificate_t")) {
      const std::vector<db::Value> answer{number_};
      row(answer);
    }
  }
  std::int64_t next_id(std::string_view) override { return 1; }
  void keep(std::string_view, std::int64_t, std::string_view, std::string, bool) override {}

  db::Session& real_;
  std::int64_t number_;
};

class QueryPlans : public DatabaseTest<SqliteForTest> {
 protected:
  // The steps of all statements. `matching`: how many names a search, or how many certificates a
  // tag, is said to match.
  std::vector<std::string> plan_of(const std::function<void(db::Session&)>& work,
                                   std::int64_t matching = 10) {
    return read([&](db::Session& real) {
      Explaining session{real, matching};
      work(session);
      return session.plans;
    });
  }
  std::vector<std::string> list(const CertificateFilter& filter, CertificateOrderBy by,
                                std::int64_t matching = 10) {
    return plan_of(
        [&](db::Session& session) {
          CertificateStore{session}.list(filter, {.order_by = by}, clock.now());
        },
        matching);
  }
  std::vector<std::string> count(const CertificateFilter& filter, std::int64_t matching = 10) {
    return plan_of(
        [&](db::Session& session) { CertificateStore{session}.count(filter, clock.now()); },
        matching);
  }
};

// Only these may be walked from end to end: each page stops when it is full.
bool is_a_walk_of_the_list(const std::string& step, CertificateOrderBy by) {
  return (by == CertificateOrderBy::created_at &&
          step.starts_with("SCAN certificates USING COVERING INDEX certificates_by_id")) ||
         (by == CertificateOrderBy::valid_to &&
          step.starts_with("SCAN certificates USING COVERING INDEX certificates_by_not_after")) ||
         (by == CertificateOrderBy::common_name &&
          step.starts_with("SCAN certificates USING COVERING INDEX certificates_by_common_name"));
}

// A step that reads all of a table or of an index over all of it. Sub-selects ("SCAN found"), the
// few counters, and the partial index over what was revoked are small.
bool is_a_full_scan(const std::string& step) {
  return step.starts_with("SCAN certificate") && !step.starts_with("SCAN certificate_counts") &&
         !step.contains("INDEX certificates_revoked");
}

const CertificateOrderBy orders[] = {CertificateOrderBy::created_at, CertificateOrderBy::valid_to,
                                     CertificateOrderBy::common_name};

std::vector<std::pair<std::string, CertificateFilter>> narrowing_filters(base::Time now) {
  using core::CertificateStatus;
  std::vector<std::pair<std::string, CertificateFilter>> filters;
  const auto add = [&](const std::string& name, auto change) {
    CertificateFilter filter;
    change(filter);
    filters.emplace_back(name, filter);
  };
  for (const auto& status : std::initializer_list<std::vector<CertificateStatus>>{
           {CertificateStatus::valid},
           {CertificateStatus::expiring},
           {CertificateStatus::expired},
           {CertificateStatus::revoked},
           {CertificateStatus::valid, CertificateStatus::expiring},
           {CertificateStatus::expired, CertificateStatus::revoked}}) {
    add("status", [&](auto& filter) { filter.any_status = status; });
    add("status of one authority", [&](auto& filter) {
      filter.any_status = status;
      filter.authority_id = core::AuthorityId::from_number(1).value();
    });
    add("status and source", [&](auto& filter) {
      filter.any_status = status;
      filter.any_source = {core::Source::acme};
    });
  }
  add("authority",
      [](auto& filter) { filter.authority_id = core::AuthorityId::from_number(1).value(); });
  add("source", [](auto& filter) { filter.any_source = {core::Source::acme}; });
  add("expires before", [&](auto& filter) { filter.expires_before = now; });
  add("expires from", [&](auto& filter) { filter.expires_from = now; });
  add("expires within", [&](auto& filter) {
    filter.expires_from = now;
    filter.expires_before = now;
  });
  const auto first = core::AuthorityId::from_number(1).value();
  const auto second = core::AuthorityId::from_number(2).value();
  const auto made_by = core::TemplateId::from_number(1).value();
  add("restricted to authorities",
      [&](auto& filter) { filter.within.any = {{.authorities = {first, second}}}; });
  add("restricted to a template",
      [&](auto& filter) { filter.within.any = {{.templates = {made_by}}}; });
  add("restricted twice", [&](auto& filter) {
    filter.within.any = {{.authorities = {first}},
                         {.authorities = {second}, .templates = {made_by}}};
  });
  const auto web = core::Tag::parse("web").value();
  const auto db = core::Tag::parse("db").value();
  add("tag", [&](auto& filter) { filter.any_tag = {web}; });
  add("tags and status", [&](auto& filter) {
    filter.any_tag = {db, web};
    filter.any_status = {CertificateStatus::valid};
  });
  add("restricted to tags", [&](auto& filter) { filter.within.any = {{.tags = {db, web}}}; });
  add("restricted to a tag of an authority", [&](auto& filter) {
    filter.within.any = {{.authorities = {first}, .tags = {web}}, {.templates = {made_by}}};
  });
  add("search", [](auto& filter) { filter.search = "example"; });
  add("serial", [](auto& filter) { filter.search = "deadbeef01"; });
  return filters;
}

TEST_F(QueryPlans, FindWhatFewCertificatesAreByAnIndex) {
  for (const auto& [name, filter] : narrowing_filters(clock.now())) {
    for (const auto by : orders) {
      for (const auto& step : list(filter, by)) {
        EXPECT_FALSE(is_a_full_scan(step))
            << name << " by " << static_cast<int>(by) << ": " << step;
      }
    }
    for (const auto& step : count(filter)) {
      EXPECT_FALSE(is_a_full_scan(step)) << "count of " << name << ": " << step;
    }
  }
}

TEST_F(QueryPlans, WalkTheListInItsOrderForEverythingAndWhatIsCommon) {
  CertificateFilter common;
  common.search = "example";
  for (const auto by : orders) {
    for (const auto& filter : {CertificateFilter{}, common}) {
      bool walks = false;
      for (const auto& step : list(filter, by, 5000)) {
        walks = walks || is_a_walk_of_the_list(step, by);
        EXPECT_TRUE(!is_a_full_scan(step) || is_a_walk_of_the_list(step, by)) << step;
      }
      EXPECT_TRUE(walks);
    }
  }
}

// Most certificates may have other tags: neither a page nor a count walks through them.
TEST_F(QueryPlans, WalkOnlyTheCertificatesOfATagThatManyHave) {
  CertificateFilter tagged;
  tagged.any_tag = {core::Tag::parse("web").value()};
  auto valid = tagged;
  valid.any_status = {core::CertificateStatus::valid};
  CertificateFilter restricted;
  restricted.within.any = {{.tags = tagged.any_tag}};
  const auto after = core::CertificateId::from_number(9).value();
  for (const auto& filter : {tagged, valid, restricted}) {
    const auto steps = plan_of(
        [&](db::Session& session) {
          const CertificateStore store{session};
          store.list(filter, {}, clock.now());
          store.list(filter, {.after = after}, clock.now());
          store.count(filter, clock.now());
          store.count_tagged(tagged.any_tag.front(), filter.within);
        },
        20'000);
    int walks = 0;
    for (const auto& step : steps) {
      EXPECT_FALSE(is_a_full_scan(step)) << step;
      walks += step.starts_with("SEARCH certificate_tags USING PRIMARY KEY (tag_id=?") ||
                       step.starts_with(
                           "SEARCH certificate_tags USING COVERING INDEX "
                           "sqlite_autoindex_certificate_tags_1 (tag_id=?")
                   ? 1
                   : 0;
    }
    EXPECT_GE(walks, 4);
  }
}

TEST_F(QueryPlans, FindTagsByAnIndex) {
  const auto web = core::Tag::parse("web").value();
  const auto first = core::CertificateId::from_number(1).value();
  const auto second = core::CertificateId::from_number(2).value();
  const auto of_certificates = plan_of([&](db::Session& session) {
    TagStore tags{session};
    tags.of(first);
    tags.of(std::vector{first, second});
    tags.ids_of({web});
  });
  for (const auto& step : of_certificates) {
    EXPECT_FALSE(step.starts_with("SCAN")) << step;
  }
  const auto pages = plan_of([&](db::Session& session) {
    const TagStore tags{session};
    tags.list("w", std::nullopt, 20);
    tags.list("", web, 20);
  });
  EXPECT_GE(pages.size(), 6u);
  for (const auto& step : pages) {
    EXPECT_FALSE(step.starts_with("SCAN") || step.contains("TEMP B-TREE")) << step;
  }
}

TEST_F(QueryPlans, BeginPagesBehindACursorByTheIndexOfTheirOrder) {
  const auto after = core::CertificateId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    CertificateStore{session}.list({}, {.after = after}, clock.now());
  });
  for (const auto& step : steps) {
    EXPECT_FALSE(is_a_full_scan(step)) << step;
  }
}

TEST_F(QueryPlans, NeverReadAllCertificatesForAnythingElse) {
  const auto authority = core::AuthorityId::from_number(1).value();
  const auto serial = x509::SerialNumber::parse("01").value();
  const auto steps = plan_of([&](db::Session& session) {
    CertificateStore certificates{session};
    certificates.find(core::CertificateId::from_number(1).value());
    certificates.find_by_serial(authority, serial);
    certificates.find_by_fingerprint("ab");
    certificates.count({}, clock.now());
    certificates.issued_by(authority);
    certificates.totals(clock.now());
    certificates.expiry_by_week(clock.now(), 4);
  });
  EXPECT_GT(steps.size(), 7u);
  for (const auto& step : steps) {
    EXPECT_FALSE(is_a_full_scan(step)) << step;
  }
}

TEST_F(QueryPlans, FindSavedQueriesAndCertificatesOfAuthoritiesByAnIndex) {
  const auto steps = plan_of([](db::Session& session) {
    const SavedQueryStore queries{session};
    const auto user = core::UserId::from_number(1).value();
    queries.of_user(user, 10);
    queries.shared_with(user, 10);
    AuthorityCertificateStore{session}.find_by_serial(core::AuthorityId::from_number(1).value(),
                                                      x509::SerialNumber::parse("01").value());
  });
  EXPECT_EQ(steps.size(), 3u);
  for (const auto& step : steps) {
    EXPECT_TRUE(step.contains("INDEX")) << step;
  }
}

TEST_F(QueryPlans, ReadListsOfRevokedInOneGo) {
  const auto authority = core::AuthorityId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    const RevocationStore revocations{session};
    revocations.each_listed(authority, {"00", "ff"}, clock.now(), {});
    revocations.count_listed(authority, {"00", "ff"}, clock.now());
    revocations.changed_in(authority, {"00", "7f"}, 5);
  });
  EXPECT_GE(steps.size(), 3u);
  for (const auto& step : steps) {
    EXPECT_TRUE(step.starts_with("SEARCH revoked_certificates USING PRIMARY KEY") ||
                step.starts_with("SEARCH revoked_certificates USING COVERING INDEX") ||
                !step.contains("revoked_certificates"))
        << step;
  }
}

TEST_F(QueryPlans, FindRevocationJobsAndTheirItemsByAnIndex) {
  const auto job = RevocationJobId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    const RevocationJobStore jobs{session};
    jobs.find(job);
    jobs.next_running();
    jobs.list(job, 0, 10);
    jobs.items(job, std::nullopt, core::CertificateId::from_number(1).value(), 10);
    jobs.items(job, JobItemStatus::pending, std::nullopt, 10);
  });
  EXPECT_GE(steps.size(), 5u);
  for (const auto& step : steps) {
    EXPECT_TRUE(step.starts_with("SEARCH")) << step;
  }
}

TEST_F(QueryPlans, FindChangesListsAndBasesByAnIndex) {
  const auto authority = core::AuthorityId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    RevocationStore{session}.each_changed(authority, 5, {});
    const CrlStore crls{session};
    crls.settings(authority);
    crls.find(authority, {});
    crls.base_for(authority, clock.now());
    crls.newest_base(authority);
  });
  EXPECT_GE(steps.size(), 5u);
  for (const auto& step : steps) {
    EXPECT_TRUE(step.starts_with("SEARCH")) << step;
  }
}

TEST_F(QueryPlans, FindUsersSessionsKeysAndIntentsByAnIndex) {
  const auto user = core::UserId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    UserStore users{session};
    users.find(user);
    users.find_by_name("a");
    users.find_session("t");
    users.sessions_of(user);
    users.find_api_key("h");
    users.find_api_key(user, core::ApiKeyId::from_number(1).value());
    users.api_keys_of(user);
    AuthorityStore authorities{session};
    authorities.find(core::AuthorityId::from_number(1).value());
    const RestrictionStore restrictions{session};
    restrictions.of(user);
    restrictions.of_groups(user);
    restrictions.restricted(std::vector{user});
    restrictions.restricted(std::vector{core::GroupId::from_number(1).value()});
    OwnershipStore{session}.count("a");
  });
  EXPECT_EQ(std::ranges::count_if(steps, [](const auto& s) { return s.starts_with("SEARCH"); }),
            8 + 5 + 4 + 9);
  for (const auto& step : steps) {
    EXPECT_FALSE(step.starts_with("SCAN") && !step.starts_with("SCAN found")) << step;
  }
}

TEST_F(QueryPlans, FindWhatAcmeRequestsNeedByAnIndex) {
  const auto account = core::acme::AccountId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    const AcmeStore store{session};
    store.find_reusable(account, {.type = core::acme::IdentifierType::dns, .value = "a.example"},
                        clock.now(), {core::acme::ChallengeType::http_01});
    store.latest_orders_of(account, 20);
    const AcmeServiceStore rules{session};
    rules.find_service("a");
    rules.find(core::acme::ServiceId::from_number(1).value());
    rules.count_external_accounts_of(core::acme::ServiceId::from_number(1).value());
    rules.find(core::acme::ExternalAccountId::from_number(1).value());
    rules.find_external_account("kid");
    rules.count_accounts_of(core::acme::ExternalAccountId::from_number(1).value());
    rules.find(core::acme::DomainId::from_number(1).value());
    rules.find_domain("a.example");
  });
  EXPECT_EQ(std::ranges::count_if(steps, [](const auto& s) { return s.starts_with("SEARCH"); }),
            10);
  for (const auto& step : steps) {
    EXPECT_FALSE(step.starts_with("SCAN")) << step;
  }
}

TEST_F(QueryPlans, FindWhatTheAcmeServerLimitsAndForgetsByAnIndex) {
  const auto order = core::acme::OrderId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    const AcmeQuotaStore quotas{session};
    quotas.spent_until(core::acme::QuotaKind::account, "1");
    quotas.list({}, 0, {}, 20);
    quotas.list({}, 0, AcmeSpending{core::acme::QuotaKind::account, "1", 5}, 20);
    quotas.count_spent_before(5, 20);
    const AcmeApprovalStore approvals{session};
    approvals.find(order);
    approvals.list(0, clock.now(), 20);
    const AcmeRetentionStore retention{session};
    retention.count_failed_orders(clock.now(), 20);
    retention.count_authorizations(clock.now(), 20);
    retention.count_issued_orders(clock.now(), 20);
    retention.issued_orders(clock.now(), 20);
    retention.count_unused_accounts(clock.now(), 20);
  });
  for (const auto& step : steps) {
    // Each account has to be asked whether it has anything; what it has is found by an index.
    EXPECT_FALSE(step.starts_with("SCAN") && step != "SCAN acme_accounts" && step != "SCAN found")
        << step;
  }
}

TEST_F(QueryPlans, FindWhatAcmeAdministratorsAskForByAnIndex) {
  const auto account = core::acme::AccountId::from_number(1).value();
  const auto eab = core::acme::ExternalAccountId::from_number(1).value();
  const auto profile = core::acme::CsrProfileId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    const AcmeAllowanceStore allowances{session};
    allowances.find(core::acme::AllowedIdentifierId::from_number(1).value());
    allowances.find(core::acme::IdentifierType::dns, "a.example");
    allowances.list(1000, 50);
    allowances.of(eab, 50);
    allowances.of(account, eab, 50);
    const AcmeCsrProfileStore profiles{session};
    profiles.find(profile);
    profiles.find_by_name("a");
    profiles.list(1000, 50);
    profiles.accounts_of(profile, 50);
    profiles.of(account, eab);
    profiles.count_with_key(base::Bytes(32, 0));
    profiles.count_in_force({"a.example"}, clock.now());
    const AcmeInventoryStore inventory{session};
    for (const auto& filter : std::vector<AcmeCertificateFilter>{
             {},
             {.account_id = account},
             {.any_serial = {x509::SerialNumber::parse("01").value()}},
             {.fingerprint = "00"},
             {.domain = "a.example"},
             {.status = AcmeCertificateStatus::revoked}}) {
      inventory.certificates(filter, {}, clock.now());
      inventory.count_certificates(filter, clock.now());
    }
    inventory.accounts({}, {});
    inventory.accounts({.eab_id = eab}, {});
    inventory.external_accounts({});
  });
  for (const auto& step : steps) {
    EXPECT_TRUE(!step.starts_with("SCAN") || step.starts_with("SCAN found")) << step;
  }
}

TEST_F(QueryPlans, CountAcmeAmongTheNewestByAnIndex) {
  const auto steps = plan_of([&](db::Session& session) {
    const AcmeStatisticsStore statistics{session};
    statistics.days(clock.now());
    statistics.proofs(clock.now());
    statistics.clients(clock.now());
  });
  const auto uses = [&](std::string_view step) {
    return std::ranges::any_of(steps, [&](const auto& each) { return each.starts_with(step); });
  };
  EXPECT_TRUE(uses("SEARCH acme_orders USING INDEX acme_orders_by_created"));
  EXPECT_TRUE(uses("SCAN acme_authorizations")) << "from its end, until there are enough";
  EXPECT_FALSE(uses("USE TEMP B-TREE FOR ORDER BY")) << "or all of them would be read";
  EXPECT_TRUE(uses("SEARCH audit_log USING INDEX audit_log_by_action"));
}

TEST_F(QueryPlans, FindTemplatesAndIdempotencyKeysByAnIndex) {
  const auto id = core::TemplateId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    TemplateStore templates{session};
    templates.find(id);
    templates.find_by_name("a");
    templates.version(id, 1);
    templates.versions(id, 10);
    templates.issued_by(id);
    IdempotencyStore{session}.find("a", "b");
  });
  EXPECT_EQ(std::ranges::count_if(steps, [](const auto& s) { return s.starts_with("SEARCH"); }), 6);
  for (const auto& step : steps) {
    EXPECT_FALSE(step.starts_with("SCAN")) << step;
  }
}

TEST_F(QueryPlans, FindEntriesOfTheAuditLogByAnIndex) {
  const auto steps_of = [&](auto change) {
    AuditFilter filter;
    change(filter);
    return plan_of([&](db::Session& session) {
      const AuditStore audit{session};
      audit.list(filter, 0, 20);
      audit.count(filter);
    });
  };
  const auto expect_search = [](const std::vector<std::string>& steps, const char* index) {
    int searches = 0;
    for (const auto& step : steps) {
      EXPECT_FALSE(step.starts_with("SCAN audit_log")) << step;
      searches += step.starts_with("SEARCH audit_log") && step.contains(index) ? 1 : 0;
    }
    EXPECT_EQ(searches, 2) << index;
  };
  expect_search(steps_of([](auto& filter) { filter.username = "a"; }), "audit_log_by_username");
  expect_search(steps_of([](auto& filter) { filter.action = "a"; }), "audit_log_by_action");
  expect_search(steps_of([](auto& filter) {
                  filter.resource_type = "a";
                  filter.resource_id = 1;
                }),
                "audit_log_by_resource");
  expect_search(steps_of([&](auto& filter) { filter.from = clock.now(); }), "audit_log_by_at");
  expect_search(steps_of([&](auto& filter) { filter.before = clock.now(); }), "audit_log_by_at");
  for (const auto& step : plan_of([&](db::Session& session) {
         const AuditStore audit{session};
         audit.find(1);
         audit.actions();
         audit.top("username", clock.now(), 5);
         audit.daily({"a", "b"}, clock.now());
       })) {
    EXPECT_FALSE(step.starts_with("SCAN audit_log")) << step;
  }
}

TEST_F(QueryPlans, FindWhatHangsOnAuthoritiesByAnIndex) {
  const auto id = core::AuthorityId::from_number(1).value();
  const auto steps = plan_of([&](db::Session& session) {
    AuthorityCertificateStore further{session};
    further.of_authority(id, 20);
    further.in_force_of_issuer(id, clock.now());
    further.find(core::AuthorityCertificateId::from_number(1).value());
    further.find(core::AuthorityRequestId::from_number(1).value());
    AuthorityStore{session}.has_children(id);
    const UserCertificateStore people{session};
    const auto owner = core::UserId::from_number(1).value();
    for (const auto status : {UserCertificateStatus::valid, UserCertificateStatus::revoked}) {
      people.list({.owner = owner, .status = status, .search = {}}, true, 20, 0, clock.now());
      people.count({.owner = owner, .status = status, .search = {}}, clock.now());
    }
  });
  for (const auto& step : steps) {
    EXPECT_FALSE(step.starts_with("SCAN")) << step;
  }
}

TEST_F(QueryPlans, FindRequestsByAnIndex) {
  const auto steps_of = [&](auto change) {
    RequestFilter filter;
    change(filter);
    return plan_of([&](db::Session& session) {
      const RequestStore requests{session};
      requests.list(filter, 0, 20);
      requests.count(filter);
      requests.find(RequestId::from_number(1).value());
      requests.find_waiting("ab");
      requests.counts();
    });
  };
  for (const auto& steps :
       {steps_of([](auto& filter) { filter.status = RequestStatus::pending; }),
        steps_of([](auto& filter) { filter.search = "example"; }), steps_of([](auto& filter) {
          filter.status = RequestStatus::issued;
          filter.before = RequestId::from_number(9).value();
        })}) {
    for (const auto& step : steps) {
      EXPECT_FALSE(step.starts_with("SCAN certificate_request")) << step;
    }
  }
}

TEST_F(QueryPlans, FindPasskeysCertificatesLinksAndMailByAnIndex) {
  const auto user = core::UserId::from_number(1).value();
  for (const auto& step : plan_of([&](db::Session& session) {
         const PasskeyStore passkeys{session};
         passkeys.find(user, core::PasskeyId::from_number(1).value());
         passkeys.find("a");
         passkeys.of_user(user);
         passkeys.has_enabled(user);
         passkeys.with_enabled({user});
         const SignInCertificateStore certificates{session};
         certificates.find(core::SignInCertificateId::from_number(1).value());
         certificates.find("a");
         certificates.of_user(user);
         certificates.list(user, 10, 0);
         certificates.count(user);
         const PasswordResetStore resets{session};
         resets.find("a");
         resets.count_since(user, base::Time{});
         const MailStore mail{session};
         mail.is_due(base::Time{});
         mail.list(true, 10);
         UserStore{session}.find_active_by_email("a@example.com");
         SyslogStore{session}.next_leaf();
       })) {
    EXPECT_FALSE(step.starts_with("SCAN") && step != "SCAN due") << step;
    EXPECT_FALSE(step.starts_with("USE TEMP B-TREE")) << step;
  }
}

// What is asked at every request, and what walks the tree of the audit log.
TEST_F(QueryPlans, FindRightsFactorsAndLeavesByAnIndex) {
  const auto user = core::UserId::from_number(1).value();
  const auto group = core::GroupId::from_number(1).value();
  for (const auto& step : plan_of([&](db::Session& session) {
         const AccessStore access{session};
         access.find_role("a");
         access.find_role(core::RoleId::from_number(1).value());
         access.count_users_of("a");
         access.find_group(group);
         access.find_group("a");
         access.groups("a", 10);
         access.permissions_of_groups(user);
         access.is_member(group, user);
         access.members(group, 10);
         access.count_members(group);
         const SignInStore sign_in{session};
         sign_in.locked_until("name bob");
         sign_in.totp(user);
         sign_in.has_totp(user);
         sign_in.with_totp({user});
         sign_in.count_recovery_codes(user);
         sign_in.pending("a");
         UserStore{session}.list({.role = "viewer"}, 10);
         const AuditTreeStore tree{session};
         tree.entries({1, 2, 3});
         tree.leaves(0, 512);
         tree.entries_of_leaves(0, 512);
         tree.leaf_of(1);
         tree.leaf_from_id(1);
         tree.strangers(1, 9, 10);
         tree.lowest_leaf();
         tree.tile(0, 1);
         const AuditStore audit{session};
         audit.last_of("audit_log", "entries removed");
         audit.list({.action_from = "auth."}, 0, 20);
       })) {
    EXPECT_FALSE(step.starts_with("SCAN")) << step;
  }
}

TEST_F(QueryPlans, FindEventsAndEndsByAnIndex) {
  const auto steps = plan_of([&](db::Session& session) {
    EventStore events{session};
    events.is_due("webhook 1", clock.now());
    events.find(EventDeliveryId::from_number(1).value());
    events.list("webhook 1", std::nullopt, 20);
    events.list("webhook 1", EventDeliveryId::from_number(9).value(), 20);
    events.count("webhook 1");
    events.count_waiting("webhook 1");
    WebhookStore{session}.find(WebhookId::from_number(1).value());
    ExpiryStore{session}.ending({clock.now(), 1}, clock.now(), false, 20);
  });
  for (const auto& step : steps) {
    EXPECT_TRUE(!step.starts_with("SCAN") || step.starts_with("SCAN due") ||
                step.starts_with("SCAN all_") || step.starts_with("SCAN waiting"))
        << step;
  }
}

}  // namespace
}  // namespace storage
