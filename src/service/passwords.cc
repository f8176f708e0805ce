#include "service/passwords.h"

#include "base/error.h"
#include "crypto/password.h"
#include "crypto/token.h"

namespace service {
namespace {

constexpr int most_running = 2;
// Whoever waits keeps a worker from others: a crowd of sign-ins must leave most of them free.
constexpr int most_waiting = 24;

}  // namespace

class Passwords::Place {
 public:
  explicit Place(Passwords& passwords) : passwords_{passwords} {
    std::unique_lock lock{passwords_.mutex_};
    if (passwords_.waiting_ >= most_waiting) {
      throw base::Error{base::ErrorCode::unavailable, "too many sign-ins at once: try again"}
          .retry_after(2);
    }
    ++passwords_.waiting_;
    passwords_.free_.wait(lock, [&] { return passwords_.running_ < most_running; });
    --passwords_.waiting_;
    ++passwords_.running_;
  }
  ~Place() {
    {
      const std::lock_guard lock{passwords_.mutex_};
      --passwords_.running_;
    }
    passwords_.free_.notify_one();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  Passwords& passwords_;
};

Passwords::Passwords(crypto::Random& random) : random_{random} {}

std::string Passwords::hash(const base::Secret& password) {
  const Place place{*this};
  return crypto::hash_password(password, random_);
}

bool Passwords::verify(std::string_view hash, const base::Secret& password) {
  const Place place{*this};
  if (!hash.empty()) {
    return crypto::verify_password(hash, password);
  }
  std::string nobody;
  {
    const std::lock_guard lock{mutex_};
    if (nobody_.empty()) {
      nobody_ = crypto::hash_password(base::Secret{crypto::random_token(random_)}, random_);
    }
    nobody = nobody_;
  }
  crypto::verify_password(nobody, password);
  return false;
}

}  // namespace service
