#include "service/acme_accounts.h"

#include "core/acme/jwk.h"
#include "crypto/token.h"
#include "json/json.h"
#include "storage/acme_service_store.h"
#include "storage/acme_store.h"

namespace service {
namespace {

using core::acme::Account;
using core::acme::AccountId;
using core::acme::AccountStatus;
using core::acme::Problem;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

constexpr std::size_t most_kept = 10'000;
constexpr auto kept_for = std::chrono::seconds{5};

struct Registration {
  std::string contacts;
  std::string key_type;
  std::string key_thumbprint;
  std::optional<std::string> external_account;
};
BOOST_DESCRIBE_STRUCT(Registration, (), (contacts, key_type, key_thumbprint, external_account))

struct Bound {
  std::string external_account;
};
BOOST_DESCRIBE_STRUCT(Bound, (), (external_account))

struct ContactsChanged {
  std::string before;
  std::string after;
};
BOOST_DESCRIBE_STRUCT(ContactsChanged, (), (before, after))

struct KeyChanged {
  std::string before;
  std::string after;
};
BOOST_DESCRIBE_STRUCT(KeyChanged, (), (before, after))

struct StatusChanged {
  AccountStatus status;
};
BOOST_DESCRIBE_STRUCT(StatusChanged, (), (status))

struct TermsAgreed {
  bool terms_agreed;
};
BOOST_DESCRIBE_STRUCT(TermsAgreed, (), (terms_agreed))

AcmeAccountPointer ready(Account account) {
  auto key = crypto::PublicKey::from_spki(account.key_spki);
  if (!key) {
    throw base::Error{base::ErrorCode::internal,
                      "the stored key of an ACME account is not readable: " + key.error().reason};
  }
  return std::make_shared<const AcmeAccount>(std::move(account), *std::move(key));
}

// The writing work refuses itself when the account lost its right, or changed its key, meanwhile.
void check_may_act(storage::AcmeStore& store, const Account& account) {
  if (!store.may_act(account.id, account.key_thumbprint)) {
    throw base::Error{base::ErrorCode::unauthenticated, "the account may not act any more"};
  }
}

// Two accounts may come for one external account at once: one of them is too late.
void use(db::Session& session, const core::acme::ExternalAccount& external, base::Time now) {
  if (!storage::AcmeServiceStore{session}.use(external.id, now)) {
    throw base::Error{base::ErrorCode::forbidden, "the external account was used in the meantime"};
  }
}

}  // namespace

auth::Act AcmeAccount::act(const auth::Act& request) const {
  auto act = request;
  act.by = "acme:" + account.reference().to_string();
  act.credential = "account key " + account.key_thumbprint.substr(0, 12);
  return act;
}

AcmeAccountPointer AcmeAccounts::load(const AccountId& id) {
  std::uint64_t changes = 0;
  {
    const std::lock_guard lock{mutex_};
    const auto found = by_id_.find(id.to_number());
    if (found != by_id_.end() && found->second->until > clock_.now()) {
      kept_.splice(kept_.begin(), kept_, found->second);
      return kept_.front().account;
    }
    changes = changes_;
  }
  auto record =
      database_.read([&](db::Session& session) { return storage::AcmeStore{session}.find(id); });
  if (!record) {
    return nullptr;
  }
  auto account = ready(*std::move(record));
  const std::lock_guard lock{mutex_};
  if (changes != changes_) {
    return account;
  }
  if (const auto found = by_id_.find(id.to_number()); found != by_id_.end()) {
    kept_.erase(found->second);
  }
  kept_.push_front({id, account, clock_.now() + kept_for});
  by_id_[id.to_number()] = kept_.begin();
  if (kept_.size() > most_kept) {
    by_id_.erase(kept_.back().id.to_number());
    kept_.pop_back();
  }
  return account;
}

// After a change: nobody sees the old state from here on.
AcmeAccountPointer AcmeAccounts::reload(const AccountId& id) {
  {
    const std::lock_guard lock{mutex_};
    ++changes_;
    if (const auto found = by_id_.find(id.to_number()); found != by_id_.end()) {
      kept_.erase(found->second);
      by_id_.erase(found);
    }
  }
  return load(id);
}

Result<AcmeAccountPointer> AcmeAccounts::find(const core::acme::AccountReference& reference) {
  auto account = load(reference.id());
  if (!account || !crypto::equal_in_constant_time(account->account.secret, reference.secret())) {
    return refuse(ProblemType::accountDoesNotExist, "there is no such account");
  }
  return account;
}

Result<AcmeAccounts::Registered> AcmeAccounts::existing(const auth::Act& act, Account account,
                                                        const NewAccount& request,
                                                        const AcmeSettings& settings) {
  if (auto obstacle = core::acme::account_obstacle(account.status)) {
    return std::unexpected(*std::move(obstacle));
  }
  if (!settings.policy->eab_required || account.eab_id || !request.binding) {
    return Registered{.account = ready(std::move(account)), .is_new = false};
  }
  const auto external = ACME_TRY(external_accounts_.verify(*request.binding, settings.service_id));
  database_.write(act, [&](db::Session& session) {
    storage::AcmeStore store{session};
    check_may_act(store, account);
    use(session, external, clock_.now());
    store.bind(account.id, external.id);
    session.record("acme_account", account.id, account.reference().to_string(),
                   Bound{external.kid});
  });
  return Registered{.account = reload(account.id), .is_new = false};
}

Result<AcmeAccounts::Registered> AcmeAccounts::register_key(const auth::Act& act,
                                                            const crypto::PublicKey& key,
                                                            const NewAccount& request,
                                                            const AcmeSettings& settings) {
  const auto thumbprint = core::acme::thumbprint(key);
  const auto find_existing = [&]() -> std::optional<Account> {
    return database_.read([&](db::Session& session) {
      return storage::AcmeStore{session}.find_account_by_key(thumbprint);
    });
  };
  if (auto account = find_existing()) {
    return existing(act, *std::move(account), request, settings);
  }
  if (request.only_existing) {
    return refuse(ProblemType::accountDoesNotExist, "no account has this key");
  }
  ACME_CHECK(core::acme::check_contacts(request.contacts));
  if (!settings.terms_of_service.empty() && !request.terms_agreed) {
    return refuse(ProblemType::userActionRequired,
                  "agree to the terms of service first: " + settings.terms_of_service);
  }
  if (const auto weakness = key.weakness()) {
    return refuse(ProblemType::badPublicKey, "the key is weak: " + *weakness);
  }
  if (settings.policy->eab_required && !request.binding) {
    return refuse(ProblemType::externalAccountRequired,
                  "this server opens accounts for those alone who have an external account: ask "
                  "its administrator for a key identifier and a MAC key");
  }
  std::optional<core::acme::ExternalAccount> external;
  if (request.binding) {
    external = ACME_TRY(external_accounts_.verify(*request.binding, settings.service_id));
  }
  const auto write = [&](db::Session& session) {
    storage::AcmeStore store{session};
    const Account account{
        .id = store.new_account_id(),
        .secret = crypto::random_token(random_, core::acme::AccountReference::secret_octets),
        .status = AccountStatus::valid,
        .contacts = json::to_text(request.contacts),
        .terms_agreed = request.terms_agreed,
        .key_thumbprint = thumbprint,
        .key_type = key.name(),
        .key_spki = base::to_bytes(key.spki()),
        .created_at = clock_.now(),
        .created_from = act.from,
        .eab_id = external ? std::optional{external->id} : std::nullopt};
    if (external) {
      use(session, *external, account.created_at);
    }
    store.insert(account);
    session.record("acme_account", account.id, account.reference().to_string(),
                   Registration{account.contacts, account.key_type, account.key_thumbprint,
                                external ? std::optional{external->kid} : std::nullopt});
    return account;
  };
  try {
    return Registered{.account = ready(database_.write(act, write)), .is_new = true};
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::conflict) {
      throw;
    }
    // The same key came twice at the same moment: the other request made the account.
    auto account = find_existing();
    if (!account) {
      throw;
    }
    return existing(act, *std::move(account), request, settings);
  }
}

Result<AcmeAccountPointer> AcmeAccounts::set_contacts(const auth::Act& act,
                                                      const AcmeAccount& account,
                                                      const std::vector<std::string>& contacts) {
  ACME_CHECK(core::acme::check_contacts(contacts));
  const auto& record = account.account;
  const auto text = json::to_text(contacts);
  database_.write(account.act(act), [&](db::Session& session) {
    storage::AcmeStore store{session};
    check_may_act(store, record);
    store.set_contacts(record.id, text);
    session.record("acme_account", record.id, record.reference().to_string(),
                   ContactsChanged{record.contacts, text});
  });
  return reload(record.id);
}

Result<AcmeAccountPointer> AcmeAccounts::agree_to_terms(const auth::Act& act,
                                                        const AcmeAccount& account) {
  const auto& record = account.account;
  database_.write(account.act(act), [&](db::Session& session) {
    storage::AcmeStore store{session};
    check_may_act(store, record);
    store.agree_to_terms(record.id);
    session.record("acme_account", record.id, record.reference().to_string(), TermsAgreed{true});
  });
  return reload(record.id);
}

Result<AcmeAccountPointer> AcmeAccounts::deactivate(const auth::Act& act,
                                                    const AcmeAccount& account) {
  const auto& record = account.account;
  database_.write(account.act(act), [&](db::Session& session) {
    storage::AcmeStore store{session};
    check_may_act(store, record);
    if (!store.deactivate(record.id)) {
      throw base::Error{base::ErrorCode::conflict, "the account is deactivated already"};
    }
    session.record("acme_account", record.id, record.reference().to_string(),
                   StatusChanged{AccountStatus::deactivated});
  });
  return reload(record.id);
}

Result<AcmeAccounts::KeyChange> AcmeAccounts::change_key(const auth::Act& act,
                                                         const AcmeAccount& account,
                                                         const crypto::PublicKey& key) {
  if (const auto weakness = key.weakness()) {
    return refuse(ProblemType::badPublicKey, "the new key is weak: " + *weakness);
  }
  const auto& record = account.account;
  const auto thumbprint = core::acme::thumbprint(key);
  const auto find_other = [&](db::Session& session) -> std::optional<core::acme::AccountReference> {
    const auto other = storage::AcmeStore{session}.find_account_by_key(thumbprint);
    return other ? std::optional{other->reference()} : std::nullopt;
  };
  if (auto other = database_.read(find_other)) {
    return KeyChange{.account = nullptr, .conflicting = std::move(other)};
  }
  try {
    database_.write(account.act(act), [&](db::Session& session) {
      storage::AcmeStore store{session};
      check_may_act(store, record);
      store.set_key(record.id, thumbprint, key.name(), base::to_bytes(key.spki()));
      session.record("acme_account", record.id, record.reference().to_string(),
                     KeyChanged{record.key_thumbprint, thumbprint});
    });
  } catch (const base::Error& error) {
    auto other =
        error.code() == base::ErrorCode::conflict ? database_.read(find_other) : std::nullopt;
    if (!other) {
      throw;
    }
    return KeyChange{.account = nullptr, .conflicting = std::move(other)};  // it came in between
  }
  return KeyChange{.account = reload(record.id), .conflicting = std::nullopt};
}

}  // namespace service
