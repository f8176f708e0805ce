#include <gtest/gtest.h>

#include <thread>

#include "service/audit_check.h"
#include "service/audit_export.h"
#include "service/audit_leaf.h"
#include "service/audit_log.h"
#include "service/audit_retention.h"
#include "service/world_for_test.h"
#include "storage/audit_tree_store.h"

namespace service {
namespace {

struct Note {
  std::int64_t number;
};
BOOST_DESCRIBE_STRUCT(Note, (), (number))

template <class Server>
class AuditLogTest : public World<Server> {
 protected:
  void record(int entries) {
    for (int i = 0; i < entries; ++i) {
      this->database->write(test_act, [&](db::Session& session) {
        session.record("thing", core::UserId::from_number(i + 1).value(), "thing", Note{i});
      });
    }
  }
  // What somebody with the database's password does.
  void tamper(const std::string& sql) {
    this->database->write(test_act, [&](db::Session& session) {
      session.bookkeeping("a test of what is found");
      EXPECT_GT(session.execute(sql), 0) << sql;
    });
  }
  AuditVerdict verdict(std::optional<std::int64_t> from = std::nullopt,
                       std::optional<std::int64_t> to = std::nullopt) {
    return AuditCheck{*this->database, log}.run(from, to);
  }
  std::vector<std::int64_t> ids() {
    std::vector<std::int64_t> ids;
    for (const auto& entry : storage::audit_entries(*this->database)) {
      ids.push_back(entry.id);
    }
    return ids;
  }
  merkle::NoteKey key() { return merkle::NoteKey::parse(log.verifier_key()).value(); }
  merkle::Checkpoint checkpoint() {
    return merkle::open_checkpoint(log.checkpoint(), key()).value();
  }

  AuditLog log{*this->database, this->node.keys, this->clock,
               [] { return std::string{"ca.example.com/audit-log"}; }};
};
TYPED_TEST_SUITE(AuditLogTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(AuditLogTest, MakesEachEntryALeafOnce) {
  EXPECT_EQ((this->log.sequence(), this->checkpoint().size), 0u);
  this->record(3);
  this->log.sequence();
  EXPECT_EQ(this->checkpoint().size, 3u);
  this->record(600);
  this->log.sequence();
  this->log.sequence();
  EXPECT_EQ(this->checkpoint().size, 603u);
  EXPECT_EQ(this->count("audit_leaves"), 603);
  EXPECT_EQ(this->count("audit_pending"), 0);
  merkle::Walk walk;
  for (const auto& entry : storage::audit_entries(*this->database)) {
    walk.push_leaf(leaf_hash(entry));
  }
  EXPECT_EQ(walk.root(), this->checkpoint().root);
  const auto found = this->verdict();
  EXPECT_TRUE(found.errors.empty()) << found.errors.front().error;
  EXPECT_EQ(found.checked, 603);
}

TYPED_TEST(AuditLogTest, GoesOnWhereAnotherProcessEnded) {
  this->record(300);
  this->log.sequence();
  const auto before = this->checkpoint();
  AuditLog other{*this->database, this->node.keys, this->clock,
                 [] { return std::string{"other"}; }};
  EXPECT_EQ(other.verifier_key(), this->log.verifier_key());
  this->record(10);
  other.sequence();
  const auto after = this->checkpoint();
  EXPECT_EQ(after.size, 310u);
  const auto proof = this->log.prove_consistency(300, 310);
  EXPECT_TRUE(merkle::verify_consistency(300, 310, proof.proof, before.root, after.root));
}

TYPED_TEST(AuditLogTest, IsExtendedByManyAtOnceWithoutADouble) {
  this->log.sequence();
  AuditLog other{*this->database, this->node.keys, this->clock,
                 [] { return std::string{"other"}; }};
  std::vector<std::thread> threads;
  for (auto* const each : {&this->log, &other}) {
    threads.emplace_back([&, each] {
      for (int i = 0; i < 20; ++i) {
        this->record(5);
        each->sequence();
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  this->log.sequence();
  EXPECT_EQ(this->checkpoint().size, 200u);
  const auto found = this->verdict();
  EXPECT_TRUE(found.errors.empty()) << found.errors.front().error;
  EXPECT_EQ(found.checked, 200);
}

TYPED_TEST(AuditLogTest, ProvesEachEntry) {
  this->record(300);
  for (const auto id : {this->ids().front(), this->ids().at(257), this->ids().back()}) {
    const auto proof = this->log.prove_inclusion(id).value();
    EXPECT_EQ(merkle::leaf_hash(base::as_bytes(proof.leaf)), proof.leaf_hash);
    EXPECT_TRUE(merkle::verify_inclusion(
        proof.leaf_hash, static_cast<std::uint64_t>(proof.leaf_index),
        static_cast<std::uint64_t>(proof.tree_size), proof.proof, this->checkpoint().root));
  }
  EXPECT_FALSE(this->log.prove_inclusion(999'999));
}

TYPED_TEST(AuditLogTest, FindsWhatWasDoneToTheRows) {
  this->record(40);
  ASSERT_TRUE(this->verdict().errors.empty());
  const auto ids = this->ids();
  const auto text = [&](std::size_t i) { return std::to_string(ids.at(i)); };

  this->tamper("UPDATE audit_log SET username = 'eve' WHERE id = " + text(5));
  auto found = this->verdict();
  ASSERT_EQ(found.errors.size(), 1u);
  EXPECT_EQ(found.errors[0].id, ids.at(5));
  // A part that does not have the entry is in order.
  EXPECT_TRUE(this->verdict(ids.at(6), ids.at(9)).errors.empty());
  EXPECT_EQ(this->verdict(ids.at(6), ids.at(9)).checked, 4);
  this->tamper("UPDATE audit_log SET username = 'alice' WHERE id = " + text(5));
  EXPECT_TRUE(this->verdict().errors.empty());

  // Two rows change places.
  this->tamper("UPDATE audit_log SET id = 900000 WHERE id = " + text(7));
  this->tamper("UPDATE audit_log SET id = " + text(7) + " WHERE id = " + text(8));
  this->tamper("UPDATE audit_log SET id = " + text(8) + " WHERE id = 900000");
  found = this->verdict();
  ASSERT_EQ(found.errors.size(), 2u);
  EXPECT_EQ(found.errors[0].id, ids.at(7));
  this->tamper("UPDATE audit_log SET id = 900000 WHERE id = " + text(7));
  this->tamper("UPDATE audit_log SET id = " + text(7) + " WHERE id = " + text(8));
  this->tamper("UPDATE audit_log SET id = " + text(8) + " WHERE id = 900000");
  EXPECT_TRUE(this->verdict().errors.empty());

  // An entry that nobody wrote.
  this->tamper(
      "INSERT INTO audit_log (id, at, username, action, resource_type, resource_id, resource_name, "
      "details, ip_address, user_agent, credential, request_id, success) SELECT 900000, at, "
      "username, action, resource_type, resource_id, resource_name, details, ip_address, "
      "user_agent, credential, request_id, success FROM audit_log WHERE id = " +
      text(1));
  found = this->verdict();
  ASSERT_EQ(found.errors.size(), 1u);
  EXPECT_EQ(found.errors[0].id, 900000);
  this->tamper("DELETE FROM audit_log WHERE id = 900000");

  this->tamper("DELETE FROM audit_log WHERE id = " + text(3));
  found = this->verdict();
  ASSERT_EQ(found.errors.size(), 1u);
  EXPECT_EQ(found.errors[0].id, ids.at(3));
  this->tamper("DELETE FROM audit_leaves WHERE entry_id = " + text(3));
  EXPECT_EQ(this->verdict().errors.size(), 1u);
}

TYPED_TEST(AuditLogTest, FindsWhatWasDoneToTheTree) {
  this->record(40);
  ASSERT_TRUE(this->verdict().errors.empty());
  // The row and its hash fit each other; the root does not.
  const auto id = this->ids().at(4);
  this->tamper("UPDATE audit_log SET username = 'eve' WHERE id = " + std::to_string(id));
  this->database->write(test_act, [&](db::Session& session) {
    session.bookkeeping("a test of what is found");
    storage::AuditTreeStore store{session};
    auto tile = store.tile(0, 0);
    std::ranges::copy(leaf_hash(store.entries({id}).front()), tile.begin() + 4 * 32);
    store.put_tile(0, 0, tile);
  });
  EXPECT_FALSE(this->verdict().errors.empty());
  // Nor is the tree extended, which would sign what was done.
  this->record(1);
  EXPECT_EQ(code_of([&] { this->log.sequence(); }), base::ErrorCode::internal);
  AuditLog restarted{*this->database, this->node.keys, this->clock, [] { return std::string{}; }};
  EXPECT_EQ(code_of([&] { restarted.sequence(); }), base::ErrorCode::internal);
}

TYPED_TEST(AuditLogTest, FindsThatTheEndWasCutOff) {
  this->record(10);
  this->log.sequence();
  const auto early = this->log.checkpoint();
  this->record(10);
  this->log.sequence();
  // Back to what was signed earlier, with all that belongs to it.
  const auto last = std::to_string(this->ids().at(9));
  this->tamper("DELETE FROM audit_log WHERE id > " + last);
  this->tamper("DELETE FROM audit_leaves WHERE entry_id > " + last);
  this->tamper("DELETE FROM audit_checkpoints");
  this->database->write(test_act, [&](db::Session& session) {
    session.bookkeeping("a test of what is found");
    storage::AuditTreeStore store{session};
    auto tree = store.tree();
    tree.tree_size = 10;
    store.put(tree);
    store.add({.tree_size = 10, .signed_at = this->clock.now(), .note = early});
  });
  this->record(1);
  EXPECT_EQ(code_of([&] { this->log.sequence(); }), base::ErrorCode::internal);
}

TYPED_TEST(AuditLogTest, RemovesOldEntriesAndStaysVerifiable) {
  this->record(30);
  this->log.sequence();
  const auto before = this->checkpoint();
  this->clock.advance(std::chrono::days{100});
  this->record(20);
  AuditRetention retention{*this->database, this->log, this->clock};
  EXPECT_EQ(retention.due(90), 30);
  const auto removed = retention.remove_before(test_act, 90);
  EXPECT_EQ(removed.deleted, 30);
  EXPECT_EQ(this->count("audit_log"), 21) << "and the entry that tells of it";
  const auto found = this->verdict();
  EXPECT_TRUE(found.errors.empty()) << found.errors.front().error;
  EXPECT_EQ(found.checked, 21);
  const auto proof = this->log.prove_consistency(30, 0);
  EXPECT_TRUE(
      merkle::verify_consistency(30, 51, proof.proof, before.root, this->checkpoint().root));

  // Whoever deletes by other means cannot pass it off as this.
  this->tamper("UPDATE audit_tree SET first_leaf = 40");
  this->tamper("DELETE FROM audit_log WHERE id < " + std::to_string(this->ids().at(10)));
  EXPECT_FALSE(this->verdict().errors.empty());
}

TYPED_TEST(AuditLogTest, RemovesOnceADayWhenTheSettingsSaySo) {
  AuditRetention retention{*this->database, this->log, this->clock};
  this->record(3);
  this->clock.advance(std::chrono::days{100});
  retention.run_daily();
  EXPECT_FALSE(retention.last_run()) << "off unless switched on";
  retention.put(test_act, {.retention_days = 30, .auto_cleanup = true});
  retention.run_daily();
  EXPECT_EQ(this->count("audit_log WHERE resource_type = 'thing'"), 0);
  EXPECT_EQ(retention.last_run(), this->clock.now());
  for (const auto days : {0, -1, 36'501}) {
    EXPECT_EQ(code_of([&] { retention.remove_before(test_act, days); }),
              base::ErrorCode::invalid_request);
  }
}

TYPED_TEST(AuditLogTest, ExportsAnyPartWithWhatItsRootTakes) {
  this->record(37);
  AuditExport exporting{*this->database, this->log};
  for (const std::int64_t first : {0, 1, 20, 36}) {
    for (const std::int64_t limit : {1, 16, 100}) {
      const auto more = exporting.lines(
          {.first_leaf = first, .from = std::nullopt, .before = std::nullopt, .limit = limit});
      std::string text;
      while (more(text)) {
      }
      std::vector<std::string> lines;
      for (std::string_view rest = text; !rest.empty();) {
        lines.emplace_back(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(lines.back().size() + 1);
      }
      const auto head = json::parse<AuditExportHeader>(lines.at(0), json::Unknown::refuse);
      ASSERT_EQ(head.first, first);
      ASSERT_EQ(head.end, std::min<std::int64_t>(37, first + limit));
      merkle::Walk walk;
      const auto push = [&](std::int64_t begin, std::int64_t end, const auto& hashes) {
        const auto nodes =
            merkle::cover(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end));
        ASSERT_EQ(nodes.size(), hashes.size());
        for (std::size_t i = 0; i < nodes.size(); ++i) {
          merkle::Hash hash;
          std::ranges::copy(base::from_base64(hashes[i]).value(), hash.begin());
          ASSERT_TRUE(walk.push(nodes[i], hash));
        }
      };
      push(0, head.first, head.left);
      for (std::size_t i = 1; i < lines.size(); ++i) {
        walk.push_leaf(merkle::leaf_hash(base::as_bytes(lines[i])));
      }
      push(head.end, 37, head.right);
      EXPECT_EQ(walk.root(), this->checkpoint().root) << first << " " << limit;
    }
  }
}

}  // namespace
}  // namespace service
