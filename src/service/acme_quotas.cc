#include "service/acme_quotas.h"

#include <algorithm>

#include "storage/acme_quota_store.h"

namespace service {
namespace {

using core::acme::Identifier;
using core::acme::Problem;
using core::acme::ProblemType;
using core::acme::Quota;
using core::acme::QuotaKind;
using core::acme::Result;

struct Forgotten {
  QuotaKind kind;
  std::string subject;
};
BOOST_DESCRIBE_STRUCT(Forgotten, (), (kind, subject))

std::string words(const Quota& quota) {
  return std::to_string(quota.orders) + (quota.orders == 1 ? " order" : " orders") + " in " +
         std::to_string(quota.hours) + (quota.hours == 1 ? " hour" : " hours");
}

std::string reason(const AcmeQuotas::Share& share) {
  switch (share.kind) {
    case QuotaKind::account:
      return "this account has ordered its " + words(share.quota);
    case QuotaKind::external_account:
      return "the accounts of this account's external account have ordered their " +
             words(share.quota);
    case QuotaKind::identifier:
      return share.subject + ": there were " + words(share.quota) + " for this name";
  }
  return {};
}

int seconds(std::int64_t wait) {
  return static_cast<int>(std::min<std::int64_t>(wait, core::acme::longest_quota_hours * 3600));
}

}  // namespace

std::vector<AcmeQuotas::Share> AcmeQuotas::shares(const AcmeAccount& account,
                                                  const std::vector<Identifier>& identifiers,
                                                  bool is_renewal, const AcmeSettings& settings) {
  std::vector<Share> shares;
  const auto add = [&](QuotaKind kind, std::string subject, const Quota& quota,
                       const std::optional<Identifier>& identifier = std::nullopt) {
    const bool is_there = std::ranges::any_of(
        shares, [&](const auto& share) { return share.kind == kind && share.subject == subject; });
    if (quota.orders > 0 && !is_there) {  // a name and its wildcard are one
      shares.push_back({kind, std::move(subject), quota, identifier});
    }
  };
  const auto& quotas = settings.quotas;
  add(QuotaKind::account, std::to_string(account.account.id.to_number()), quotas.account);
  if (account.account.eab_id) {
    add(QuotaKind::external_account, std::to_string(account.account.eab_id->to_number()),
        quotas.external_account);
  }
  if (!is_renewal) {
    for (const auto& identifier : identifiers) {
      add(QuotaKind::identifier, identifier.base_name(), quotas.identifier, identifier);
    }
  }
  return shares;
}

Result<void> AcmeQuotas::check(const std::vector<Share>& shares) {
  if (shares.empty()) {
    return {};
  }
  const auto now = clock_.now();
  std::optional<Problem> problem;
  database_.read([&](db::Session& session) {
    const storage::AcmeQuotaStore store{session};
    for (const auto& share : shares) {
      const auto spent =
          core::acme::spend(share.quota, store.spent_until(share.kind, share.subject), now);
      if (spent) {
        continue;
      }
      problem = problem.value_or(Problem{.type = ProblemType::rateLimited, .detail = {}});
      problem->detail += (problem->detail.empty() ? "" : "; ") + reason(share);
      problem->retry_after = std::max(problem->retry_after, seconds(spent.error()));
      if (share.identifier) {
        problem->subproblems.push_back(
            {.type = ProblemType::rateLimited,
             .detail = reason(share),
             .identifier = core::acme::RequestedIdentifier{
                 share.identifier->type == core::acme::IdentifierType::ip ? "ip" : "dns",
                 share.identifier->value}});
      }
    }
  });
  if (problem) {
    problem->detail += "; try again in " + std::to_string(problem->retry_after) + " seconds";
    return std::unexpected(*std::move(problem));
  }
  return {};
}

void AcmeQuotas::spend(db::Session& session, const std::vector<Share>& shares) const {
  const auto now = clock_.now();
  storage::AcmeQuotaStore store{session};
  for (const auto& share : shares) {
    if (!store.spend(share.kind, share.subject, core::acme::terms_of(share.quota, now))) {
      throw base::Error{base::ErrorCode::rate_limited, reason(share)}.retry_after(1);
    }
  }
}

bool AcmeQuotas::forget(const auth::Act& act, QuotaKind kind, const std::string& subject) {
  return database_.write(act, [&](db::Session& session) {
    if (!storage::AcmeQuotaStore{session}.remove(kind, subject)) {
      return false;
    }
    session.record("acme_quota", core::KeyId::from_number(1).value(), subject,
                   Forgotten{kind, subject});
    return true;
  });
}

}  // namespace service
