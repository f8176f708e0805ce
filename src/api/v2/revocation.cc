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
  base::Time next_publish;
  std::int64_t revoked_count;
  bool is_delta;
  std::optional<std::int64_t> base_crl_number;
  bool is_stale;
  std::int64_t days_until_expiry;
  std::string url;
};
BOOST_DESCRIBE_STRUCT(CrlView, (),
                      (id, ca_id, ca_name, caref, crl_number, this_update, next_update,
                       next_publish, revoked_count, is_delta, base_crl_number, is_stale,
                       days_until_expiry, url))

struct CrlRow : CrlView {
  std::optional<CrlView> delta_crl;
};
BOOST_DESCRIBE_STRUCT(CrlRow, (CrlView), (delta_crl))

struct CrlDetail : CrlView {
  std::string crl_pem;
};
BOOST_DESCRIBE_STRUCT(CrlDetail, (CrlView), (crl_pem))

struct Config {
  core::AuthorityId ca_id;
  std::int64_t crl_validity_days;
  std::int64_t crl_publish_interval_hours;
  std::string crl_digest;
  bool delta_crl_enabled;
  std::int64_t delta_crl_interval;
  std::int64_t delta_crl_validity_hours;
  bool freshest_crl_in_certificates;
  std::int64_t crl_shards;
  bool ocsp_delegated;
  bool cdp_enabled;
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (ca_id, crl_validity_days, crl_publish_interval_hours, crl_digest,
                       delta_crl_enabled, delta_crl_interval, delta_crl_validity_hours,
                       freshest_crl_in_certificates, crl_shards, ocsp_delegated, cdp_enabled))

struct ConfigBody {
  std::optional<std::int64_t> crl_validity_days;
  std::optional<std::int64_t> crl_publish_interval_hours;
  std::optional<bool> delta_crl_enabled;
  std::optional<std::int64_t> delta_crl_interval;
  std::optional<std::int64_t> delta_crl_validity_hours;
  std::optional<bool> freshest_crl_in_certificates;
  std::optional<std::int64_t> crl_shards;
  std::optional<bool> ocsp_delegated;
};
BOOST_DESCRIBE_STRUCT(ConfigBody, (),
                      (crl_validity_days, crl_publish_interval_hours, delta_crl_enabled,
                       delta_crl_interval, delta_crl_validity_hours, freshest_crl_in_certificates,
                       crl_shards, ocsp_delegated))

struct DeltaConfigBody {
  std::optional<bool> enabled;
  std::optional<std::int64_t> interval;  // hours
};
BOOST_DESCRIBE_STRUCT(DeltaConfigBody, (), (enabled, interval))

struct SwitchBody {
  std::optional<bool> enabled;  // left out: the other way round
};
BOOST_DESCRIBE_STRUCT(SwitchBody, (), (enabled))

struct OcspStatus {
  bool enabled;
  bool running;
  std::int64_t ca_count;
};
BOOST_DESCRIBE_STRUCT(OcspStatus, (), (enabled, running, ca_count))

BOOST_DEFINE_ENUM_CLASS(SignedBy, authority, responder, nobody)

// Who signs the OCSP answers of an authority.
struct ResponderView {
  core::AuthorityId ca_id;
  std::string ca_name;
  bool delegated;
  SignedBy signed_by;
  std::optional<core::CertificateId> certificate_id;
  std::optional<base::Time> valid_from;
  std::optional<base::Time> valid_to;
};
BOOST_DESCRIBE_STRUCT(ResponderView, (),
                      (ca_id, ca_name, delegated, signed_by, certificate_id, valid_from, valid_to))

struct Revocation {
  service::Authorities& authorities;
  service::Crls& crls;
  service::OcspResponders& responders;
  service::RevocationPoints& points;
  std::function<OcspCounts()> counts;

  std::vector<CrlRow> list(const http::Call& call) const;
  CrlDetail read(const http::Call& call, const core::AuthorityId& id) const;
  http::Done<CrlView> regenerate(const http::Call& call, const core::AuthorityId& id) const;
  CrlDetail read_delta(const http::Call& call, const core::AuthorityId& id) const;
  http::Done<CrlView> regenerate_delta(const http::Call& call, const core::AuthorityId& id) const;
  std::vector<service::RevocationPoint> measure(const http::Call& call,
                                                const core::AuthorityId& id) const;
  Config config(const http::Call& call, const core::AuthorityId& id) const;
  http::Done<Config> configure(const http::Call& call, const core::AuthorityId& id,
                               const ConfigBody& body) const;
  http::Done<Config> configure_delta(const http::Call& call, const core::AuthorityId& id,
                                     const DeltaConfigBody& body) const;
  http::Done<Config> switch_lists(const http::Call& call, const core::AuthorityId& id,
                                  const SwitchBody& body) const;
  OcspStatus ocsp_status(const http::Call& call) const;
  OcspCounts ocsp_stats(const http::Call& call) const;
  std::vector<ResponderView> ocsp_responders(const http::Call& call) const;

 private:
  CrlView view(const service::Issuer& issuer, const storage::StoredCrl& crl,
               const core::RevocationSettings& settings, base::Time now) const;
  CrlView made(const http::Call& call, const core::AuthorityId& id,
               const core::CrlScope& scope) const;
  Config view(const core::AuthorityId& id) const;
};

void add_lists(http::Resource<Revocation>& revocation) {
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
                                .path = "/crl/{ca_id}/delta",
                                .summary = "Read the current delta CRL of an authority",
                                .access = auth::read_crl,
                                .handler = &Revocation::read_delta});
  revocation.add(http::Endpoint{.method = http::post,
                                .path = "/crl/{ca_id}/delta/regenerate",
                                .summary = "Make a new delta CRL now",
                                .access = auth::write_crl,
                                .limit = http::Limit::strict,
                                .action = "crl.generate",
                                .handler = &Revocation::regenerate_delta});
  revocation.add(
      http::Endpoint{.method = http::get,
                     .path = "/crl/{ca_id}/points",
                     .summary = "Fetch what certificates point to, and say how fresh it is",
                     .access = auth::read_crl,
                     .limit = http::Limit::strict,
                     .handler = &Revocation::measure});
}

void add_settings_of_lists(http::Resource<Revocation>& revocation) {
  revocation.add(http::Endpoint{.method = http::get,
                                .path = "/crl/{ca_id}/config",
                                .summary = "Say how an authority publishes what it revoked",
                                .access = auth::read_crl,
                                .handler = &Revocation::config});
  revocation.add(http::Endpoint{.method = http::post,
                                .path = "/crl/{ca_id}/config",
                                .summary = "Choose how an authority publishes what it revoked",
                                .access = auth::write_crl,
                                .action = "crl.configure",
                                .handler = &Revocation::configure});
  revocation.add(http::Endpoint{.method = http::patch,
                                .path = "/crl/{ca_id}/config",
                                .summary = "Choose how an authority publishes what it revoked",
                                .access = auth::write_crl,
                                .action = "crl.configure",
                                .handler = &Revocation::configure});
  revocation.add(http::Endpoint{.method = http::post,
                                .path = "/crl/{ca_id}/delta-config",
                                .summary = "Switch the delta CRL of an authority on or off",
                                .access = auth::write_crl,
                                .action = "crl.configure",
                                .handler = &Revocation::configure_delta});
  revocation.add(http::Endpoint{.method = http::post,
                                .path = "/crl/{ca_id}/auto-regen",
                                .summary = "Switch on or off whether certificates name the CRL",
                                .access = auth::write_crl,
                                .action = "ca.update",
                                .handler = &Revocation::switch_lists});
}

void add_ocsp(http::Resource<Revocation>& revocation) {
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
  revocation.add(http::Endpoint{.method = http::get,
                                .path = "/ocsp/responders",
                                .summary = "Say who signs the OCSP answers of each authority",
                                .access = auth::read_certificates,
                                .handler = &Revocation::ocsp_responders});
}

}  // namespace

void add_revocation(http::Surface& surface, service::Authorities& authorities, service::Crls& crls,
                    service::OcspResponders& responders, service::RevocationPoints& points,
                    std::function<OcspCounts()> ocsp_counts) {
  http::Resource revocation{
      surface, "Revocation",
      Revocation{authorities, crls, responders, points, std::move(ocsp_counts)}};
  add_lists(revocation);
  add_settings_of_lists(revocation);
  add_ocsp(revocation);
}

namespace {

CrlView Revocation::view(const service::Issuer& issuer, const storage::StoredCrl& crl,
                         const core::RevocationSettings& settings, base::Time now) const {
  const std::chrono::hours interval{crl.scope.is_delta() ? settings.delta_crl_interval
                                                         : settings.crl_publish_interval_hours};
  return {.id = issuer.authority.id,
          .ca_id = issuer.authority.id,
          .ca_name = issuer.authority.name,
          .caref = issuer.authority.refid,
          .crl_number = crl.number,
          .this_update = crl.this_update,
          .next_update = crl.next_update,
          .next_publish = std::min<base::Time>(crl.this_update + interval, crl.next_update),
          .revoked_count = crl.entries,
          .is_delta = crl.scope.is_delta(),
          .base_crl_number = crl.base_number,
          .is_stale = crl.next_update < now,
          .days_until_expiry = std::chrono::floor<std::chrono::days>(crl.next_update - now).count(),
          .url = core::crl_address(issuer.facts.addresses.crl, crl.scope)};
}

std::vector<CrlRow> Revocation::list(const http::Call& call) const {
  std::vector<CrlRow> rows;
  for (const auto& issuer : authorities.issuers()) {
    if (!issuer->signer) {
      continue;
    }
    const auto id = issuer->authority.id;
    const auto settings = crls.settings(id);
    CrlRow row{view(*issuer, *crls.current(id), settings, call.now), std::nullopt};
    if (settings.delta_crl_enabled) {
      row.delta_crl = view(*issuer, *crls.current(id, core::CrlScope::delta()), settings, call.now);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

CrlDetail Revocation::read(const http::Call& call, const core::AuthorityId& id) const {
  const auto issuer = authorities.issuer(id);
  const auto crl = crls.current(id);
  return {view(*issuer, *crl, crls.settings(id), call.now), crypto::to_pem("X509 CRL", crl->der)};
}

CrlDetail Revocation::read_delta(const http::Call& call, const core::AuthorityId& id) const {
  const auto issuer = authorities.issuer(id);
  const auto crl = crls.current(id, core::CrlScope::delta());
  return {view(*issuer, *crl, crls.settings(id), call.now), crypto::to_pem("X509 CRL", crl->der)};
}

CrlView Revocation::made(const http::Call& call, const core::AuthorityId& id,
                         const core::CrlScope& scope) const {
  const auto issuer = authorities.issuer(id);
  const auto settings = crls.settings(id);
  if (!issuer->signer) {
    throw base::Error{base::ErrorCode::invalid_request,
                      "the key of this authority is not here: its CRL is signed elsewhere"};
  }
  if (scope.is_delta() && !settings.delta_crl_enabled) {
    throw base::Error{base::ErrorCode::invalid_request,
                      "the delta CRL of this authority is switched off"};
  }
  return view(*issuer, *crls.regenerate(call.act, id, scope), settings, call.now);
}

http::Done<CrlView> Revocation::regenerate(const http::Call& call,
                                           const core::AuthorityId& id) const {
  return {.data = made(call, id, {}), .message = "CRL generated"};
}

http::Done<CrlView> Revocation::regenerate_delta(const http::Call& call,
                                                 const core::AuthorityId& id) const {
  return {.data = made(call, id, core::CrlScope::delta()), .message = "Delta CRL generated"};
}

std::vector<service::RevocationPoint> Revocation::measure(const http::Call& /*call*/,
                                                          const core::AuthorityId& id) const {
  return points.measure(id);
}

std::string digest_of(crypto::SignatureAlgorithm algorithm) {
  const auto name = crypto::to_text(algorithm);
  for (const char* bits : {"256", "384", "512"}) {
    if (name.find(bits) != std::string::npos) {
      return std::string{"sha"} + bits;
    }
  }
  return "sha512";  // Ed25519's own
}

Config Revocation::view(const core::AuthorityId& id) const {
  const auto issuer = authorities.issuer(id);
  const auto settings = crls.settings(id);
  return {.ca_id = id,
          .crl_validity_days = settings.crl_validity_days,
          .crl_publish_interval_hours = settings.crl_publish_interval_hours,
          .crl_digest = digest_of(issuer->facts.signature_algorithm),
          .delta_crl_enabled = settings.delta_crl_enabled,
          .delta_crl_interval = settings.delta_crl_interval,
          .delta_crl_validity_hours = settings.delta_crl_validity_hours,
          .freshest_crl_in_certificates = settings.freshest_crl_in_certificates,
          .crl_shards = settings.crl_shards,
          .ocsp_delegated = settings.ocsp_delegated,
          .cdp_enabled = issuer->authority.cdp_enabled};
}

Config Revocation::config(const http::Call& /*call*/, const core::AuthorityId& id) const {
  return view(id);
}

http::Done<Config> Revocation::configure(const http::Call& call, const core::AuthorityId& id,
                                         const ConfigBody& body) const {
  authorities.issuer(id);
  auto settings = crls.settings(id);
  const auto choose = [](auto& value, const auto& wish) { value = wish.value_or(value); };
  choose(settings.crl_validity_days, body.crl_validity_days);
  choose(settings.crl_publish_interval_hours, body.crl_publish_interval_hours);
  choose(settings.delta_crl_enabled, body.delta_crl_enabled);
  choose(settings.delta_crl_interval, body.delta_crl_interval);
  choose(settings.delta_crl_validity_hours, body.delta_crl_validity_hours);
  choose(settings.freshest_crl_in_certificates, body.freshest_crl_in_certificates);
  choose(settings.crl_shards, body.crl_shards);
  choose(settings.ocsp_delegated, body.ocsp_delegated);
  crls.configure(call.act, settings);
  responders.forget();
  return {.data = view(id), .message = "CRL configuration updated"};
}

http::Done<Config> Revocation::configure_delta(const http::Call& call, const core::AuthorityId& id,
                                               const DeltaConfigBody& body) const {
  auto done =
      configure(call, id, {.delta_crl_enabled = body.enabled, .delta_crl_interval = body.interval});
  done.message = "Delta CRL configuration updated";
  return done;
}

http::Done<Config> Revocation::switch_lists(const http::Call& call, const core::AuthorityId& id,
                                            const SwitchBody& body) const {
  const bool enabled = body.enabled.value_or(!authorities.issuer(id)->authority.cdp_enabled);
  authorities.update(call.act, id, {.cdp_enabled = enabled});
  return {.data = view(id),
          .message = enabled ? "Certificates name the CRL" : "Certificates name no CRL"};
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

std::vector<ResponderView> Revocation::ocsp_responders(const http::Call& /*call*/) const {
  std::vector<ResponderView> views;
  for (const auto& issuer : authorities.issuers()) {
    const auto responder = responders.of(*issuer);
    ResponderView view{.ca_id = issuer->authority.id,
                       .ca_name = issuer->authority.name,
                       .delegated = crls.settings(issuer->authority.id).ocsp_delegated,
                       .signed_by = issuer->signer ? SignedBy::authority : SignedBy::nobody,
                       .certificate_id = std::nullopt,
                       .valid_from = std::nullopt,
                       .valid_to = std::nullopt};
    if (responder) {
      view.signed_by = SignedBy::responder;
      view.certificate_id = responder->id;
      view.valid_from = responder->not_before;
      view.valid_to = responder->not_after;
    }
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace
}  // namespace api::v2
