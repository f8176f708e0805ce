#include "service/acme_external_accounts.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "json/json.h"
#include "storage/acme_service_store.h"

namespace service {
namespace {

using core::acme::ExternalAccount;
using core::acme::ExternalAccountId;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;
using Errors = std::vector<base::FieldError>;

constexpr std::size_t kid_octets = 12;
constexpr std::size_t key_octets = 32;
constexpr std::size_t longest_kid = 255;
constexpr std::size_t longest_text = 500;
constexpr std::size_t most_names = 1000;

// Random octets whose base64url does not begin with '-': it is pasted into command lines, where
// that would be an option.
template <std::size_t size>
std::array<std::uint8_t, size> draw(crypto::Random& random) {
  std::array<std::uint8_t, size> octets{};
  do {
    random.fill(octets);
  } while (octets[0] >> 2 == 62);  // RFC 4648, section 5
  return octets;
}

struct About {
  std::string kid;
  json::Raw allowed_names;
  bool pre_authorized;
  bool is_reusable;
  std::optional<base::Time> expires_at;
  bool is_enabled;
};
BOOST_DESCRIBE_STRUCT(About, (),
                      (kid, allowed_names, pre_authorized, is_reusable, expires_at, is_enabled))

About about(const ExternalAccount& external) {
  return {external.kid,         {external.allowed_names}, external.pre_authorized,
          external.is_reusable, external.expires_at,      external.is_enabled};
}

std::string context_of(const ExternalAccountId& id) {
  return "acme external account " + std::to_string(id.to_number());
}

std::string read_names(const std::vector<std::string>& texts, Errors& errors) {
  std::vector<std::string> names;
  if (texts.size() > most_names) {
    errors.push_back({"allowed_names", "has more than 1000 names"});
    return "[]";
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto pattern = core::acme::NamePattern::parse(texts[i]);
    if (!pattern) {
      errors.push_back({"allowed_names[" + std::to_string(i) + "]", pattern.error().reason});
    } else if (std::ranges::find(names, pattern->to_string()) == names.end()) {
      names.push_back(pattern->to_string());
    }
  }
  return json::to_text(names);
}

void check(const ExternalAccount& external, base::Time now, bool expiry_is_new, Errors& errors) {
  if (external.description.size() > longest_text) {
    errors.push_back({"description", "has more than 500 characters"});
  }
  if (expiry_is_new && external.expires_at && *external.expires_at <= now) {
    errors.push_back({"expires_at", "lies in the past"});
  }
  if (external.pre_authorized && external.allowed_names == "[]") {
    // Without names it would be a certificate for any name without a proof.
    errors.push_back({"pre_authorized", "needs allowed_names: those need no challenge"});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
}

void check_kid(std::string_view kid, Errors& errors) {
  const bool is_plain =
      std::ranges::all_of(kid, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (kid.size() > longest_kid || !is_plain) {
    errors.push_back({"kid", "1 to 255 printable characters of ASCII, without blanks"});
  }
}

ExternalAccount existing(const storage::AcmeServiceStore& store, const ExternalAccountId& id) {
  auto external = store.find(id);
  if (!external) {
    throw base::Error{base::ErrorCode::not_found, "there is no such EAB credential"};
  }
  return *std::move(external);
}

}  // namespace

AcmeExternalAccounts::Made AcmeExternalAccounts::create(const auth::Act& act, const Order& order) {
  Errors errors;
  check_kid(order.kid, errors);
  const auto now = clock_.now();
  ExternalAccount external{
      .id = ExternalAccountId::from_number(1).value(),  // drawn when it is stored
      .kid = order.kid.empty() ? base::to_base64url(draw<kid_octets>(random_)) : order.kid,
      .description = order.description,
      .wrapped_key = {},
      .service_id = std::nullopt,
      .allowed_names = read_names(order.allowed_names, errors),
      .pre_authorized = order.pre_authorized,
      .is_reusable = order.is_reusable,
      .used = 0,
      .last_used_at = std::nullopt,
      .expires_at = order.expires_at,
      .is_enabled = true,
      .revoked_at = std::nullopt,
      .created_by = act.by,
      .created_at = now};
  if (order.service == core::acme::default_service) {
    errors.push_back({"service", "leave it out: the default service takes what all take"});
  }
  check(external, now, true, errors);

  auto key = draw<key_octets>(random_);
  external = database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    auto made = external;
    if (!order.service.empty()) {
      const auto service = store.find_service(order.service);
      if (!service) {
        throw base::Error{base::ErrorCode::invalid_request,
                          {base::FieldError{"service", "there is no such ACME service"}}};
      }
      made.service_id = service->id;
    }
    if (store.find_external_account(made.kid)) {
      throw base::Error{base::ErrorCode::conflict, "another EAB credential has this kid"};
    }
    made.id = store.new_external_account_id();
    made.wrapped_key = master_.wrap(key, context_of(made.id), random_);
    store.insert(made);
    session.record("acme_external_account", made.id, made.kid, about(made));
    return made;
  });
  Made made{.external = std::move(external), .mac_key = base::Secret{base::to_base64url(key)}};
  std::ranges::fill(key, std::uint8_t{0});
  return made;
}

ExternalAccount AcmeExternalAccounts::update(const auth::Act& act, const ExternalAccountId& id,
                                             const Changes& changes) {
  Errors errors;
  const auto names = changes.allowed_names
                         ? std::optional{read_names(*changes.allowed_names, errors)}
                         : std::nullopt;
  return database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    auto external = existing(store, id);
    if (external.revoked_at) {
      throw base::Error{base::ErrorCode::conflict, "the EAB credential is revoked, for good"};
    }
    external.description = changes.description.value_or(external.description);
    external.allowed_names = names.value_or(external.allowed_names);
    external.pre_authorized = changes.pre_authorized.value_or(external.pre_authorized);
    external.expires_at = changes.expires_at.value_or(external.expires_at);
    external.is_enabled = changes.is_enabled.value_or(external.is_enabled);
    auto found = errors;
    check(external, clock_.now(), changes.expires_at.has_value(), found);
    store.update(external);
    session.record("acme_external_account", id, external.kid, about(external));
    return external;
  });
}

ExternalAccount AcmeExternalAccounts::revoke(const auth::Act& act, const ExternalAccountId& id) {
  return database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    auto external = existing(store, id);
    if (!external.revoked_at) {
      external.revoked_at = clock_.now();
      store.update(external);
    }
    session.record("acme_external_account", id, external.kid, about(external));
    return external;
  });
}

ExternalAccount AcmeExternalAccounts::close(const auth::Act& act, const ExternalAccountId& id) {
  const auto now = clock_.now();
  return database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    auto external = existing(store, id);
    external.expires_at = std::min(external.expires_at.value_or(now), now);
    store.update(external);
    session.record("acme_external_account", id, external.kid, about(external));
    return external;
  });
}

void AcmeExternalAccounts::remove(const auth::Act& act, const ExternalAccountId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    const auto external = existing(store, id);
    if (store.count_accounts_of(id) > 0) {
      throw base::Error{base::ErrorCode::conflict,
                        "accounts are bound to this EAB credential: revoke it instead"};
    }
    store.remove(id);
    session.record("acme_external_account", id, external.kid, about(external));
  });
}

ExternalAccount AcmeExternalAccounts::find(const ExternalAccountId& id) {
  return database_.read(
      [&](db::Session& session) { return existing(storage::AcmeServiceStore{session}, id); });
}

Result<ExternalAccount> AcmeExternalAccounts::verify(
    const core::acme::ExternalBinding& binding,
    const std::optional<core::acme::ServiceId>& service) {
  auto external = database_.read([&](db::Session& session) {
    return storage::AcmeServiceStore{session}.find_external_account(binding.kid);
  });
  // An unknown kid is told from a wrong MAC neither by its answer nor by its time.
  const auto key = external ? master_.unwrap(external->wrapped_key, context_of(external->id))
                            : base::Secret{std::string(key_octets, '\0')};
  if (!binding.is_made_with(base::as_bytes(key.reveal())) || !external) {
    return refuse(ProblemType::unauthorized,
                  "the externalAccountBinding is not made with a key that this server handed out: "
                  "check key identifier and MAC key");
  }
  if (auto obstacle = core::acme::binding_obstacle(*external, service, clock_.now())) {
    return std::unexpected(*std::move(obstacle));
  }
  return *std::move(external);
}

}  // namespace service
