#pragma once

#include <optional>
#include <string>

#include "core/acme/problem.h"
#include "crypto/token.h"
#include "service/acme_accounts.h"
#include "storage/acme_store.h"

// What the use cases about orders and authorizations have in common: an account sees its own things
// only, and what belongs to others is answered like what does not exist.
namespace service {

template <class Object, class Reference>
bool is_own(const std::optional<Object>& object, const AcmeAccount& account,
            const Reference& reference) {
  return object && object->account_id == account.account.id &&
         crypto::equal_in_constant_time(object->secret, reference.secret());
}

inline std::unexpected<core::acme::Problem> no_such(const char* what) {
  constexpr int not_found = 404;
  return core::acme::refuse(core::acme::ProblemType::malformed,
                            std::string{"there is no such "} + what, not_found);
}

// Within the transaction that acts for the account: another node may have ended it.
inline void check_may_act(storage::AcmeStore& store, const core::acme::Account& account) {
  if (!store.may_act(account.id, account.key_thumbprint)) {
    throw base::Error{base::ErrorCode::unauthenticated, "the account may not act any more"};
  }
}

// For the audit log: the names of an order.
inline std::string list_of(const std::vector<core::acme::Identifier>& identifiers) {
  constexpr std::size_t longest = 200;
  std::string list;
  for (const auto& identifier : identifiers) {
    list += (list.empty() ? "" : ", ") + identifier.value;
    if (list.size() > longest) {
      return list + ", ...";
    }
  }
  return list;
}

}  // namespace service
