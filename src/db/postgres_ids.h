#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "db/postgres_connection.h"

namespace db {

// Draws ids in blocks, each in a short transaction of its own, over a connection of its own: works
// that hold every connection of the pool while they wait for an id would wait for ever.
class PostgresIds {
 public:
  explicit PostgresIds(const PostgresAddress& address) : address_{address} {}

  std::int64_t next(std::string_view name);

 private:
  struct Block {
    std::int64_t next = 0;
    std::int64_t end = 0;
  };

  std::int64_t take_block(std::string_view name);

  const PostgresAddress& address_;
  std::mutex mutex_;
  std::unique_ptr<PostgresConnection> connection_;
  std::map<std::string, Block, std::less<>> blocks_;
};

}  // namespace db
