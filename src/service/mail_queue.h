#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "db/database.h"
#include "net/mail.h"
#include "service/identity_settings.h"
#include "service/keys.h"
#include "storage/mail_store.h"

namespace service {

// Mail that the server sends. It is queued in the transaction of what it tells of, and a thread
// takes it to the mail server: it survives a crash, and a mail server that is away. Who crashes
// between the two sends a mail twice rather than never.
class MailQueue {
 public:
  using Send = std::function<net::MailOutcome(const net::MailServer&, const net::Mail&)>;

  static constexpr auto lifetime = std::chrono::hours{48};
  static constexpr int most_listed = 100;

  struct Note {
    std::string to;
    std::string subject;
    std::string text;
    std::chrono::seconds lifetime = MailQueue::lifetime;  // of no use to anybody afterwards
  };

  // `own_name` is what stands behind the @ of a message's id. Tests bring another `send`.
  MailQueue(db::Database& database, const MasterKey& master, crypto::Random& random,
            const base::Clock& clock, std::function<std::string()> own_name, Send send = net::send)
      : database_{database},
        master_{master},
        random_{random},
        clock_{clock},
        own_name_{std::move(own_name)},
        send_{std::move(send)} {}
  ~MailQueue() { stop(); }
  MailQueue(const MailQueue&) = delete;
  MailQueue& operator=(const MailQueue&) = delete;

  void start();
  void stop();

  MailSettings settings() { return settings_.get(); }
  bool has_password();
  // A password that is not given stays as it is; an empty one is forgotten.
  MailSettings change(const auth::Act& act, const MailSettings& settings,
                      const std::optional<base::Secret>& password);
  bool is_configured();

  // Within the transaction of what it tells of; it waits until mail is configured.
  core::MailId put(db::Session& session, const Note& note);
  // Called in the transaction that notes that a mail was sent. Set while wiring.
  void on_sent(std::function<void(db::Session&, const core::MailId&)> listener) {
    sent_listeners_.push_back(std::move(listener));
  }
  void wake() { wake_.notify_one(); }

  // Past the queue, for the administrator who waits for the answer. Throws unavailable, with what
  // the mail server said.
  void send_test(const auth::Act& act, const std::string& to);

  // Tries what is due; returns how many were tried.
  int send_due();

  std::vector<storage::QueuedMail> list(bool has_failed);
  void retry(const auth::Act& act, const core::MailId& id);
  void remove(const auth::Act& act, const core::MailId& id);

 private:
  void work();
  net::MailServer server(const MailSettings& settings);
  net::Mail message(const MailSettings& settings, const std::string& to, const std::string& subject,
                    const std::string& text, std::int64_t id);
  void deliver(const MailSettings& settings, const storage::QueuedMail& mail);

  db::Database& database_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
  std::function<std::string()> own_name_;
  Send send_;
  std::vector<std::function<void(db::Session&, const core::MailId&)>> sent_listeners_;
  StoredSettings<MailSettings> settings_{database_, clock_, "mail"};

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace service
