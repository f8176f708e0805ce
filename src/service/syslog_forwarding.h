#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "db/database.h"
#include "net/syslog.h"
#include "service/identity_settings.h"

namespace service {

// Forwards the audit log to a syslog server. The log is the queue, and how far it went is kept in
// the database: a server that is away misses nothing, and a crash repeats a few entries rather than
// losing one.
class SyslogForwarding {
 public:
  SyslogForwarding(db::Database& database, const base::Clock& clock,
                   std::function<std::string()> host_name)
      : database_{database}, clock_{clock}, host_name_{std::move(host_name)} {}
  ~SyslogForwarding() { stop(); }
  SyslogForwarding(const SyslogForwarding&) = delete;
  SyslogForwarding& operator=(const SyslogForwarding&) = delete;

  void start();
  void stop();

  SyslogSettings settings() { return settings_.get(); }
  // Switched on, it forwards what happens from now on.
  SyslogSettings change(const auth::Act& act, const SyslogSettings& settings);

  // Sends one message. Throws unavailable, with the reason.
  void test(const auth::Act& act);

  // Forwards what waits; returns how many entries went. Throws unavailable.
  std::int64_t forward();

 private:
  void work();
  net::SyslogLink& link(const SyslogSettings& settings);
  void send(const SyslogSettings& settings, const std::vector<db::Entry>& entries);

  db::Database& database_;
  const base::Clock& clock_;
  std::function<std::string()> host_name_;
  StoredSettings<SyslogSettings> settings_{database_, clock_, "syslog"};

  std::mutex forwarding_;
  std::optional<net::SyslogLink> link_;
  std::string linked_to_;  // the settings of the link

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

// The category by which the settings choose entries.
std::string_view syslog_category(const db::Entry& entry);
inline constexpr std::array<std::string_view, 7> syslog_categories{
    "certificate", "ca", "csr", "user", "acme", "scep", "system"};

}  // namespace service
