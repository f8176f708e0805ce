#include "service/totp.h"

#include <algorithm>

#include "core/totp.h"
#include "storage/passkey_store.h"
#include "storage/sign_in_store.h"

namespace service {
namespace {

constexpr std::size_t recovery_octets = 8;

struct Factor {
  std::string second_factor;
};
BOOST_DESCRIBE_STRUCT(Factor, (), (second_factor))

std::string context_of(const core::UserId& id) {
  return "totp " + std::to_string(id.to_number());
}

// Recovery codes belong to the second factors: with the last of these they go.
void forget_codes_without_factor(db::Session& session, const core::UserId& id) {
  if (!storage::PasskeyStore{session}.has_enabled(id)) {
    storage::SignInStore{session}.put_recovery_codes(id, {});
  }
}

[[noreturn]] void refuse_code() {
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"code", "is wrong, or was used before"}}};
}

[[noreturn]] void refuse_off() {
  throw base::Error{base::ErrorCode::invalid_request,
                    "the second factor is off: switch it on first"};
}

}  // namespace

Totp::Offer Totp::offer(const auth::Act& act, const core::User& user, std::string_view issuer) {
  base::Bytes secret(core::totp_secret_octets);
  random_.fill(secret);
  const auto wrapped = master_.wrap(secret, context_of(user.id), random_);
  database_.write(act, [&](db::Session& session) {
    storage::SignInStore store{session};
    if (store.has_totp(user.id)) {
      throw base::Error{base::ErrorCode::conflict, "the second factor is on already"};
    }
    store.put({.user_id = user.id,
               .wrapped = wrapped,
               .is_confirmed = false,
               .last_step = 0,
               .created_at = clock_.now()});
    session.record("user", user.id, user.username, Factor{"offered"});
  });
  return {.secret = core::to_base32(secret), .uri = core::totp_uri(issuer, user.username, secret)};
}

std::vector<std::string> Totp::confirm(const auth::Act& act, const core::User& user,
                                       std::string_view code) {
  const auto codes = make_codes();
  database_.write(act, [&](db::Session& session) {
    storage::SignInStore store{session};
    auto secret = store.totp(user.id);
    if (!secret || secret->is_confirmed) {
      throw base::Error{base::ErrorCode::invalid_request,
                        "there is no second factor to confirm: switch it on first"};
    }
    const auto plain = master_.unwrap(secret->wrapped, context_of(user.id));
    const auto step =
        core::matching_totp_step(base::as_bytes(plain.reveal()), code, clock_.now(), 0);
    if (!step) {
      refuse_code();
    }
    secret->is_confirmed = true;
    secret->last_step = *step;
    store.put(*secret);
    put_codes(session, user.id, codes);
    session.record("user", user.id, user.username, Factor{"on"});
  });
  return codes;
}

void Totp::disable(const auth::Act& act, const core::User& user, std::string_view code) {
  database_.write(act, [&](db::Session& session) {
    storage::SignInStore store{session};
    if (!store.has_totp(user.id)) {
      refuse_off();
    }
    if (!spend(session, user.id, code)) {
      refuse_code();
    }
    store.remove_totp(user.id);
    forget_codes_without_factor(session, user.id);
    session.record("user", user.id, user.username, Factor{"off"});
  });
}

std::vector<std::string> Totp::new_recovery_codes(const auth::Act& act, const core::User& user,
                                                  std::string_view code) {
  const auto codes = make_codes();
  database_.write(act, [&](db::Session& session) {
    if (!storage::SignInStore{session}.has_totp(user.id) &&
        !storage::PasskeyStore{session}.has_enabled(user.id)) {
      refuse_off();
    }
    if (!spend(session, user.id, code)) {
      refuse_code();
    }
    put_codes(session, user.id, codes);
    session.record("user", user.id, user.username, Factor{"new recovery codes"});
  });
  return codes;
}

void Totp::remove(const auth::Act& act, const core::User& user) {
  database_.write(act, [&](db::Session& session) {
    storage::SignInStore{session}.remove_totp(user.id);
    forget_codes_without_factor(session, user.id);
    session.record("user", user.id, user.username, Factor{"removed"});
  });
}

bool Totp::is_on(const core::UserId& id) {
  return database_.read(
      [&](db::Session& session) { return storage::SignInStore{session}.has_totp(id); });
}

std::int64_t Totp::recovery_codes_left(const core::UserId& id) {
  return database_.read(
      [&](db::Session& session) { return storage::SignInStore{session}.count_recovery_codes(id); });
}

std::optional<std::string> Totp::use(const auth::Act& act, const core::UserId& id,
                                     std::string_view code) {
  return database_.write(act, [&](db::Session& session) {
    session.bookkeeping("a code that was spent; the sign-in itself is recorded");
    return spend(session, id, code);
  });
}

std::optional<std::string> Totp::spend(db::Session& session, const core::UserId& id,
                                       std::string_view code) {
  storage::SignInStore store{session};
  const auto secret = store.totp(id);
  if (secret && secret->is_confirmed) {
    const auto plain = master_.unwrap(secret->wrapped, context_of(id));
    const auto step = core::matching_totp_step(base::as_bytes(plain.reveal()), code, clock_.now(),
                                               secret->last_step);
    // Two that come at the same time with one code: the update lets one of them through.
    if (step && store.use_totp_step(id, *step)) {
      return "totp";
    }
  }
  if (!core::plain_recovery_code(code).empty() && store.use_recovery_code(id, hash_of(id, code))) {
    return "recovery_code";
  }
  return std::nullopt;
}

void Totp::put_codes(db::Session& session, const core::UserId& id,
                     const std::vector<std::string>& codes) const {
  std::vector<std::string> hashes;
  for (const auto& each : codes) {
    hashes.push_back(hash_of(id, each));
  }
  storage::SignInStore{session}.put_recovery_codes(id, hashes);
}

std::string Totp::hash_of(const core::UserId& id, std::string_view recovery_code) const {
  return master_.fingerprint(core::plain_recovery_code(recovery_code),
                             "recovery code " + std::to_string(id.to_number()));
}

std::vector<std::string> Totp::make_codes() {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < recovery_codes; ++i) {
    std::array<std::uint8_t, recovery_octets> octets;
    random_.fill(octets);
    codes.push_back(core::recovery_code(octets));
  }
  return codes;
}

}  // namespace service
