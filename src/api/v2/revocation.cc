#include "api/v2/revocation.h"

#include "crypto/pem.h"

namespace api::v2 {
namespace {

struct CrlView {
  core::AuthorityId id;
  core::AuthorityId ca_id;
  std::string ca_name;
  base::Uuid caref;
  std::int64_t crl_number;
  base::Time this_update;
  base::Time next_update;
  std::int64_t revoked_count;
  bool is_delta;
  bool is_stale;
  std::int64_t days_until_expiry;
  std::string url;
};
BOOST_DESCRIBE_STRUCT(CrlView, (),
                      (id, ca_id, ca_name, caref, crl_number, this_update, next_update,
                       revoked_count, is_delta, is_stale, days_until_expiry, url))

struct CrlDetail : CrlView {
  std::string crl_pem;
};
BOOST_DESCRIBE_STRUCT(CrlDetail, (CrlView), (crl_pem))

struct OcspStatus {
  bool enabled;
  bool running;
  std::int64_t ca_count;
};
BOOST_DESCRIBE_STRUCT(OcspStatus, (), (enabled, running, ca_count))

struct Revocation {
  service::Authorities& authorities;
  service::Crls& crls;
  std::function<OcspCounts()> counts;

  std::vector<CrlView> list(const http::Call& call) const;
  CrlDetail read(const http::Call& call, const core::AuthorityId& id) const;
  http::Done<CrlView> regenerate(const http::Call& call, const core::AuthorityId& id) const;
  OcspStatus ocsp_status(const http::Call& call) const;
  OcspCounts ocsp_stats(const http::Call& call) const;
};

}  // namespace

void add_revocation(http::Surface& surface, service::Authorities& authorities, service::Crls& crls,
                    std::function<OcspCounts()> ocsp_counts) {
  http::Resource revocation{surface, "Revocation",
                            Revocation{authorities, crls, std::move(ocsp_counts)}};

  revocation.add(http::Endpoint{.method = http::get,
                                .path = "/crl",
                                .summary = "List the current CRL of each authority",
                                .access = auth::read_crl,
                                .handler = &Revocation::list});
  revocation.add(http::Endpoint{.method = http::get,
                                .path = "/crl/{ca_id}",
                                .summary = "Read the current CRL of an authority",
                                .access = auth::read_crl,
                                .handler = &Revocation::read});
  revocation.add(http::Endpoint{.method = http::post,
                                .path = "/crl/{ca_id}/regenerate",
                                .summary = "Make a new CRL now",
                                .access = auth::write_crl,
                                .limit = http::Limit::strict,
                                .action = "crl.generate",
                                .handler = &Revocation::regenerate});
  revocation.add(http::Endpoint{.method = http::get,
                                .path = "/ocsp/status",
                                .summary = "Say whether the OCSP responder answers",
                                .access = auth::read_certificates,
                                .handler = &Revocation::ocsp_status});
  revocation.add(http::Endpoint{.method = http::get,
                                .path = "/ocsp/stats",
                                .summary = "Count OCSP requests since the start",
                                .access = auth::read_certificates,
                                .handler = &Revocation::ocsp_stats});
}

namespace {

CrlView view(const service::Issuer& issuer, const storage::StoredCrl& crl, base::Time now) {
  return {.id = issuer.authority.id,
          .ca_id = issuer.authority.id,
          .ca_name = issuer.authority.name,
          .caref = issuer.authority.refid,
          .crl_number = crl.number,
          .this_update = crl.this_update,
          .next_update = crl.next_update,
          .revoked_count = crl.entries,
          .is_delta = false,
          .is_stale = crl.next_update < now,
          .days_until_expiry = std::chrono::floor<std::chrono::days>(crl.next_update - now).count(),
          .url = issuer.facts.addresses.crl};
}

std::vector<CrlView> Revocation::list(const http::Call& call) const {
  std::vector<CrlView> views;
  for (const auto& issuer : authorities.issuers()) {
    if (issuer->signer) {
      views.push_back(view(*issuer, *crls.current(issuer->authority.id), call.now));
    }
  }
  return views;
}

CrlDetail Revocation::read(const http::Call& call, const core::AuthorityId& id) const {
  const auto issuer = authorities.issuer(id);
  const auto crl = crls.current(id);
  return {view(*issuer, *crl, call.now), crypto::to_pem("X509 CRL", crl->der)};
}

http::Done<CrlView> Revocation::regenerate(const http::Call& call,
                                           const core::AuthorityId& id) const {
  const auto issuer = authorities.issuer(id);
  const auto crl = crls.regenerate(call.act, id);
  return {.data = view(*issuer, *crl, call.now), .message = "CRL generated"};
}

OcspStatus Revocation::ocsp_status(const http::Call& /*call*/) const {
  std::int64_t count = 0;
  for (const auto& issuer : authorities.issuers()) {
    count += issuer->signer ? 1 : 0;
  }
  return {.enabled = true, .running = true, .ca_count = count};
}

OcspCounts Revocation::ocsp_stats(const http::Call& /*call*/) const {
  return counts();
}

}  // namespace
}  // namespace api::v2
