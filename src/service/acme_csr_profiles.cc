#include "service/acme_csr_profiles.h"

#include <boost/json.hpp>

#include "crypto/digest.h"
#include "storage/acme_csr_profile_store.h"
#include "storage/acme_service_store.h"
#include "storage/acme_store.h"

namespace service {
namespace {

using core::acme::AccountId;
using core::acme::CsrProfile;
using core::acme::CsrProfileId;
using core::acme::CsrRules;
using core::acme::ExternalAccountId;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_description = 10'000;
constexpr std::size_t longest_data = 100'000;

struct About {
  std::string name;
  json::Raw profile_data;
};
BOOST_DESCRIBE_STRUCT(About, (), (name, profile_data))

struct OfAccount {
  CsrProfileId profile_id;
  AccountId account_id;
  bool assigned;
};
BOOST_DESCRIBE_STRUCT(OfAccount, (), (profile_id, account_id, assigned))

struct OfExternalAccount {
  CsrProfileId profile_id;
  ExternalAccountId eab_id;
  std::string kid;
  bool assigned;
};
BOOST_DESCRIBE_STRUCT(OfExternalAccount, (), (profile_id, eab_id, kid, assigned))

About about(const CsrProfile& profile) {
  return {profile.name, {profile.profile_data}};
}

// The JSON to store; throws invalid_request with all that is wrong.
std::string checked(const AcmeCsrProfiles::Content& content) {
  std::vector<base::FieldError> errors;
  if (content.name.empty() || content.name.size() > longest_name) {
    errors.push_back({"name", "not 1 to 255 characters"});
  }
  if (content.description.size() > longest_description) {
    errors.push_back({"description", "has more than 10000 characters"});
  }
  auto text = boost::json::serialize(content.profile_data);
  if (text.size() > longest_data) {
    errors.push_back({"profile_data", "has more than 100000 characters"});
  }
  try {
    core::acme::read_csr_rules(content.profile_data);
  } catch (const base::Error& error) {
    errors.insert(errors.end(), error.fields().begin(), error.fields().end());
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  return text;
}

CsrProfile existing(const storage::AcmeCsrProfileStore& store, const CsrProfileId& id) {
  auto profile = store.find(id);
  if (!profile) {
    throw base::Error{base::ErrorCode::not_found, "there is no such CSR profile"};
  }
  return *std::move(profile);
}

void check_account(db::Session& session, const AccountId& id) {
  if (!storage::AcmeStore{session}.find(id)) {
    throw base::Error{base::ErrorCode::not_found, "there is no such ACME account"};
  }
}

core::acme::ExternalAccount existing_eab(db::Session& session, const ExternalAccountId& id) {
  auto external = storage::AcmeServiceStore{session}.find(id);
  if (!external) {
    throw base::Error{base::ErrorCode::not_found, "there is no such EAB credential"};
  }
  return *std::move(external);
}

core::acme::CsrHistory history_of(db::Session& session, const CsrRules& rules,
                                  const x509::CertificateRequest& request, base::Time now) {
  const storage::AcmeCsrProfileStore store{session};
  core::acme::CsrHistory history;
  if (!rules.keys_may_be_reused) {
    history.with_same_key = store.count_with_key(crypto::sha256(request.public_key().spki()));
  }
  if (rules.renewal_window_days > 0) {
    history.in_force_for_longer = store.count_in_force(
        core::acme::dns_names_of(request), now + std::chrono::days{rules.renewal_window_days});
  }
  return history;
}

std::vector<std::string> violations_in(db::Session& session, const CsrProfile& profile,
                                       const x509::CertificateRequest& request, base::Time now) {
  const auto rules = core::acme::csr_rules_of(profile);
  return core::acme::csr_violations(rules, request, history_of(session, rules, request, now), now);
}

}  // namespace

CsrProfile AcmeCsrProfiles::create(const auth::Act& act, const Content& content) {
  const auto data = checked(content);
  return database_.write(act, [&](db::Session& session) {
    storage::AcmeCsrProfileStore store{session};
    if (store.find_by_name(content.name)) {
      throw base::Error{base::ErrorCode::conflict, "another CSR profile has this name"};
    }
    const CsrProfile profile{.id = store.new_id(),
                             .name = content.name,
                             .description = content.description,
                             .profile_data = data,
                             .created_by = act.by,
                             .created_at = clock_.now(),
                             .updated_at = clock_.now()};
    store.insert(profile);
    session.record("acme_csr_profile", profile.id, profile.name, about(profile));
    return profile;
  });
}

CsrProfile AcmeCsrProfiles::replace(const auth::Act& act, const CsrProfileId& id,
                                    const Content& content) {
  const auto data = checked(content);
  return database_.write(act, [&](db::Session& session) {
    storage::AcmeCsrProfileStore store{session};
    auto profile = existing(store, id);
    const auto namesake = store.find_by_name(content.name);
    if (namesake && namesake->id != id) {
      throw base::Error{base::ErrorCode::conflict, "another CSR profile has this name"};
    }
    profile.name = content.name;
    profile.description = content.description;
    profile.profile_data = data;
    profile.updated_at = clock_.now();
    store.update(profile);
    session.record("acme_csr_profile", id, profile.name, about(profile));
    return profile;
  });
}

void AcmeCsrProfiles::remove(const auth::Act& act, const CsrProfileId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::AcmeCsrProfileStore store{session};
    const auto profile = existing(store, id);
    store.remove(id);
    session.record("acme_csr_profile", id, profile.name, about(profile));
  });
}

CsrProfile AcmeCsrProfiles::find(const CsrProfileId& id) {
  return database_.read(
      [&](db::Session& session) { return existing(storage::AcmeCsrProfileStore{session}, id); });
}

void AcmeCsrProfiles::set_assigned(const auth::Act& act, const AccountId& account,
                                   const CsrProfileId& id, bool assigned) {
  database_.write(act, [&](db::Session& session) {
    storage::AcmeCsrProfileStore store{session};
    const auto profile = existing(store, id);
    check_account(session, account);
    assigned ? store.assign(account, id) : store.unassign(account, id);
    session.record("acme_csr_profile", id, profile.name, OfAccount{id, account, assigned});
  });
}

void AcmeCsrProfiles::set_assigned(const auth::Act& act, const ExternalAccountId& eab,
                                   const CsrProfileId& id, bool assigned) {
  database_.write(act, [&](db::Session& session) {
    storage::AcmeCsrProfileStore store{session};
    const auto external = existing_eab(session, eab);
    const auto profile = existing(store, id);
    assigned ? store.assign(eab, id) : store.unassign(eab, id);
    session.record("acme_csr_profile", id, profile.name,
                   OfExternalAccount{id, eab, external.kid, assigned});
  });
}

std::vector<std::string> AcmeCsrProfiles::try_out(const CsrProfileId& id,
                                                  const x509::CertificateRequest& request) {
  return database_.read([&](db::Session& session) {
    const auto profile = existing(storage::AcmeCsrProfileStore{session}, id);
    return violations_in(session, profile, request, clock_.now());
  });
}

Result<void> AcmeCsrProfiles::check(const core::acme::Account& account,
                                    const x509::CertificateRequest& request, bool required) {
  constexpr int forbidden = 403;
  std::vector<std::string> violations;
  const bool has_profile = database_.read([&](db::Session& session) {
    const auto profile = storage::AcmeCsrProfileStore{session}.of(account.id, account.eab_id);
    if (profile) {
      violations = violations_in(session, *profile, request, clock_.now());
    }
    return profile.has_value();
  });
  if (!has_profile && required) {
    return refuse(ProblemType::badCSR, "No CSR profile assigned to this account", forbidden);
  }
  if (violations.empty()) {
    return {};
  }
  core::acme::Problem problem{.type = ProblemType::badCSR, .detail = "CSR profile violations: "};
  for (const auto& violation : violations) {
    problem.detail += (problem.subproblems.empty() ? "" : "; ") + violation;
    problem.subproblems.push_back({.type = ProblemType::badCSR, .detail = violation});
  }
  return std::unexpected(std::move(problem));
}

}  // namespace service
