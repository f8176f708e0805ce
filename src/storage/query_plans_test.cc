#include <gtest/gtest.h>

#include <cctype>
#include <functional>

#include "storage/audit_store.h"
#include "storage/authority_store.h"
#include "storage/certificate_store.h"
#include "storage/databases_for_test.h"
#include "storage/intent_store.h"
#include "storage/user_store.h"

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
    if (sql.starts_with("SELECT COUNT(*) FROM (SELECT 1 FROM certificate_terms")) {
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
  // The steps, one per line. `matching`: how many names a search is said to match.
  std::string plan_of(const std::function<void(db::Session&)>& work, std::int64_t matching = 10) {
    return read([&](db::Session& real) {
      Explaining session{real, matching};
      work(session);
      std::string text;
      for (const auto& step : session.plans) {
        text += step + "\n";
      }
      return text;
    });
  }
  std::string list(const CertificateFilter& filter, CertificateOrderBy by,
                   std::int64_t matching = 10) {
    return plan_of(
        [&](db::Session& session) {
          CertificateStore{session}.list(filter, {.order_by = by}, clock.now());
        },
        matching);
  }
  std::string count(const CertificateFilter& filter, std::int64_t matching = 10) {
    return plan_of(
        [&](db::Session& session) { CertificateStore{session}.count(filter, clock.now()); },
        matching);
  }
};

TEST_F(QueryPlans, Print) {
  using S = core::CertificateStatus;
  std::map<std::string, CertificateFilter> filters;
  filters["everything"] = {};
  for (const auto s : {S::valid, S::expiring, S::expired, S::revoked}) {
    CertificateFilter f;
    f.any_status = {s};
    filters["status " + std::to_string(int(s))] = f;
  }
  CertificateFilter f;
  f.any_status = {S::valid, S::expiring};
  filters["valid+expiring"] = f;
  f.any_status = {S::expired, S::revoked};
  filters["expired+revoked"] = f;
  f = {};
  f.authority_id = core::AuthorityId::from_number(1).value();
  filters["authority"] = f;
  f.any_status = {S::revoked};
  filters["authority revoked"] = f;
  f.any_status = {S::expired};
  filters["authority expired"] = f;
  f = {};
  f.any_source = {core::Source::acme};
  filters["source"] = f;
  f = {};
  f.expires_before = clock.now();
  filters["expires"] = f;
  f = {};
  f.search = "deadbeef00";
  filters["search"] = f;
  for (auto& [name, filter] : filters) {
    for (const auto by : {CertificateOrderBy::created_at, CertificateOrderBy::valid_to,
                          CertificateOrderBy::common_name}) {
      printf("--- %s by %d\n%s", name.c_str(), int(by), list(filter, by).c_str());
      if (name == "search") {
        printf("--- common %s by %d\n%s", name.c_str(), int(by), list(filter, by, 5000).c_str());
      }
    }
    printf("--- count %s\n%s", name.c_str(), count(filter).c_str());
  }
  printf("common %s", count(filters["search"], 5000).c_str());
  printf("totals %s", plan_of([&](db::Session& s) { CertificateStore{s}.totals(clock.now()); }).c_str());
  printf("weeks %s", plan_of([&](db::Session& s) { CertificateStore{s}.expiry_by_week(clock.now(), 2); }).c_str());
  printf("rev %s", plan_of([&](db::Session& s) { CertificateStore{s}.each_revoked(core::AuthorityId::from_number(1).value(), clock.now(), {}); CertificateStore{s}.count_revoked(core::AuthorityId::from_number(1).value(), clock.now()); }).c_str());
  printf("audit %s", plan_of([&](db::Session& s) { 
   AuditStore a{s}; AuditFilter g; a.list(g,0,1); a.count(g); g.username="a"; a.list(g,0,1); a.count(g); g={}; g.action="a"; a.list(g,0,1); a.count(g); g={}; g.resource_type="x"; g.resource_id=1; a.list(g,0,1); a.count(g); g={}; g.success=true; a.list(g,0,1); a.count(g); g={}; g.from=clock.now(); a.list(g,0,1); a.count(g); g={}; g.search="x";  a.list(g,0,1); a.count(g); a.actions(); a.top("action", clock.now(), 5); a.daily({"a","b"}, clock.now()); }).c_str());
}

}  // namespace
}  // namespace storage
