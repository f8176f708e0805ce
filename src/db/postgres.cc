#include "base/log.h"
#include "db/database.h"
#include "db/pool.h"
#include "db/postgres_connection.h"
#include "db/postgres_ids.h"
#include "db/postgres_session.h"

namespace db {
namespace {

constexpr int most_attempts = 4;  // the first, and three after lost races

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const PostgresOptions& options, const base::Clock& clock)
      : address_{options.url},
        ids_{address_},
        clock_{clock},
        pool_{options.connections,
              [this] { return std::make_unique<PostgresConnection>(address_); }} {
    pool_.take();  // so that a wrong address shows now
  }

  void on_commit(std::function<void(std::span<const Entry>)> listener) override {
    listener_ = std::move(listener);
  }

  Status status() override {
    Status status{.kind = "postgresql", .version = {}, .size_bytes = 0};
    status.size_bytes = read([](Session& session) {
      return session.number("SELECT pg_database_size(current_database())");
    });
    status.version = pool_.take()->server_version();
    return status;
  }

 private:
  using Body = std::function<void(Session&)>;

  void run_reading(const Body& body) override {
    auto connection = pool_.take();
    for (bool again = true;; again = false) {
      PostgresSession session{*connection};
      try {
        body(session);
        session.finish();
        return;
      } catch (...) {
        if (again && session.found_it_dead()) {
          connection.replace();
          continue;
        }
        give_up(session, connection);
        throw;
      }
    }
  }

  void run_writing(const auth::Act& act, const Body& body) override {
    auto connection = pool_.take();
    bool was_dead = false;
    for (int attempt = 1;; ++attempt) {
      Journal journal{act, clock_.now()};
      PostgresSession session{*connection, journal, ids_};
      try {
        body(session);
        session.commit();
        tell_listener(journal.entries());
        return;
      } catch (...) {
        if (!was_dead && session.found_it_dead()) {
          was_dead = true;
          connection.replace();
          continue;
        }
        const bool again = session.lost_a_race() && attempt < most_attempts;
        give_up(session, connection);
        if (!again) {
          throw;
        }
      }
    }
  }

  static void give_up(PostgresSession& session, Pool<PostgresConnection>::Lease& connection) {
    session.roll_back();
    if (connection->broken()) {
      connection.discard();
    }
  }

  void tell_listener(std::span<const Entry> entries) const {
    if (!listener_ || entries.empty()) {
      return;
    }
    try {
      listener_(entries);
    } catch (const std::exception& error) {
      base::log_error("the listener of commits failed", {{"reason", error.what()}});
    }
  }

  PostgresAddress address_;
  PostgresIds ids_;
  const base::Clock& clock_;
  std::function<void(std::span<const Entry>)> listener_;
  Pool<PostgresConnection> pool_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const PostgresOptions& options, const base::Clock& clock) {
  return std::make_unique<PostgresDatabase>(options, clock);
}

}  // namespace db
