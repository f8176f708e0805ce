#include <gtest/gtest.h>

#include "der/oids.h"
#include "service/issuance_idempotency.h"
#include "service/templates.h"
#include "service/world_for_test.h"
#include "x509/csr.h"

namespace service {
namespace {

using std::chrono::days;

core::Profile web_server() {
  return core::built_in_templates().front().profile;
}

template <class Server>
class TemplatesTest : public World<Server> {
 protected:
  Templates::Shown make(const std::string& name, const core::Profile& profile = web_server()) {
    return templates.create(test_act, {.name = name, .description = "", .profile = profile});
  }
  Templates::Shown change(const Templates::Shown& shown, int most_days) {
    return templates.update(test_act, shown.record.id, {.profile = [&](core::Profile profile) {
                              profile.validity_days = most_days;
                              profile.max_validity_days = most_days;
                              return profile;
                            }});
  }
  Issuance::Request templated(const Templates::Shown& shown) {
    if (!root) {
      root = this->make_root();
    }
    auto request = this->order(root->id, "www.example.com");
    request.template_id = shown.record.id;
    return request;
  }

  Templates templates{*this->database, this->clock};
  std::optional<core::Authority> root;
};
TYPED_TEST_SUITE(TemplatesTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(TemplatesTest, MakesWhatComesWithTheProgramOnce) {
  this->templates.make_built_in();
  const auto all = this->templates.list({});
  EXPECT_EQ(all.size(), core::built_in_templates().size());
  EXPECT_EQ(this->traced([&] { this->templates.make_built_in(); }), Trace{});
  EXPECT_EQ(this->templates.list({}).size(), all.size());
  const auto id = all.front().record.id;
  EXPECT_TRUE(all.front().record.is_system);
  EXPECT_EQ(code_of([&] { this->templates.remove(test_act, id); }), base::ErrorCode::forbidden);
  EXPECT_EQ(code_of([&] { this->templates.update(test_act, id, {.description = "x"}); }),
            base::ErrorCode::forbidden);
}

TYPED_TEST(TemplatesTest, KeepsEachVersion) {
  std::optional<Templates::Shown> made;
  EXPECT_EQ(this->traced([&] { made = this->make("Shop"); }), Trace{"alice test.act"});
  EXPECT_EQ(made->record.version, 1);
  EXPECT_EQ(this->change(*made, 30).record.version, 2);
  const auto versions = this->templates.versions(made->record.id);
  ASSERT_EQ(versions.size(), 2u);
  EXPECT_EQ(profile_of(versions[0]).max_validity_days, 30);
  EXPECT_EQ(profile_of(versions[1]).max_validity_days, 397);
}

TYPED_TEST(TemplatesTest, HasNoTwoOfOneName) {
  this->make("Shop");
  EXPECT_EQ(code_of([&] { this->make("sHOP"); }), base::ErrorCode::conflict);
  const auto other = this->make("Other");
  EXPECT_EQ(code_of([&] { this->templates.update(test_act, other.record.id, {.name = "SHOP"}); }),
            base::ErrorCode::conflict);
  const auto copy = this->templates.duplicate(test_act, other.record.id, std::nullopt);
  EXPECT_EQ(copy.record.name, "Other (copy)");
  EXPECT_EQ(this->templates.duplicate(test_act, other.record.id, std::nullopt).record.name,
            "Other (copy 2)");
  EXPECT_FALSE(copy.record.is_system);
}

TYPED_TEST(TemplatesTest, FiltersTheList) {
  this->templates.make_built_in();
  const auto mine = this->make("My servers");
  this->templates.update(test_act, mine.record.id, {.is_active = false});
  EXPECT_EQ(this->templates.list({.is_active = false, .type = {}, .search = {}}).size(), 1u);
  EXPECT_EQ(this->templates.list({.is_active = {}, .type = "web_server", .search = {}}).size(), 2u);
  EXPECT_EQ(this->templates.list({.is_active = {}, .type = {}, .search = "MY s"}).size(), 1u);
}

TYPED_TEST(TemplatesTest, ImportsAllOrNone) {
  const auto draft = [](const std::string& name, const std::string& description) {
    return Templates::Draft{.name = name, .description = description, .profile = web_server()};
  };
  this->make("Known");
  auto result =
      this->templates.import(test_act, {draft("Known", "changed"), draft("New", "")}, false);
  EXPECT_EQ(result.imported, 1);
  EXPECT_EQ(result.skipped, 1);
  result = this->templates.import(test_act, {draft("Known", "changed")}, true);
  EXPECT_EQ(result.updated, 1);
  EXPECT_EQ(this->templates.list({.is_active = {}, .type = {}, .search = "known"})
                .front()
                .record.description,
            "changed");
  auto broken = draft("Broken", "");
  broken.profile.extended_key_usage.clear();
  EXPECT_EQ(code_of([&] { this->templates.import(test_act, {draft("Fine", ""), broken}, true); }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(this->count("templates"), 2);
}

TYPED_TEST(TemplatesTest, BindsWhatIsIssuedAndCountsIt) {
  const auto made = this->make("Shop");
  const auto certificate = this->node.issuance.issue(test_act, this->templated(made));
  EXPECT_EQ(certificate.template_id, made.record.id);
  EXPECT_EQ(certificate.template_version, 1);
  EXPECT_EQ(certificate.profile, "web_server");
  EXPECT_EQ(certificate.not_after, this->clock.now() + days{90}) << "the template's usual length";
  EXPECT_EQ(this->templates.find(made.record.id)->issued, 1);
  EXPECT_EQ(code_of([&] { this->templates.remove(test_act, made.record.id); }),
            base::ErrorCode::conflict);

  auto request = this->templated(made);
  request.order.names.push_back(x509::GeneralName::guess("joe@example.com").value());
  EXPECT_EQ(code_of([&] { this->node.issuance.issue(test_act, request); }),
            base::ErrorCode::invalid_request);
  this->templates.update(test_act, made.record.id, {.is_active = false});
  EXPECT_EQ(code_of([&] { this->node.issuance.issue(test_act, this->templated(made)); }),
            base::ErrorCode::conflict);
  request.template_id = core::TemplateId::from_number(999'999).value();
  EXPECT_EQ(code_of([&] { this->node.issuance.issue(test_act, request); }),
            base::ErrorCode::invalid_request);
}

TYPED_TEST(TemplatesTest, MakesAKeyOfItsKindWhenNobodyChoseOne) {
  auto profile = web_server();
  profile.key_type = "EC P-384";
  auto request = this->templated(this->make("Strong", profile));
  EXPECT_EQ(this->node.issuance.issue(test_act, request).key_type, "EC P-256");
  request.key_kind_is_open = true;
  EXPECT_EQ(this->node.issuance.issue(test_act, request).key_type, "EC P-384");
}

TYPED_TEST(TemplatesTest, RenewsByTheVersionThatWasRecorded) {
  const auto made = this->make("Shop");
  const auto old = this->node.issuance.issue(test_act, this->templated(made));
  this->change(made, 10);
  this->templates.update(test_act, made.record.id, {.is_active = false});
  const auto renewed = this->node.issuance.renew(test_act, old.id, std::nullopt);
  EXPECT_EQ(renewed.template_version, 1);
  EXPECT_EQ(renewed.profile, "web_server");
  EXPECT_EQ(renewed.not_after, this->clock.now() + days{90});
  EXPECT_EQ(renewed.names, old.names);
  EXPECT_EQ(code_of([&] { this->node.issuance.renew(test_act, old.id, days{398}); }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(this->templates.find(made.record.id)->issued, 2);
}

TYPED_TEST(TemplatesTest, RefusesByLintsBeforeAnythingIsWritten) {
  auto profile = web_server();
  profile.baseline_requirements = true;
  const auto made = this->make("Public", profile);
  this->root = this->make_root();
  EXPECT_EQ(this->traced([&] {
    EXPECT_EQ(code_of([&] { this->node.issuance.issue(test_act, this->templated(made)); }),
              base::ErrorCode::invalid_request)
        << "no reserved policy";
  }),
            Trace{});
  EXPECT_EQ(this->count("certificates"), 0);
}

TYPED_TEST(TemplatesTest, KeepsTheWarningsOfTheLints) {
  this->root = this->make_root();
  auto request = this->order(this->root->id, "www.example.com");
  EXPECT_EQ(this->node.issuance.issue(test_act, request).lint, "");
  request.order.validity = days{500};
  const auto certificate = this->node.issuance.issue(test_act, request);
  const auto kept = this->database->read([&](db::Session& session) {
    return storage::CertificateStore{session}.find(certificate.id);
  });
  const auto findings = core::lint::findings_from(kept->lint);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings.front().lint, "server_lifetime");
}

template <class Server>
class IdempotencyTest : public World<Server> {
 protected:
  Idempotency idempotency{*this->database, this->clock, "node-1"};
  const auth::Act act{.by = "alice", .action = "certificate.issue", .request_id = "r1"};
  const Idempotency::Request request{"user 1", "key", "asked"};

  core::Certificate issue_with_note() {
    const auto root = this->make_root();
    this->node.issuance.on_issuing(
        [&](db::Session& session, const auth::Act& by, const core::Certificate& made) {
          idempotency.note(session, by, made);
        });
    return this->node.issuance.issue(act, this->order(root.id, "www.example.com"));
  }
};
TYPED_TEST_SUITE(IdempotencyTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(IdempotencyTest, GivesTheSameAnswerAgain) {
  const auto claim = this->idempotency.claim(this->act, this->request);
  EXPECT_EQ(claim.status, 0);
  EXPECT_EQ(code_of([&] { this->idempotency.claim(this->act, this->request); }),
            base::ErrorCode::conflict)
      << "under way";
  this->idempotency.keep(this->act, claim, 201, "{}");
  const auto again = this->idempotency.claim(this->act, this->request);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.answer, "{}");
  EXPECT_EQ(code_of([&] { this->idempotency.claim(this->act, {"user 1", "key", "other"}); }),
            base::ErrorCode::conflict);
  EXPECT_EQ(this->idempotency.claim(this->act, {"user 2", "key", "other"}).status, 0)
      << "another caller";
}

TYPED_TEST(IdempotencyTest, LetsWhatIssuedNothingBeSentAgain) {
  const auto claim = this->idempotency.claim(this->act, this->request);
  this->idempotency.release(this->act, claim);
  EXPECT_EQ(this->idempotency.claim(this->act, this->request).status, 0);
}

TYPED_TEST(IdempotencyTest, FindsTheCertificateThatWasNeverAnsweredFor) {
  const auto claim = this->idempotency.claim(this->act, this->request);
  const auto made = this->issue_with_note();
  // A crash: the next process knows no claim under way.
  Idempotency next{*this->database, this->clock, "node-1"};
  next.release_open();
  EXPECT_EQ(next.claim(this->act, this->request).certificate_id, made.id);
  this->idempotency.release(this->act, claim);
  EXPECT_EQ(next.claim(this->act, this->request).certificate_id, made.id);
}

TYPED_TEST(IdempotencyTest, GivesUpWhatACrashLeftWithoutACertificate) {
  this->idempotency.claim(this->act, this->request);
  Idempotency other{*this->database, this->clock, "node-2"};
  other.release_open();
  EXPECT_EQ(this->count("idempotency_keys"), 1) << "the other node may be at work";
  Idempotency next{*this->database, this->clock, "node-1"};
  next.release_open();
  EXPECT_EQ(this->count("idempotency_keys"), 0);
}

TYPED_TEST(IdempotencyTest, ForgetsAfterAWeek) {
  this->idempotency.keep(this->act, this->idempotency.claim(this->act, this->request), 201, "{}");
  this->clock.advance(days{8});
  EXPECT_EQ(this->idempotency.claim(this->act, this->request).status, 0);
}

}  // namespace
}  // namespace service
