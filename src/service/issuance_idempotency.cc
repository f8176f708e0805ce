#include "service/issuance_idempotency.h"

#include <chrono>

namespace service {
namespace {

constexpr auto kept_for = std::chrono::days{7};
constexpr int swept_at_once = 100;
constexpr std::string_view why = "the name of a request, whose certificate has its own entry";

}  // namespace

storage::IdempotencyKey Idempotency::claim(const auth::Act& act, const Request& request) {
  const auto now = clock_.now();
  bool is_fresh = false;
  auto found = database_.write(act, [&](db::Session& session) {
    session.bookkeeping(why);
    storage::IdempotencyStore store{session};
    store.remove_before(now - kept_for, swept_at_once);
    is_fresh = false;
    if (auto known = store.find(request.caller, request.name)) {
      return *std::move(known);
    }
    storage::IdempotencyKey made{.id = store.new_id(),
                                 .caller = request.caller,
                                 .name = request.name,
                                 .fingerprint = request.fingerprint,
                                 .request_id = act.request_id,
                                 .node = node_,
                                 .created_at = now,
                                 .certificate_id = std::nullopt,
                                 .status = 0,
                                 .answer = {},
                                 .made = {}};
    store.insert(made);
    is_fresh = true;
    return made;
  });
  if (is_fresh) {
    const std::lock_guard lock{mutex_};
    under_way_.insert(found.request_id);
    return found;
  }
  if (found.fingerprint != request.fingerprint) {
    throw base::Error{base::ErrorCode::conflict,
                      "this Idempotency-Key was used for another request already"};
  }
  if (found.status == 0 && !found.certificate_id && found.made.empty()) {
    throw base::Error{base::ErrorCode::conflict,
                      "the request with this Idempotency-Key is under way: ask again"}
        .retry_after(1);
  }
  return found;
}

void Idempotency::keep(const auth::Act& act, const storage::IdempotencyKey& claim, int status,
                       std::string_view answer) {
  forget(claim.request_id);
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping(why);
    storage::IdempotencyStore{session}.set_answer(claim.id, status, answer);
  });
}

void Idempotency::release(const auth::Act& act, const storage::IdempotencyKey& claim) {
  forget(claim.request_id);
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping(why);
    storage::IdempotencyStore{session}.remove_open(claim.id);
  });
}

void Idempotency::note(db::Session& session, const auth::Act& act,
                       const core::Certificate& certificate) {
  if (is_under_way(act.request_id)) {
    storage::IdempotencyStore{session}.set_certificate(act.request_id, certificate.id);
  }
}

void Idempotency::note_made(db::Session& session, const auth::Act& act, std::string_view kind,
                            std::int64_t number) {
  if (is_under_way(act.request_id)) {
    storage::IdempotencyStore{session}.set_made(act.request_id,
                                                std::string{kind} + " " + std::to_string(number));
  }
}

bool Idempotency::is_under_way(const std::string& request_id) {
  const std::lock_guard lock{mutex_};
  return under_way_.contains(request_id);
}

void Idempotency::release_open() {
  database_.write({.by = "system", .action = "issuance.void"}, [&](db::Session& session) {
    session.bookkeeping(why);
    storage::IdempotencyStore{session}.remove_open_of(node_);
  });
}

void Idempotency::forget(const std::string& request_id) {
  const std::lock_guard lock{mutex_};
  under_way_.erase(request_id);
}

}  // namespace service
