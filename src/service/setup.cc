#include "service/setup.h"

#include "crypto/token.h"
#include "storage/settings_store.h"

namespace service {
namespace {

constexpr std::string_view token_setting = "setup.token";
constexpr std::string_view token_context = "setup token";
constexpr const char* root_field = "authorities.root_common_name";
constexpr const char* issuing_field = "authorities.issuing_common_name";

x509::Name subject(std::string_view organization, std::string_view common_name,
                   const char* common_name_field) {
  x509::Name name;
  std::vector<base::FieldError> errors;
  const auto add = [&](std::string_view type, std::string_view value, const char* field) {
    if (value.empty()) {
      return;
    }
    if (const auto added = name.add(type, value); !added) {
      errors.push_back({field, added.error().reason});
    }
  };
  add("O", organization, "authorities.organization");
  add("CN", common_name, common_name_field);
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  return name;
}

// What would be refused once the administrator is there already.
void check_authorities(const Setup::NewAuthorities& order) {
  std::vector<base::FieldError> errors;
  if (order.root_name.empty()) {
    errors.push_back({root_field, "an authority needs a name"});
  }
  if (order.issuing_name.empty()) {
    errors.push_back({issuing_field, "an authority needs a name"});
  }
  if (order.root_years < 1 || order.root_years > 50) {
    errors.push_back({"authorities.validity_years", "not between 1 and 50"});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  subject(order.organization, order.root_name, root_field);
  subject(order.organization, order.issuing_name, issuing_field);
}

}  // namespace

void Setup::make_first_authorities() {
  if (!authorities_.issuers().empty()) {
    return;
  }
  make_authorities({.by = "system", .action = "setup.authorities"},
                   {.organization = {},
                    .root_name = "Certwright Root CA",
                    .issuing_name = "Certwright Issuing CA"});
}

base::Secret Setup::new_token() {
  base::Secret token{crypto::random_token(random_)};
  const auth::Act act{.by = "system", .action = "setup.token"};
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping("the one-time link of the set-up");
    storage::SettingsStore{session}.put(
        token_setting, master_.fingerprint(token.reveal(), token_context), clock_.now());
  });
  return token;
}

void Setup::check_token(const base::Secret& token) {
  if (!is_needed()) {
    throw base::Error{base::ErrorCode::conflict,
                      "the set-up is done: sign in, or use `certwright admin reset-password`"};
  }
  const auto expected = database_.read(
      [&](db::Session& session) { return storage::SettingsStore{session}.find(token_setting); });
  if (!expected || !crypto::equal_in_constant_time(
                       *expected, master_.fingerprint(token.reveal(), token_context))) {
    throw base::Error{base::ErrorCode::forbidden,
                      "this link does not work: the server prints a new one when it starts"};
  }
}

core::User Setup::complete(const auth::Act& act, const base::Secret& token,
                           const Completion& wanted) {
  if (wanted.organization.size() > 64) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"organization", "has more than 64 characters"}}};
  }
  const std::lock_guard lock{completing_};
  check_token(token);
  if (wanted.authorities) {
    check_authorities(*wanted.authorities);
  }
  // The account comes first: what may be refused in it should not leave authorities behind.
  auto administrator = wanted.administrator;
  administrator.role = "admin";
  const auto user = users_.create(act, administrator);
  if (wanted.authorities) {
    std::vector<core::AuthorityId> before;
    for (const auto& issuer : authorities_.issuers()) {
      before.push_back(issuer->authority.id);
    }
    authorities_.set_default_authority(act, make_authorities(act, *wanted.authorities));
    remove_unused_authorities(act, before);
  }
  auto general = general_.get();
  general.organization = wanted.organization;
  general_.put(act, general);
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping("the link of the set-up is used up");
    storage::SettingsStore{session}.remove(token_setting);
  });
  return user;
}

core::AuthorityId Setup::make_authorities(const auth::Act& act, const NewAuthorities& order) {
  const auto root =
      authorities_.create(act, {.name = order.root_name,
                                .subject = subject(order.organization, order.root_name, root_field),
                                .type = core::AuthorityType::root,
                                .parent_id = std::nullopt,
                                .key_algorithm = order.root_key,
                                .validity = std::chrono::days{365} * order.root_years,
                                .path_length = std::nullopt});
  const auto issuing = authorities_.create(
      act, {.name = order.issuing_name,
            .subject = subject(order.organization, order.issuing_name, issuing_field),
            .type = core::AuthorityType::intermediate,
            .parent_id = root.id,
            .key_algorithm = crypto::KeyAlgorithm::ec_p256,
            .validity = std::chrono::days{365} * std::max(1, order.root_years / 2),
            .path_length = 0});
  return issuing.id;
}

// Those of the first start have issued the server's own certificate only, or nothing: what has
// issued stays, so that its certificates can be revoked.
void Setup::remove_unused_authorities(const auth::Act& act,
                                      const std::vector<core::AuthorityId>& ids) {
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    try {
      authorities_.remove(act, *id);
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode::conflict) {
        throw;
      }
    }
  }
}

}  // namespace service
