#include "service/intents.h"

#include <algorithm>

#include "base/log.h"

namespace service {
namespace {

// An authority whose intents lasted for less than this gets twice as many the next time.
constexpr std::chrono::seconds fast{1};

struct Voided {
  core::AuthorityId authority_id;
  std::vector<x509::SerialNumber> serial_numbers;
  base::Time intended_at;  // the first of them
};
BOOST_DESCRIBE_STRUCT(Voided, (), (authority_id, serial_numbers, intended_at))

// One entry for each authority: its intents were made together.
void end_void(db::Session& session, const std::vector<storage::Intent>& intents) {
  session.bookkeeping("intents that were voided before");
  std::map<core::AuthorityId, std::vector<const storage::Intent*>> of_authority;
  for (const auto& intent : intents) {
    if (storage::IntentStore{session}.remove(intent.id)) {
      of_authority[intent.authority_id].push_back(&intent);
    }
  }
  for (const auto& [authority_id, voided] : of_authority) {
    Voided details{authority_id, {}, voided.front()->created_at};
    for (const auto* const intent : voided) {
      details.serial_numbers.push_back(intent->serial_number);
    }
    session.record("issuance", voided.front()->id, voided.front()->serial_number.to_string(),
                   details);
  }
}

}  // namespace

Intents::Intents(db::Database& database, crypto::Random& random, const base::Clock& clock,
                 std::string node, int most_ahead)
    : database_{database},
      random_{random},
      clock_{clock},
      node_{std::move(node)},
      most_ahead_{most_ahead} {}

Intents::~Intents() {
  try {
    database_.write({.by = "system", .action = "issuance.end"}, [&](db::Session& session) {
      session.bookkeeping("intents that no key was used for");
      for (const auto& [authority_id, ahead] : ahead_) {
        for (const auto& intent : ahead.intents) {
          static_cast<void>(storage::IntentStore{session}.remove(intent.id));
        }
      }
    });
  } catch (const std::exception& error) {
    base::log_warning("unused intents stay until the next start", {{"error", error.what()}});
  }
}

storage::Intent Intents::take(const core::AuthorityId& authority_id) {
  std::unique_lock lock{mutex_};
  auto& ahead = ahead_[authority_id];
  while (ahead.intents.empty()) {
    if (ahead.is_being_filled) {
      const auto filled = base::Signal::of_caller();
      ahead.waiting.push_back(filled);
      lock.unlock();
      filled->wait();
      lock.lock();
    } else {
      fill(lock, authority_id, ahead);
    }
  }
  auto intent = std::move(ahead.intents.front());
  ahead.intents.pop_front();
  // Soon enough that the others need not wait.
  if (ahead.size > 1 && !ahead.is_being_filled &&
      ahead.intents.size() < static_cast<std::size_t>(ahead.size) / 8) {
    try {
      fill(lock, authority_id, ahead);
    } catch (const base::Error& error) {
      base::log_warning("no intents could be made ahead", {{"error", error.what()}});
    }
  }
  return intent;
}

void Intents::fill(std::unique_lock<std::mutex>& lock, const core::AuthorityId& authority_id,
                   Ahead& ahead) {
  const auto now = Steady::now();
  ahead.size = now - ahead.filled < fast ? std::min(2 * ahead.size, most_ahead_) : 1;
  ahead.filled = now;
  ahead.is_being_filled = true;
  lock.unlock();
  std::deque<storage::Intent> made;
  std::exception_ptr failure;
  try {
    std::vector<x509::SerialNumber> serials;
    for (int i = 0; i < ahead.size; ++i) {
      serials.push_back(x509::SerialNumber::random(random_));
    }
    made = make(authority_id, std::move(serials));
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  ahead.is_being_filled = false;
  std::ranges::move(made, std::back_inserter(ahead.intents));
  for (const auto& waiting : std::exchange(ahead.waiting, {})) {
    waiting->raise();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

storage::Intent Intents::keep(const core::AuthorityId& authority_id,
                              const x509::SerialNumber& serial) {
  return make(authority_id, {serial}).front();
}

std::deque<storage::Intent> Intents::make(const core::AuthorityId& authority_id,
                                          std::vector<x509::SerialNumber> serials) {
  const auto now = clock_.now();
  return database_.write({.by = "system", .action = "issuance.intend"}, [&](db::Session& session) {
    session.bookkeeping("intents to sign, which the certificates' own entries follow");
    storage::IntentStore intents{session};
    std::deque<storage::Intent> made;
    for (const auto& serial : serials) {
      made.push_back({.id = intents.new_id(),
                      .authority_id = authority_id,
                      .serial_number = serial,
                      .node = node_,
                      .created_at = now});
      intents.insert(made.back());
    }
    return made;
  });
}

void Intents::give_back(const storage::Intent& intent) {
  const std::lock_guard lock{mutex_};
  ahead_[intent.authority_id].intents.push_front(intent);
}

void Intents::end(db::Session& session, const storage::Intent& intent) {
  if (!storage::IntentStore{session}.remove(intent.id)) {
    throw base::Error{base::ErrorCode::unavailable, "the issuance was voided meanwhile: try again"};
  }
}

void Intents::void_one(const auth::Act& act, const storage::Intent& intent) {
  auto voiding = act;
  voiding.action = "issuance.void";
  try {
    database_.write(voiding, [&](db::Session& session) { end_void(session, {intent}); });
  } catch (const std::exception& error) {
    base::log_warning("an intent stays until the next start", {{"error", error.what()}});
  }
}

int Intents::void_open() {
  constexpr int batch = 500;
  const auth::Act act{.by = "system", .action = "issuance.void"};
  int voided = 0;
  for (int found = batch; found == batch;) {
    found = database_.write(act, [&](db::Session& session) {
      const auto open = storage::IntentStore{session}.of_node(node_, batch);
      end_void(session, open);
      return static_cast<int>(open.size());
    });
    voided += found;
  }
  return voided;
}

}  // namespace service
