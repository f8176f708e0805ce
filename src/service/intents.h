#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/fiber.h"
#include "crypto/random.h"
#include "db/database.h"
#include "storage/intent_store.h"

namespace service {

// The intents to sign: each serial number is durable, with the authority and the node that will
// use it, before the key signs. Where certificates come fast, intents are made ahead, so that not
// each one costs a transaction of its own; what was not used is taken back when the server stops.
class Intents {
 public:
  // `most_ahead`: so many at most, of each authority.
  Intents(db::Database& database, crypto::Random& random, const base::Clock& clock,
          std::string node, int most_ahead = 64);
  ~Intents();
  Intents(const Intents&) = delete;
  Intents& operator=(const Intents&) = delete;

  // Durable. It ends when `end` is part of what stores the certificate, or with `void_one`.
  storage::Intent take(const core::AuthorityId& authority_id);

  // For a serial number that is drawn already. Durable, and ends in the same ways.
  storage::Intent keep(const core::AuthorityId& authority_id, const x509::SerialNumber& serial);

  // The key was not used: another certificate may have it.
  void give_back(const storage::Intent& intent);

  // Throws unavailable when another process voided it.
  static void end(db::Session& session, const storage::Intent& intent);

  // After a failure. Nothing happens when the certificate was stored after all: its transaction
  // ended the intent.
  void void_one(const auth::Act& act, const storage::Intent& intent);

  // Voids what a crash left open: nobody received those certificates. To be called once, before
  // the server answers. Returns how many there were.
  int void_open();

 private:
  using Steady = std::chrono::steady_clock;

  struct Ahead {
    std::deque<storage::Intent> intents;
    bool is_being_filled = false;
    int size = 1;  // of the next filling
    Steady::time_point filled;
    std::vector<std::shared_ptr<base::Signal>> waiting;  // for the filling
  };

  void fill(std::unique_lock<std::mutex>& lock, const core::AuthorityId& authority_id,
            Ahead& ahead);
  std::deque<storage::Intent> make(const core::AuthorityId& authority_id,
                                   std::vector<x509::SerialNumber> serials);

  db::Database& database_;
  crypto::Random& random_;
  const base::Clock& clock_;
  const std::string node_;
  const int most_ahead_;

  std::mutex mutex_;  // over what follows; never held over a transaction
  std::map<core::AuthorityId, Ahead> ahead_;
};

}  // namespace service
