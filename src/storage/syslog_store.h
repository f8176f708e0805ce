#pragma once

#include "base/clock.h"
#include "db/session.h"

namespace storage {

// How far the audit log was forwarded: the next leaf of its tree. One row.
class SyslogStore {
 public:
  explicit SyslogStore(db::Session& session) : session_{session} {}

  std::int64_t next_leaf() const {
    return session_.number("SELECT next_leaf FROM syslog_forwarding WHERE id = 1");
  }
  void begin_at(std::int64_t leaf) {
    session_.send("UPDATE syslog_forwarding SET next_leaf = $1 WHERE id = 1", leaf);
  }
  // Keeps other nodes from forwarding until then; false when another one does.
  bool hold(base::Time now, base::Time until) {
    return session_.execute(
               "UPDATE syslog_forwarding SET held_until = $2 WHERE id = 1 AND held_until <= $1",
               now, until) == 1;
  }
  void advance(std::int64_t leaf, base::Time until) {
    session_.send("UPDATE syslog_forwarding SET next_leaf = $1, held_until = $2 WHERE id = 1", leaf,
                  until);
  }

 private:
  db::Session& session_;
};

}  // namespace storage
