#include "service/mail_queue.h"

#include <algorithm>

#include "base/log.h"
#include "core/user.h"
#include "crypto/token.h"
#include "storage/settings_store.h"

namespace service {
namespace {

constexpr std::chrono::seconds pause{2};
constexpr std::chrono::seconds pause_after_failure{30};
constexpr std::chrono::minutes one_attempt{2};
constexpr std::chrono::seconds first_wait{30};
constexpr std::chrono::seconds longest_wait{3600};
constexpr std::chrono::hours failed_is_kept{24 * 30};
constexpr std::string_view password_name = "mail.wrapped_password";
constexpr std::string_view password_context = "secret smtp";

struct About {
  std::string subject;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(About, (), (subject, reason))

struct PasswordChanged {
  std::string smtp_password;
};
BOOST_DESCRIBE_STRUCT(PasswordChanged, (), (smtp_password))

std::string context_of(const core::MailId& id) {
  return "mail " + std::to_string(id.to_number());
}

std::chrono::seconds wait_after(std::int64_t attempts) {
  return std::min(longest_wait, first_wait * (1 << std::clamp<std::int64_t>(attempts - 1, 0, 10)));
}

auth::Act sending() {
  return {.by = "system", .action = "mail.send"};
}

}  // namespace

void MailQueue::start() {
  thread_ = std::thread{[this] { work(); }};
}

void MailQueue::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void MailQueue::work() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    lock.unlock();
    auto wait = pause;
    try {
      send_due();
    } catch (const std::exception& error) {
      base::log_error("mail could not be sent", {{"reason", error.what()}});
      wait = pause_after_failure;
    }
    lock.lock();
    if (!stopping_) {
      wake_.wait_for(lock, wait);
    }
  }
}

bool MailQueue::has_password() {
  return database_.read([](db::Session& session) {
    return storage::SettingsStore{session}.find(password_name).has_value();
  });
}

MailSettings MailQueue::change(const auth::Act& act, const MailSettings& settings,
                               const std::optional<base::Secret>& password) {
  database_.write(act, [&](db::Session& session) {
    storage::SettingsStore store{session};
    settings_.store(session, settings);
    if (password && password->empty()) {
      store.remove(password_name);
    } else if (password) {
      const auto wrapped =
          master_.wrap(base::as_bytes(password->reveal()), password_context, random_);
      store.put(password_name, base::to_base64(wrapped), clock_.now());
    }
    if (password) {
      session.record("settings", core::KeyId::from_number(1).value(), "mail",
                     PasswordChanged{password->empty() ? "removed" : "changed"});
    }
  });
  settings_.forget();
  wake();
  return settings_.get();
}

bool MailQueue::is_configured() {
  const auto settings = settings_.get();
  return settings.enabled && !settings.smtp_host.empty() && !settings.from_email.empty();
}

core::MailId MailQueue::put(db::Session& session, const Note& note) {
  storage::MailStore store{session};
  const auto id = store.new_id();
  const auto now = clock_.now();
  store.insert({.id = id,
                .recipient = note.to,
                .subject = note.subject,
                .wrapped_text = master_.wrap(base::as_bytes(note.text), context_of(id), random_),
                .has_failed = false,
                .attempts = 0,
                .last_error = "",
                .created_at = now,
                .next_attempt_at = now,
                .expires_at = now + note.lifetime});
  return id;
}

net::MailServer MailQueue::server(const MailSettings& settings) {
  constexpr int smtps_port = 465;
  net::MailServer server{.host = settings.smtp_host,
                         .port = static_cast<int>(settings.smtp_port),
                         .security = !settings.smtp_tls ? net::MailSecurity::none
                                     : settings.smtp_port == smtps_port
                                         ? net::MailSecurity::tls
                                         : net::MailSecurity::starttls,
                         .trust_pem = settings.smtp_ca_certificate};
  if (settings.smtp_auth) {
    const auto wrapped = database_.read(
        [](db::Session& session) { return storage::SettingsStore{session}.find(password_name); });
    server.username = settings.smtp_username;
    if (wrapped) {
      server.password = master_.unwrap(base::from_base64(*wrapped).value(), password_context);
    }
  }
  return server;
}

net::Mail MailQueue::message(const MailSettings& settings, const std::string& to,
                             const std::string& subject, const std::string& text, std::int64_t id) {
  return {.from = settings.from_email,
          .from_name = settings.from_name,
          .to = to,
          .subject = subject,
          .text = text,
          .content = base::from_text<net::MailContent>(settings.smtp_content_type)
                         .value_or(net::MailContent::both),
          // The same at each attempt: a mailbox may know a repeated one by it.
          .message_id = std::to_string(id) + "." +
                        master_.fingerprint(std::to_string(id), "mail id").substr(0, 16) + "@" +
                        own_name_(),
          .at = clock_.now()};
}

void MailQueue::send_test(const auth::Act& act, const std::string& to) {
  const auto settings = settings_.get();
  if (!is_configured()) {
    throw base::Error{base::ErrorCode::unavailable, "mail is not configured, or switched off"};
  }
  const std::string subject = "Test message";
  const auto outcome = send_(
      server(settings), message(settings, to, subject,
                                "This is a test.\n\nWho reads it knows that the server can send "
                                "mail.\n",
                                clock_.now().time_since_epoch().count()));
  const bool sent = outcome.verdict == net::MailVerdict::sent;
  database_.write(act, [&](db::Session& session) {
    if (sent) {
      session.record("mail", core::MailId::from_number(1).value(), to, About{subject, ""});
    } else {
      session.record_refusal("mail", to, About{subject, outcome.reason});
    }
  });
  if (!sent) {
    throw base::Error{base::ErrorCode::unavailable, outcome.reason};
  }
}

int MailQueue::send_due() {
  if (!is_configured()) {
    return 0;
  }
  const auto settings = settings_.get();
  int tried = 0;
  const auto due = [&] {
    return database_.read(
        [&](db::Session& session) { return storage::MailStore{session}.is_due(clock_.now()); });
  };
  while (due()) {
    const auto now = clock_.now();
    const auto mail = database_.write(sending(), [&](db::Session& session) {
      session.bookkeeping("that an attempt to send a mail begins");
      return storage::MailStore{session}.take(now, now + one_attempt);
    });
    if (!mail) {
      break;
    }
    deliver(settings, *mail);
    ++tried;
    const std::lock_guard lock{mutex_};
    if (stopping_) {
      break;
    }
  }
  return tried;
}

void MailQueue::deliver(const MailSettings& settings, const storage::QueuedMail& mail) {
  net::MailOutcome outcome{net::MailVerdict::refused, "it was of no use any more"};
  if (clock_.now() < mail.expires_at) {
    const auto text = master_.unwrap(mail.wrapped_text, context_of(mail.id));
    outcome = send_(server(settings), message(settings, mail.recipient, mail.subject,
                                              std::string{text.reveal()}, mail.id.to_number()));
  }
  const auto now = clock_.now();
  database_.write(sending(), [&](db::Session& session) {
    storage::MailStore store{session};
    switch (outcome.verdict) {
      case net::MailVerdict::sent:
        store.remove(mail.id);
        for (const auto& listener : sent_listeners_) {
          listener(session, mail.id);
        }
        session.record("mail", mail.id, mail.recipient, About{mail.subject, ""});
        break;
      case net::MailVerdict::refused:
        store.give_up(mail.id, outcome.reason);
        session.record_refusal("mail", mail.recipient, About{mail.subject, outcome.reason});
        break;
      case net::MailVerdict::failed:
        session.bookkeeping("when to try a mail again");
        store.note_failure(mail.id, outcome.reason, now + wait_after(mail.attempts));
        break;
    }
    store.remove_failed_before(now - failed_is_kept);
  });
  if (outcome.verdict != net::MailVerdict::sent) {
    base::log_warning(
        "a mail was not sent",
        {{"mail", mail.id.to_number()}, {"attempt", mail.attempts}, {"reason", outcome.reason}});
  }
}

std::vector<storage::QueuedMail> MailQueue::list(bool has_failed) {
  return database_.read([&](db::Session& session) {
    return storage::MailStore{session}.list(has_failed, most_listed);
  });
}

void MailQueue::retry(const auth::Act& act, const core::MailId& id) {
  const auto now = clock_.now();
  database_.write(act, [&](db::Session& session) {
    if (!storage::MailStore{session}.retry(id, now, now + lifetime)) {
      throw base::Error{base::ErrorCode::not_found, "no mail that was given up has this id"};
    }
    session.record("mail", id, "", About{"", "tried again"});
  });
  wake();
}

void MailQueue::remove(const auth::Act& act, const core::MailId& id) {
  database_.write(act, [&](db::Session& session) {
    if (!storage::MailStore{session}.remove(id)) {
      throw base::Error{base::ErrorCode::not_found, "no mail in the queue has this id"};
    }
    session.record("mail", id, "", About{"", "removed from the queue"});
  });
}

}  // namespace service
