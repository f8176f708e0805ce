#include "service/acme_validation.h"

#include <algorithm>

#include "base/log.h"
#include "core/acme/challenge.h"
#include "core/acme/order.h"
#include "crypto/token.h"
#include "json/json.h"
#include "storage/acme_store.h"

namespace service {
namespace {

using core::acme::Authorization;
using core::acme::AuthorizationId;
using core::acme::AuthorizationStatus;
using core::acme::ChallengeType;
using core::acme::OrderStatus;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

constexpr auto look_every = std::chrono::seconds{30};  // for what other nodes left behind
constexpr auto takeover_after = std::chrono::seconds{30};
constexpr int looked_at_once = 1000;
constexpr std::size_t looked_ahead = 256;  // in the queue, for a job that may run

struct Validated {
  AuthorizationStatus status;
  std::string challenge;  // "http-01"
  std::int64_t attempts;
  std::optional<json::Raw> error;
};
BOOST_DESCRIBE_STRUCT(Validated, (), (status, challenge, attempts, error))

struct Started {
  std::string challenge;
};
BOOST_DESCRIBE_STRUCT(Started, (), (challenge))

}  // namespace

AcmeValidation::AcmeValidation(db::Database& database, net::AcmeValidator& validator,
                               const base::Clock& clock, AcmeSettingsSource settings,
                               Options options)
    : database_{database},
      validator_{validator},
      clock_{clock},
      settings_{std::move(settings)},
      options_{options} {}

AcmeValidation::~AcmeValidation() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  work_to_do_.notify_all();
  for (auto& thread : threads_) {
    thread.join();
  }
}

void AcmeValidation::start() {
  // Whatever was under way when the last run ended, at once.
  adopt_due(clock_.now() + std::chrono::hours{1});
  next_look_ = Steady::now() + look_every;
  for (int i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

// ---- What requests do ----

Result<Authorization> AcmeValidation::respond(const auth::Act& request, const AcmeAccount& account,
                                              const core::acme::AuthorizationReference& reference,
                                              ChallengeType type, const std::string& account_url) {
  const auto now = clock_.now();
  const auto find = [&]() -> std::optional<Authorization> {
    return database_.read(
        [&](db::Session& session) { return storage::AcmeStore{session}.find(reference.id()); });
  };
  auto found = find();
  if (!found || found->account_id != account.account.id ||
      !crypto::equal_in_constant_time(found->secret, reference.secret())) {
    return refuse(ProblemType::malformed, "there is no such challenge", 404);
  }
  auto authorization = *std::move(found);
  if (ACME_TRY(core::acme::challenge_response(authorization, type, now)) ==
      core::acme::Response::already_under_way) {
    return authorization;
  }
  authorization.attempted = type;
  authorization.attempted_at = now;
  authorization.next_attempt_at = now + takeover_after;
  authorization.account_url = account_url;

  auto act = account.act(request);
  act.action = "acme.challenge.respond";
  const auto settled = std::make_shared<Settled>();
  const bool queued = enqueue({.authorization = authorization,
                               .thumbprint = account.account.key_thumbprint,
                               .act = act,
                               .settled = settled});
  if (queued && wait_until_settled(*settled)) {
    if (settled->authorization) {
      return *std::move(settled->authorization);
    }
  } else {
    // Longer than a client should wait: under way, durably, before it is told so. Nothing happens
    // when the result came in between.
    database_.write(act, [&](db::Session& session) {
      if (storage::AcmeStore{session}.start(authorization)) {
        session.record("acme_authorization", authorization.id, authorization.identifier,
                       Started{std::string{core::acme::wire_name(type)}});
      }
    });
  }
  auto after = find();
  return after ? *std::move(after) : authorization;
}

// Returns whether the job runs soon; false when the queue is full, and the database keeps it, or
// when another one for the same authorization runs.
bool AcmeValidation::enqueue(Job job) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_ || queue_.size() >= options_.most_queued) {
      return false;
    }
    if (!known_.insert(job.authorization.id.to_number()).second) {
      return false;
    }
    queue_.push_back(std::move(job));
  }
  work_to_do_.notify_one();
  return true;
}

// Returns false when it takes longer than a request should wait, or too many wait already.
bool AcmeValidation::wait_until_settled(Settled& settled) {
  const int place = base::Fiber::current() == nullptr ? 1 : 0;
  {
    const std::lock_guard lock{mutex_};
    if (waiting_ + place > options_.most_waiting) {
      return false;
    }
    waiting_ += place;
  }
  settled.came.wait_for(options_.wait);
  const std::lock_guard lock{mutex_};
  waiting_ -= place;
  return settled.is_done;
}

// ---- What the threads do ----

void AcmeValidation::work() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    auto job = next_job(lock);
    if (!job) {
      continue;
    }
    const auto target = job->authorization.identifier;
    const auto account = job->authorization.account_id.to_number();
    ++running_by_target_[target];
    ++running_by_account_[account];
    lock.unlock();
    make_attempt(*std::move(job));
    lock.lock();
    if (--running_by_target_[target] == 0) {
      running_by_target_.erase(target);
    }
    if (--running_by_account_[account] == 0) {
      running_by_account_.erase(account);
    }
    if (!queue_.empty()) {
      work_to_do_.notify_one();  // what waited for this target or account may run now
    }
  }
}

bool AcmeValidation::admissible(const Job& job) const {
  const auto target = running_by_target_.find(job.authorization.identifier);
  const auto account = running_by_account_.find(job.authorization.account_id.to_number());
  return (target == running_by_target_.end() || target->second < options_.most_per_target) &&
         (account == running_by_account_.end() || account->second < options_.most_per_account);
}

// Waits for something to do; nothing when there may be something else to look at.
std::optional<AcmeValidation::Job> AcmeValidation::next_job(std::unique_lock<std::mutex>& lock) {
  const auto now = clock_.now();
  while (!later_.empty() && later_.begin()->first <= now) {
    queue_.push_back(std::move(later_.begin()->second));
    later_.erase(later_.begin());
  }
  const auto end =
      queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), looked_ahead));
  const auto found =
      std::find_if(queue_.begin(), end, [&](const Job& job) { return admissible(job); });
  if (found != end) {
    auto job = std::move(*found);
    queue_.erase(found);
    return job;
  }
  if (Steady::now() >= next_look_) {
    next_look_ = Steady::now() + look_every;
    lock.unlock();
    adopt_due(now);
    lock.lock();
    return std::nullopt;
  }
  // Times are whole seconds here, so a job that comes later is looked for each second.
  const auto next_second = Steady::now() + std::chrono::seconds{1};
  work_to_do_.wait_until(lock, later_.empty() ? next_look_ : std::min(next_look_, next_second));
  return std::nullopt;
}

void AcmeValidation::make_attempt(Job job) {
  const auto id = job.authorization.id;
  bool again = false;
  bool written = false;
  try {
    const auto settings = settings_();
    const auto account_url = job.authorization.account_url.value_or(std::string{});
    const auto outcome = validator_.validate({.type = *job.authorization.attempted,
                                              .name = job.authorization.identifier,
                                              .token = job.authorization.token,
                                              .key_authorization = core::acme::key_authorization(
                                                  job.authorization.token, job.thumbprint),
                                              .wildcard = job.authorization.wildcard,
                                              .subdomains = job.authorization.subdomains,
                                              .caa_issuer_names = settings.caa_identities,
                                              .account_url = account_url,
                                              .issuer_names = settings.issuer_names(),
                                              .account_key_thumbprint = job.thumbprint,
                                              .now = clock_.now()});
    written = write_outcome(job, outcome);
    again = job.authorization.next_attempt_at.has_value();
  } catch (const std::exception& error) {
    // The database is away, most likely: the row says when somebody has to look again.
    base::log_error("an ACME validation was not recorded",
                    {{"name", job.authorization.identifier}, {"error", error.what()}});
    again = true;
    job.authorization.next_attempt_at = clock_.now() + takeover_after;
  }
  {
    const std::lock_guard lock{mutex_};
    known_.erase(id.to_number());
    if (job.settled) {
      job.settled->is_done = true;
      if (written) {
        job.settled->authorization = job.authorization;
      }
    }
  }
  if (job.settled) {
    job.settled->came.raise();
    job.settled.reset();
  }
  if (again) {
    const auto at = *job.authorization.next_attempt_at;
    enqueue_at(std::move(job), at);
  }
}

void AcmeValidation::enqueue_at(Job job, base::Time at) {
  const std::lock_guard lock{mutex_};
  if (!stopping_ && later_.size() < options_.most_queued &&
      known_.insert(job.authorization.id.to_number()).second) {
    later_.emplace(at, std::move(job));
  }
}

// One transaction for challenge, authorization and order. Returns false when the authorization was
// decided by others meanwhile.
bool AcmeValidation::write_outcome(Job& job, const net::AcmeValidator::Outcome& outcome) {
  const auto now = clock_.now();
  auto& authorization = job.authorization;
  ++authorization.attempts;
  authorization.trace = json::to_text(outcome.trace);
  const auto retry = outcome.problem && outcome.may_pass_later
                         ? core::acme::next_attempt(authorization, now)
                         : std::nullopt;
  if (!outcome.problem) {
    core::acme::fulfil(authorization, now,
                       std::min(now + acme_authorization_lifetime,
                                outcome.valid_until.value_or(base::Time::max())));
  } else if (retry) {
    core::acme::try_again(authorization, *retry);
    authorization.error = core::acme::to_json(*outcome.problem);  // shown while it is processing
  } else {
    core::acme::fail(authorization, *outcome.problem);
  }
  auto act = job.act;
  act.action = "acme.challenge.validate";
  const bool written =
      database_.write(act, [&](db::Session& session) { return settle(session, authorization); });
  if (!written) {
    authorization.next_attempt_at = std::nullopt;
  }
  return written;
}

// Returns false when the authorization was decided meanwhile: the client gave it up, or another
// node was faster. Then nothing changes.
bool AcmeValidation::settle(db::Session& session, const Authorization& authorization) const {
  storage::AcmeStore store{session};
  const auto stored = store.find(authorization.id);
  if (!stored || stored->status != AuthorizationStatus::pending) {
    return false;
  }
  store.update(authorization);
  const Validated validated{
      .status = authorization.status,
      .challenge = std::string{core::acme::wire_name(*authorization.attempted)},
      .attempts = authorization.attempts,
      .error = authorization.error ? std::optional{json::Raw{*authorization.error}} : std::nullopt};
  if (authorization.error) {
    session.record_refusal("acme_authorization", authorization.id, authorization.identifier,
                           validated);
  } else {
    session.record("acme_authorization", authorization.id, authorization.identifier, validated);
  }
  if (authorization.status == AuthorizationStatus::pending) {
    return true;
  }
  const auto order = store.find(authorization.order_id);
  if (!order || order->status != OrderStatus::pending) {
    return true;
  }
  auto status = OrderStatus::invalid;
  if (authorization.status == AuthorizationStatus::valid) {
    const auto references = core::acme::authorizations_of(*order);
    status = references.size() == 1  // this one
                 ? OrderStatus::ready
                 : core::acme::status_by(store.find_all(references), clock_.now());
  }
  if (status != order->status) {
    store.set_status(order->id, status,
                     status == OrderStatus::invalid ? authorization.error : std::nullopt);
  }
  return true;
}

// ---- What was left behind ----

void AcmeValidation::adopt_due(base::Time until) {
  std::vector<Authorization> due;
  try {
    due = database_.read([&](db::Session& session) {
      return storage::AcmeStore{session}.due(until, looked_at_once);
    });
    for (const auto& authorization : due) {
      if (auto job = job_of(authorization)) {
        enqueue(*std::move(job));
      }
    }
  } catch (const std::exception& error) {
    base::log_error("pending ACME validations cannot be read", {{"error", error.what()}});
  }
}

std::optional<AcmeValidation::Job> AcmeValidation::job_of(const Authorization& authorization) {
  const auto account = database_.read([&](db::Session& session) {
    return storage::AcmeStore{session}.find(authorization.account_id);
  });
  if (!account || !authorization.attempted) {
    return std::nullopt;
  }
  Job job{.authorization = authorization,
          .thumbprint = account->key_thumbprint,
          .act = {.by = "acme:" + account->reference().to_string(),
                  .action = "acme.challenge.validate"}};
  if (!authorization.account_url) {  // from before it was kept
    const auto settings = settings_();
    job.authorization.account_url = settings.account_url(
        settings.base_url.empty() ? settings.own_url : settings.base_url, account->reference());
  }
  return job;
}

}  // namespace service
