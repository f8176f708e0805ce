#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/fiber.h"
#include "db/database.h"
#include "db/pool.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_session.h"
#include "db/sqlite_writer.h"

namespace db {
namespace {

// No request takes so long; what does, is a fault, and would keep the log from starting over.
constexpr std::chrono::seconds longest_read{60};

constexpr int most_io_threads = 1024;

base::Error cannot_open(const std::string& path) {
  return base::Error{base::ErrorCode::unavailable,
                     "the database " + path + " cannot be opened (" + std::strerror(errno) +
                         "): check that its directory exists and belongs to the server"};
}

void sync_directory(const std::filesystem::path& directory) {
  const int opened =
      ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0 || ::fsync(opened) != 0) {
    const auto error = cannot_open(directory);
    if (opened >= 0) {
      ::close(opened);
    }
    throw error;
  }
  ::close(opened);
}

// The file exists and only its owner may read it; SQLite gives the log the same rights. It is
// closed before SQLite opens it, since closing it later would drop SQLite's locks.
void make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    throw cannot_open(path);
  }
  struct stat found{};
  const bool safe =
      ::fstat(file, &found) == 0 && ((found.st_mode & 0777) == 0600 || ::fchmod(file, 0600) == 0);
  ::close(file);
  if (!safe) {
    throw cannot_open(path);
  }
  sync_directory(std::filesystem::path{path}.parent_path());
}

// A directory for a database that is gone with the process. Tests run on the same kind of file,
// with the same log and the same locks as the product, where SQLite's own databases in memory
// have neither.
class Vanishing {
 public:
  Vanishing() : directory_{std::filesystem::temp_directory_path() / "certwright-XXXXXX"} {
    if (::mkdtemp(directory_.data()) == nullptr) {
      throw cannot_open(directory_);
    }
  }
  ~Vanishing() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Vanishing(const Vanishing&) = delete;
  Vanishing& operator=(const Vanishing&) = delete;

  std::string file() const { return directory_ + "/database"; }

 private:
  std::string directory_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& path, int readers, bool durable, const base::Clock& clock)
      : writer_{path, durable, clock},
        readers_{readers, opener(path, durable, {})},
        readers_of_fibers_{most_io_threads, opener(path, durable, "PRAGMA cache_size = -4096")} {
    readers_.open_all();
  }

  void on_commit(std::function<void(std::span<const Entry>)> listener) override {
    writer_.set_listener(std::move(listener));
  }

  Status status() override {
    auto reader = readers_.take();
    return {.kind = "sqlite",
            .version = sqlite3_libversion(),
            .size_bytes = reader->number("PRAGMA page_count") * reader->number("PRAGMA page_size")};
  }

 private:
  void run_reading(const std::function<void(Session&)>& body) override {
    // An I/O thread must not wait for those who read long; it needs one at a time.
    auto reader = (base::Fiber::current() == nullptr ? readers_ : readers_of_fibers_).take();
    reader->set_deadline(std::chrono::steady_clock::now() + longest_read);
    reader->run("BEGIN");
    try {
      SqliteSession session{*reader};
      body(session);
    } catch (...) {
      end(*reader);
      throw;
    }
    end(*reader);
  }

  void run_writing(const auth::Act& act, const std::function<void(Session&)>& body) override {
    writer_.write(act, body);
  }

  static Pool<SqliteConnection>::Open opener(const std::string& path, bool durable,
                                             std::string_view setting) {
    return [path, durable, setting] {
      auto reader =
          std::make_unique<SqliteConnection>(path, SqliteConnection::Role::reader, durable);
      if (!setting.empty()) {
        reader->run(setting);
      }
      return reader;
    };
  }

  static void end(SqliteConnection& reader) {
    reader.set_deadline(std::chrono::steady_clock::time_point::max());
    if (reader.in_transaction()) {
      reader.run("ROLLBACK");
    }
  }

  // The writer closes last: the last connection copies the log into the file and removes it.
  SqliteWriter writer_;
  Pool<SqliteConnection> readers_;
  Pool<SqliteConnection> readers_of_fibers_;  // opened when they are needed, for quick reads
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const SqliteOptions& options, const base::Clock& clock) {
  const bool durable = options.path != ":memory:";
  if (durable) {
    make_file(options.path);
    return std::make_unique<SqliteDatabase>(options.path, options.readers, durable, clock);
  }
  const Vanishing directory;
  make_file(directory.file());
  return std::make_unique<SqliteDatabase>(directory.file(), options.readers, durable, clock);
}

}  // namespace db
