#include "service/syslog_forwarding.h"

#include <algorithm>

#include "base/log.h"
#include "core/ids.h"
#include "storage/audit_tree_store.h"
#include "storage/syslog_store.h"

namespace service {
namespace {

constexpr std::chrono::seconds pause{1};
constexpr std::chrono::seconds pause_after_failure{10};
constexpr std::chrono::seconds hold{20};
constexpr std::int64_t batch = 200;

struct Forwarded {
  std::int64_t id;
  std::string username;
  std::string action;
  std::string resource_type;
  std::int64_t resource_id;
  std::string resource_name;
  json::Raw details;
  std::string ip_address;
  std::string user_agent;
  std::string credential;
  std::string request_id;
  bool success;
};
BOOST_DESCRIBE_STRUCT(Forwarded, (),
                      (id, username, action, resource_type, resource_id, resource_name, details,
                       ip_address, user_agent, credential, request_id, success))

struct Tested {
  std::string test;
};
BOOST_DESCRIBE_STRUCT(Tested, (), (test))

auth::Act forwarding() {
  return {.by = "system", .action = "syslog.forward"};
}

net::SyslogServer server_of(const SyslogSettings& settings) {
  return {
      .host = settings.host,
      .port = static_cast<int>(settings.port),
      .transport = settings.protocol == "udp" ? net::SyslogTransport::udp
                   : settings.tls             ? net::SyslogTransport::tls
                                              : net::SyslogTransport::tcp,
      .framing = settings.framing == "line" ? net::SyslogFraming::line : net::SyslogFraming::octet,
      .verify = settings.tls_verify,
      .trust_pem = settings.ca_certificate};
}

[[noreturn]] void refuse(const base::ParseError& error) {
  throw base::Error{base::ErrorCode::unavailable, "the syslog server: " + error.reason};
}

}  // namespace

std::string_view syslog_category(const db::Entry& entry) {
  struct Kind {
    std::string_view begins;
    std::string_view category;
  };
  static constexpr std::array<Kind, 15> kinds{{{"acme", "acme"},
                                               {"eab", "acme"},
                                               {"certificate", "certificate"},
                                               {"issuance", "certificate"},
                                               {"ca", "ca"},
                                               {"crl", "ca"},
                                               {"ocsp", "ca"},
                                               {"csr", "csr"},
                                               {"user", "user"},
                                               {"api_key", "user"},
                                               {"role", "user"},
                                               {"group", "user"},
                                               {"auth", "user"},
                                               {"session", "user"},
                                               {"scep", "scep"}}};
  // What was refused has an address as its resource: the action says what it was about.
  for (const std::string_view text :
       {std::string_view{entry.resource_type}, std::string_view{entry.action}}) {
    const auto found = std::ranges::find_if(
        kinds, [&](const Kind& kind) { return text.starts_with(kind.begins); });
    if (found != kinds.end()) {
      return found->category;
    }
  }
  return "system";
}

void SyslogForwarding::start() {
  thread_ = std::thread{[this] { work(); }};
}

void SyslogForwarding::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void SyslogForwarding::work() {
  auto wait = pause;
  bool was_reached = true;
  std::unique_lock lock{mutex_};
  while (!wake_.wait_for(lock, wait, [this] { return stopping_; })) {
    lock.unlock();
    wait = pause;
    try {
      forward();
      was_reached = true;
    } catch (const std::exception& error) {
      // Once is enough, however long it is away.
      if (was_reached) {
        base::log_error("the audit log could not be forwarded", {{"reason", error.what()}});
      }
      was_reached = false;
      wait = pause_after_failure;
    }
    lock.lock();
  }
}

SyslogSettings SyslogForwarding::change(const auth::Act& act, const SyslogSettings& settings) {
  const bool begins = settings.enabled && !settings_.get().enabled;
  database_.write(act, [&](db::Session& session) {
    settings_.store(session, settings);
    if (begins) {
      storage::SyslogStore{session}.begin_at(storage::AuditTreeStore{session}.tree().tree_size);
    }
  });
  settings_.forget();
  return settings_.get();
}

net::SyslogLink& SyslogForwarding::link(const SyslogSettings& settings) {
  const auto wanted = json::to_text(settings);
  if (!link_ || linked_to_ != wanted || link_->is_broken()) {
    link_.reset();
    auto opened = net::SyslogLink::open(server_of(settings));
    if (!opened) {
      refuse(opened.error());
    }
    link_ = *std::move(opened);
    linked_to_ = wanted;
  }
  return *link_;
}

void SyslogForwarding::test(const auth::Act& act) {
  const auto settings = settings_.get();
  if (settings.host.empty()) {
    throw base::Error{base::ErrorCode::unavailable, "no syslog server is configured"};
  }
  auto opened = net::SyslogLink::open(server_of(settings));
  const auto sent = opened ? opened->send(net::to_syslog({.severity = net::SyslogSeverity::notice,
                                                          .at = clock_.now(),
                                                          .host = host_name_(),
                                                          .id = "syslog.test",
                                                          .sequence = 1,
                                                          .text = "This is a test."}))
                           : std::unexpected(opened.error());
  database_.write(act, [&](db::Session& session) {
    if (sent) {
      session.record("settings", core::KeyId::from_number(1).value(), "syslog", Tested{"sent"});
    } else {
      session.record_refusal("settings", "syslog", Tested{sent.error().reason});
    }
  });
  if (!sent) {
    refuse(sent.error());
  }
}

void SyslogForwarding::send(const SyslogSettings& settings, const std::vector<db::Entry>& entries) {
  for (const auto& entry : entries) {
    const auto category = syslog_category(entry);
    if (!settings.categories.empty() &&
        std::ranges::find(settings.categories, category) == settings.categories.end()) {
      continue;
    }
    const auto text = json::to_text(Forwarded{
        entry.id, entry.username, entry.action, entry.resource_type, entry.resource_id,
        entry.resource_name, json::Raw{entry.details.empty() ? "null" : entry.details},
        entry.ip_address, entry.user_agent, entry.credential, entry.request_id, entry.success});
    const auto sent = link(settings).send(net::to_syslog(
        {.severity = entry.success ? net::SyslogSeverity::notice : net::SyslogSeverity::warning,
         .at = entry.at,
         .host = host_name_(),
         .id = entry.action,
         .sequence = entry.id,
         .text = text}));
    if (!sent) {
      link_.reset();
      refuse(sent.error());
    }
  }
}

std::int64_t SyslogForwarding::forward() {
  const std::lock_guard lock{forwarding_};
  const auto settings = settings_.get();
  if (!settings.enabled || settings.host.empty()) {
    link_.reset();
    return 0;
  }
  std::int64_t next = 0;
  std::int64_t end = 0;
  const auto look = [&] {
    database_.read([&](db::Session& session) {
      const auto tree = storage::AuditTreeStore{session}.tree();
      next = std::max(storage::SyslogStore{session}.next_leaf(), tree.first_leaf);
      end = tree.tree_size;
    });
  };
  look();
  if (next >= end) {
    return 0;
  }
  const auto now = clock_.now();
  const bool held = database_.write(forwarding(), [&](db::Session& session) {
    session.bookkeeping("who forwards the audit log");
    return storage::SyslogStore{session}.hold(now, now + hold);
  });
  if (!held) {
    return 0;
  }
  look();
  std::int64_t forwarded = 0;
  while (next < end) {
    const auto until = std::min(end, next + batch);
    auto entries = database_.read([&](db::Session& session) {
      return storage::AuditTreeStore{session}.entries_of_leaves(next, until);
    });
    std::ranges::sort(entries, {}, &db::Entry::id);
    send(settings, entries);
    forwarded += static_cast<std::int64_t>(entries.size());
    next = until;
    const bool is_last = next >= end;
    database_.write(forwarding(), [&](db::Session& session) {
      session.bookkeeping("how far the audit log was forwarded");
      storage::SyslogStore{session}.advance(next, is_last ? clock_.now() : clock_.now() + hold);
    });
  }
  return forwarded;
}

}  // namespace service
