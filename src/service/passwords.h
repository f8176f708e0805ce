#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "base/secret.h"
#include "crypto/random.h"

namespace service {

// Hashing takes tens of milliseconds and megabytes: a few run at once, a few wait, and the rest is
// told to come back, so that a flood of sign-ins cannot use up the machine.
class Passwords {
 public:
  explicit Passwords(crypto::Random& random);

  std::string hash(const base::Secret& password);

  // An empty hash (there is no such user) takes as long as a wrong password, and is false.
  bool verify(std::string_view hash, const base::Secret& password);

 private:
  class Place;

  crypto::Random& random_;
  std::string nobody_;  // the hash of a password that nobody knows
  std::mutex mutex_;
  std::condition_variable free_;
  int running_ = 0;
  int waiting_ = 0;
};

}  // namespace service
