#include <gtest/gtest.h>

#include "service/revocation_jobs.h"
#include "service/world_for_test.h"
#include "storage/revocation_store.h"

namespace service {
namespace {

using storage::JobItemStatus;
using storage::JobStatus;
using x509::RevocationReason;

template <class Server>
class RevocationJobsTest : public World<Server> {
 protected:
  void SetUp() override { root = this->make_root(); }

  std::vector<core::CertificateId> issue_some(int number) {
    std::vector<core::CertificateId> ids;
    for (int i = 0; i < number; ++i) {
      ids.push_back(this->issue(root->id, std::to_string(i) + ".example").id);
    }
    return ids;
  }
  storage::RevocationJob stored(const storage::RevocationJob& job) {
    return this->database->read([&](db::Session& session) {
      return storage::RevocationJobStore{session}.find(job.id).value();
    });
  }
  std::vector<storage::RevocationJobItem> items(const storage::RevocationJob& job,
                                                std::optional<JobItemStatus> status = {}) {
    return this->database->read([&](db::Session& session) {
      return storage::RevocationJobStore{session}.items(job.id, status, std::nullopt, 100);
    });
  }
  void run_all() {
    while (jobs.run_some()) {
    }
  }

  const Revocation::Why why{.reason = RevocationReason::superseded, .comments = "replaced"};
  std::optional<core::Authority> root;
  RevocationJobs jobs{*this->database, this->node.revocation, this->clock};
};
TYPED_TEST_SUITE(RevocationJobsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(RevocationJobsTest, RevokeEachAndSayWhatBecameOfIt) {
  auto ids = this->issue_some(3);
  this->revoke(this->node.database.read([&](db::Session& session) {
    return storage::CertificateStore{session}.find(ids[1]).value();
  }));
  ids.push_back(ids.front());  // counts once
  ids.push_back(core::CertificateId::from_number(99'999).value());
  const auto job = this->jobs.create(test_act, ids, this->why);
  EXPECT_EQ(job.total, 4);
  EXPECT_EQ(job.status, JobStatus::running);
  EXPECT_EQ(this->traced([&] { this->run_all(); }),
            (Trace{"alice certificate.revoke", "alice certificate.revoke"}));
  const auto done = this->stored(job);
  EXPECT_EQ(done.status, JobStatus::finished);
  EXPECT_EQ(done.done, 2);
  EXPECT_EQ(done.failed, 2);
  EXPECT_EQ(done.finished_at, this->clock.now());
  EXPECT_EQ(this->items(job, JobItemStatus::revoked).size(), 2u);
  const auto failed = this->items(job, JobItemStatus::failed);
  ASSERT_EQ(failed.size(), 2u);
  EXPECT_TRUE(failed[0].error.starts_with("the certificate was revoked on")) << failed[0].error;
  EXPECT_EQ(failed[1].error, "no certificate has this id");
  EXPECT_EQ(this->node.crls.current(this->root->id)->entries, 3);
}

TYPED_TEST(RevocationJobsTest, TellOfEachBeforeItCounts) {
  const auto ids = this->issue_some(2);
  int told = 0;
  this->node.revocation.on_revoked([&](const core::Certificate& revoked) {
    EXPECT_EQ(revoked.revocation_reason, RevocationReason::superseded);
    ++told;
  });
  this->jobs.create(test_act, ids, this->why);
  this->run_all();
  EXPECT_EQ(told, 2);
}

TYPED_TEST(RevocationJobsTest, TakeAllThatMatch) {
  this->issue_some(3);
  const auto job =
      this->jobs.create(test_act,
                        storage::CertificateFilter{.any_status = {core::CertificateStatus::valid},
                                                   .authority_id = this->root->id},
                        this->why);
  EXPECT_EQ(job.total, 3);
  EXPECT_EQ(code_of([&] {
              this->jobs.create(test_act, storage::CertificateFilter{.search = "nothing"},
                                this->why);
            }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(
      code_of([&] { this->jobs.create(test_act, std::vector<core::CertificateId>{}, this->why); }),
      base::ErrorCode::invalid_request);
}

TYPED_TEST(RevocationJobsTest, AreStoppedAndGoOnAfterARestart) {
  const auto ids = this->issue_some(2);
  const auto first = this->jobs.create(test_act, {ids[0]}, this->why);
  const auto second = this->jobs.create(test_act, {ids[1]}, this->why);
  EXPECT_EQ(this->jobs.cancel(test_act, first.id).status, JobStatus::cancelled);
  EXPECT_EQ(code_of([&] { this->jobs.cancel(test_act, first.id); }), base::ErrorCode::conflict);
  RevocationJobs restarted{*this->database, this->node.revocation, this->clock};
  while (restarted.run_some()) {
  }
  EXPECT_EQ(this->stored(first).done, 0);
  EXPECT_EQ(this->stored(second).status, JobStatus::finished);
  EXPECT_EQ(this->stored(second).done, 1);
}

}  // namespace
}  // namespace service
