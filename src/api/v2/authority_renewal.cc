#include "api/v2/authority_renewal.h"

#include "api/v2/authority_orders.h"
#include "api/v2/authority_view.h"
#include "api/v2/certificate_orders.h"
#include "api/v2/certificate_view.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

struct RenewBody {
  static constexpr json::Alias aliases[] = {{"validityYears", "validity_years"},
                                            {"keyAlgo", "key_algorithm"},
                                            {"key_type", "key_algorithm"},
                                            {"keySize", "key_size"},
                                            {"rekey", "new_key"}};
  std::optional<int> validity_days;
  std::optional<int> validity_years;
  std::optional<bool> new_key;
  std::optional<std::string> key_algorithm;
  std::optional<json::TextOrNumber> key_size;
  std::optional<bool> switch_over;
};
BOOST_DESCRIBE_STRUCT(RenewBody, (),
                      (validity_days, validity_years, new_key, key_algorithm, key_size,
                       switch_over))

struct CrossSignBody {
  static constexpr json::Alias aliases[] = {{"parent_id", "issuer_id"},
                                            {"validityYears", "validity_years"}};
  core::AuthorityId issuer_id;
  std::optional<int> validity_days;
  std::optional<int> validity_years;
};
BOOST_DESCRIBE_STRUCT(CrossSignBody, (), (issuer_id, validity_days, validity_years))

struct AuthorityRenewals {
  db::Database& database;
  service::Authorities& authorities;
  service::AuthorityRenewal& renewal;

  http::Done<AuthorityView> renew(const http::Call& call, const core::AuthorityId& id,
                                  const RenewBody& body) const;
  http::Created<FurtherView> cross_sign(const http::Call& call, const core::AuthorityId& id,
                                        const CrossSignBody& body) const;
  std::vector<FurtherView> certificates(const http::Call& call, const core::AuthorityId& id) const;
};

}  // namespace

void add_authority_renewal(http::Surface& surface, db::Database& database,
                           service::Authorities& authorities, service::AuthorityRenewal& renewal) {
  http::Resource cas{surface, "Authorities", AuthorityRenewals{database, authorities, renewal}};

  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/renew",
                         .summary = "Renew an authority, over its key or with a new one",
                         .access = auth::write_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.renew",
                         .handler = &AuthorityRenewals::renew});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/cross-sign",
                         .summary = "Have another authority certify this one as well",
                         .access = auth::write_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.cross_sign",
                         .handler = &AuthorityRenewals::cross_sign});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/{ca_id}/further-certificates",
                         .summary = "List the cross-signed and former certificates of an authority",
                         .access = auth::read_cas,
                         .handler = &AuthorityRenewals::certificates});
}

namespace {

http::Done<AuthorityView> AuthorityRenewals::renew(const http::Call& call,
                                                   const core::AuthorityId& id,
                                                   const RenewBody& body) const {
  service::AuthorityRenewal::Wanted wanted{
      .validity = authority_validity(body.validity_days, body.validity_years),
      .new_key = body.new_key.value_or(false),
      .key_algorithm = std::nullopt,
      .switch_over = body.switch_over.value_or(false)};
  if (body.key_algorithm || body.key_size) {
    wanted.key_algorithm = key_algorithm(
        body.key_algorithm, body.key_size ? std::optional{body.key_size->text} : std::nullopt,
        crypto::KeyAlgorithm::ec_p384);
  }
  const auto renewed = renewal.renew(call.act, id, wanted);
  const auto issued = database.read([&](db::Session& session) {
    return storage::CertificateStore{session}.issued_by(renewed.id);
  });
  return {.data = api::v2::view(*authorities.issuer(renewed.id), issued, call.now),
          .message = wanted.new_key ? "Successor made" : "Authority renewed"};
}

http::Created<FurtherView> AuthorityRenewals::cross_sign(const http::Call& call,
                                                         const core::AuthorityId& id,
                                                         const CrossSignBody& body) const {
  const auto made = renewal.cross_sign(call.act, id, body.issuer_id,
                                       authority_validity(body.validity_days, body.validity_years));
  return {.data = further_view(made, call.now), .message = "Authority cross-signed"};
}

std::vector<FurtherView> AuthorityRenewals::certificates(const http::Call& call,
                                                         const core::AuthorityId& id) const {
  std::vector<FurtherView> list;
  for (const auto& certificate : renewal.certificates(id)) {
    list.push_back(further_view(certificate, call.now));
  }
  return list;
}

}  // namespace
}  // namespace api::v2
