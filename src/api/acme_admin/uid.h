#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/uuid.h"
#include "core/acme/account.h"
#include "core/acme/allowed_identifier.h"
#include "core/acme/csr_profile.h"
#include "core/acme/notification.h"
#include "core/acme/order.h"
#include "db/database.h"

// The contract's ids are UUIDs, ours are numbers. A UUID of version 8 (RFC 9562, section 5.8) holds
// what it names and the number, so that no table has to know both.
namespace api::acme_admin {

template <class Id>
inline constexpr int kind_of = 0;
template <>
inline constexpr int kind_of<core::UserId> = 1;
template <>
inline constexpr int kind_of<core::acme::AccountId> = 2;
template <>
inline constexpr int kind_of<core::acme::ExternalAccountId> = 3;
template <>
inline constexpr int kind_of<core::acme::AllowedIdentifierId> = 4;
template <>
inline constexpr int kind_of<core::acme::CsrProfileId> = 5;
template <>
inline constexpr int kind_of<core::CertificateId> = 6;
template <>
inline constexpr int kind_of<core::acme::OrderId> = 7;
template <>
inline constexpr int kind_of<base::Id<db::Entry>> = 8;

template <>
inline constexpr int kind_of<core::acme::NotificationId> = 9;

// "63657274-7772-8001-8000-00000000002a"; `kind` is the 1 in it, the number the 2a.
std::string uid_text(int kind, std::int64_t number);
// Any other UUID names what does not exist: a number that is never drawn.
std::expected<std::int64_t, base::ParseError> uid_number(int kind, std::string_view text);

template <class Id>
class Uid {
 public:
  static constexpr std::string_view schema_format = "uuid";

  Uid(Id id) : id_{id} {}  // NOLINT: views are made from records

  static std::expected<Uid, base::ParseError> parse(std::string_view text) {
    const auto number = uid_number(kind_of<Id>, text);
    return number ? std::expected<Uid, base::ParseError>{Uid{Id::from_number(*number).value()}}
                  : std::unexpected(number.error());
  }

  std::string to_string() const {
    static_assert(kind_of<Id> > 0);
    return uid_text(kind_of<Id>, id_.to_number());
  }

  Id id() const { return id_; }
  auto operator<=>(const Uid&) const = default;

 private:
  Id id_;
};

using UserUid = Uid<core::UserId>;
using AccountUid = Uid<core::acme::AccountId>;
using CredentialUid = Uid<core::acme::ExternalAccountId>;
using IdentifierUid = Uid<core::acme::AllowedIdentifierId>;
using ProfileUid = Uid<core::acme::CsrProfileId>;
using CertificateUid = Uid<core::CertificateId>;
using OrderUid = Uid<core::acme::OrderId>;
using NotificationUid = Uid<core::acme::NotificationId>;
using EntryUid = Uid<base::Id<db::Entry>>;

}  // namespace api::acme_admin
