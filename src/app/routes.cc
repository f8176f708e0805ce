#include "protocol/acme/routes.h"

#include "api/acme_admin/parts.h"
#include "api/acme_admin/surface.h"
#include "api/v2/account.h"
#include "api/v2/acme.h"
#include "api/v2/acme_admin.h"
#include "api/v2/acme_statistics.h"
#include "api/v2/audit.h"
#include "api/v2/audit_export.h"
#include "api/v2/audit_integrity.h"
#include "api/v2/auth.h"
#include "api/v2/authorities.h"
#include "api/v2/authority_export.h"
#include "api/v2/authority_renewal.h"
#include "api/v2/authority_requests.h"
#include "api/v2/authority_revocation.h"
#include "api/v2/certificate_bulk.h"
#include "api/v2/certificate_view.h"
#include "api/v2/certificates.h"
#include "api/v2/csrs.h"
#include "api/v2/ct.h"
#include "api/v2/dashboard.h"
#include "api/v2/expiry_alerts.h"
#include "api/v2/groups.h"
#include "api/v2/health.h"
#include "api/v2/idempotency.h"
#include "api/v2/imports.h"
#include "api/v2/lints.h"
#include "api/v2/mail.h"
#include "api/v2/mtls.h"
#include "api/v2/password_reset.h"
#include "api/v2/rate_limits.h"
#include "api/v2/restrictions.h"
#include "api/v2/revocation.h"
#include "api/v2/revocation_jobs.h"
#include "api/v2/saved_queries.h"
#include "api/v2/settings.h"
#include "api/v2/setup.h"
#include "api/v2/surface.h"
#include "api/v2/syslog.h"
#include "api/v2/tags.h"
#include "api/v2/templates.h"
#include "api/v2/user_certificates.h"
#include "api/v2/users.h"
#include "api/v2/webauthn.h"
#include "api/v2/webhooks.h"
#include "app/access.h"
#include "app/parts.h"
#include "http/openapi.h"
#include "protocol/aia/routes.h"
#include "protocol/audit/routes.h"
#include "protocol/crl/routes.h"
#include "protocol/ocsp/routes.h"
#include "storage/acme_store.h"

namespace app {

std::vector<http::Route> Application::Parts::routes() {
  add_v2();
  add_acme_admin();
  add_protocols();
  api::v2::restrict_routes(v2, restrictions);
  api::v2::restrict_routes(acme_admin, restrictions);
  auto all = v2.routes;
  all.insert(all.end(), acme_admin.routes.begin(), acme_admin.routes.end());
  all.insert(all.end(), others.begin(), others.end());
  const auto add_undescribed = [&](std::vector<http::Route> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  };
  add_undescribed(console.routes());
  add_undescribed(swagger.routes());
  add_undescribed(own_routes(metrics, [this] { return describe(); }));
  return all;
}

void Application::Parts::add_v2() {
  api::v2::add_setup(v2, setup, authorities, sign_in, [this] { renew_server_certificate(); });
  api::v2::add_auth(v2, sign_in, users, general, restrictions, ways_to_sign_in());
  api::v2::add_password_reset(v2, password_reset, mail);
  api::v2::add_webauthn(v2, webauthn, sign_in, general);
  api::v2::add_mtls(v2, *database, certificate_sign_in, sign_in);
  api::v2::add_mail(v2, mail);
  api::v2::add_syslog(v2, syslog);
  api::v2::add_webhooks(v2, webhooks);
  api::v2::add_expiry_alerts(v2, expiry_notices);
  api::v2::add_ct(v2, ct_submission);
  api::v2::add_rate_limits(
      v2, *database, rates,
      {.configured = limits(),
       .limiter = [this]() -> http::RateLimiter& { return pipeline->limiter(); },
       .exempt = [this](const std::vector<std::string>& networks) { pipeline->exempt(networks); }});
  api::v2::add_account(v2, *database, users, sign_in, api_keys, totp, general);
  api::v2::add_users(v2, *database, users, totp, webauthn, password_reset);
  api::v2::add_user_permissions(v2, *database);
  api::v2::add_groups(v2, *database, access);
  api::v2::add_roles(v2, access);
  api::v2::add_restrictions(v2, restrictions);
  api::v2::add_authorities(v2, *database, authorities, crls, restrictions);
  api::v2::add_authority_export(v2, authorities);
  api::v2::add_authority_renewal(v2, *database, authorities, authority_renewal);
  api::v2::add_authority_revocation(v2, *database, authorities, authority_revocation);
  api::v2::add_authority_requests(v2, *database, authorities, authority_requests, crls,
                                  offline_crls);
  api::v2::add_user_certificates(v2, *database, certificate_sign_in, authorities, inventory);
  api::v2::add_certificates(v2, *database, authorities, issuance, revocation, inventory, general,
                            restrictions);
  api::v2::add_certificate_bulk(v2, *database, authorities, issuance, revocation, inventory,
                                restrictions, tags);
  api::v2::add_tags(v2, *database, restrictions, tags);
  api::v2::add_saved_queries(v2, saved_queries);
  api::v2::add_csrs(v2, *database, requests, authorities, general);
  api::v2::add_imports(v2, *database, imports, authorities);
  api::v2::add_revocation_jobs(v2, *database, revocation_jobs);
  api::v2::add_revocation(v2, authorities, crls, ocsp_responders, revocation_points, [this] {
    return api::v2::OcspCounts{ocsp_replies.requests(), ocsp_replies.hits()};
  });
  api::v2::add_acme(v2, *database, authorities, acme_general);
  api::v2::add_acme_services(v2, *database, acme);
  api::v2::add_acme_domains(v2, *database, acme);
  api::v2::add_acme_external_accounts(v2, *database, acme);
  api::v2::add_acme_traces(v2, *database);
  api::v2::add_acme_statistics(v2, *database);
  api::v2::add_acme_approvals(v2, *database, acme);
  api::v2::add_acme_quotas(v2, *database, acme);
  api::v2::add_acme_retention(v2, *database, clock);
  api::v2::add_dashboard(v2, {.database = *database,
                              .authorities = authorities,
                              .crls = crls,
                              .started_at = started_at,
                              .acme_numbers = [this] {
                                return database->read([](db::Session& session) {
                                  const storage::AcmeStore store{session};
                                  return api::v2::AcmeNumbers{store.count_accounts(),
                                                              store.count_orders({})};
                                });
                              }});
  api::v2::add_audit(v2, *database);
  api::v2::add_audit_integrity(v2, *database, audit_log, clock);
  api::v2::add_audit_export(v2, *database, audit_log);
  api::v2::add_settings(v2, general, [this] { authorities.forget(); });
  api::v2::add_templates(v2, templates, authorities, restrictions);
  api::v2::add_lints(v2, *database);
  api::v2::add_idempotency(v2, idempotency,
                           [this](const storage::IdempotencyKey& key, const http::Call& call) {
                             return api::v2::shown_again(*database, authorities, key, call.now);
                           });
}

void Application::Parts::add_acme_admin() {
  const api::acme_admin::Parts parts{.database = *database,
                                     .users = users,
                                     .sign_in = sign_in,
                                     .acme = acme,
                                     .bulk_revocation = acme_bulk_revocation,
                                     .notifications = acme_notifications,
                                     .authorities = authorities,
                                     .crls = crls,
                                     .random = random,
                                     .base_url = [this](const http::Request& request) {
                                       const auto chosen = general.get().base_url;
                                       return chosen.empty() ? "https://" + request.host : chosen;
                                     }};
  api::acme_admin::add_sign_in(acme_admin, parts);
  api::acme_admin::add_users(acme_admin, parts);
  api::acme_admin::add_audit(acme_admin, parts);
  api::acme_admin::add_credentials(acme_admin, parts);
  api::acme_admin::add_identifiers(acme_admin, parts);
  api::acme_admin::add_profiles(acme_admin, parts);
  api::acme_admin::add_accounts(acme_admin, parts);
  api::acme_admin::add_certificates(acme_admin, parts);
  api::acme_admin::add_notifications(acme_admin, parts);
  api::acme_admin::add_operations(acme_admin, parts);
}

void Application::Parts::add_protocols() {
  const auto add = [&](std::vector<http::Route> more) {
    others.insert(others.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  };
  add(api::v2::health_routes(*database, started_at));
  add(protocol::ocsp::routes(ocsp, ocsp_replies, clock));
  add(protocol::crl::routes(authorities, crls, clock));
  add(protocol::aia::routes(authorities));
  add(protocol::audit::routes(audit_log));
  add(protocol::acme::acme_routes(acme));
}

api::v2::WaysToSignIn Application::Parts::ways_to_sign_in() {
  return {
      .webauthn = [this] { return !webauthn.obstacle(); },
      .certificate = [this](const http::Request& request) -> api::v2::WaysToSignIn::Certificate {
        if (!certificate_sign_in.settings().enabled) {
          return {false, "not_present", ""};
        }
        const auto der = api::v2::shown_certificate(request);
        if (der.empty()) {
          return {true, "not_present", ""};
        }
        const auto shown = certificate_sign_in.look_at(der);
        return {true, shown.problem.empty() ? "enrolled" : "present",
                shown.problem.empty() ? shown.user->username : ""};
      }};
}

std::string Application::Parts::describe() const {
  const http::Surface* const surfaces[] = {&v2, &acme_admin};
  return describe_api(surfaces, others);
}

}  // namespace app
