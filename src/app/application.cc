#include "app/application.h"

#include <unistd.h>

#include <filesystem>

#include "api/acme_admin/parts.h"
#include "api/acme_admin/surface.h"
#include "api/v2/account.h"
#include "api/v2/acme.h"
#include "api/v2/acme_admin.h"
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
#include "api/v2/templates.h"
#include "api/v2/user_certificates.h"
#include "api/v2/users.h"
#include "api/v2/webauthn.h"
#include "api/v2/webhooks.h"
#include "app/access.h"
#include "app/addresses.h"
#include "base/log.h"
#include "core/ids.h"
#include "crypto/token.h"
#include "http/assets.h"
#include "http/live.h"
#include "http/metrics.h"
#include "http/openapi.h"
#include "http/pipeline.h"
#include "http/router.h"
#include "http/server.h"
#include "jobs/jobs.h"
#include "net/acme_validation.h"
#include "net/unbound_resolver.h"
#include "protocol/acme/routes.h"
#include "protocol/aia/routes.h"
#include "protocol/audit/routes.h"
#include "protocol/crl/routes.h"
#include "protocol/ocsp/reply_cache.h"
#include "protocol/ocsp/routes.h"
#include "service/access.h"
#include "service/acme.h"
#include "service/acme_bulk_revocation.h"
#include "service/acme_notifications.h"
#include "service/api_keys.h"
#include "service/audit_log.h"
#include "service/audit_retention.h"
#include "service/authority_renewal.h"
#include "service/authority_requests.h"
#include "service/authority_revocation.h"
#include "service/certificate_sign_in.h"
#include "service/crls.h"
#include "service/ct_submission.h"
#include "service/event_hooks.h"
#include "service/event_mails.h"
#include "service/events_queue.h"
#include "service/expiry_notices.h"
#include "service/general_settings.h"
#include "service/generated_password.h"
#include "service/import_folder.h"
#include "service/imports.h"
#include "service/inventory.h"
#include "service/issuance_idempotency.h"
#include "service/mail_queue.h"
#include "service/ocsp.h"
#include "service/ocsp_responders.h"
#include "service/offline_crls.h"
#include "service/password_reset.h"
#include "service/requests.h"
#include "service/restrictions.h"
#include "service/revocation.h"
#include "service/revocation_jobs.h"
#include "service/revocation_points.h"
#include "service/saved_queries.h"
#include "service/server_certificate.h"
#include "service/setup.h"
#include "service/sign_in.h"
#include "service/syslog_forwarding.h"
#include "service/templates.h"
#include "service/totp.h"
#include "service/users.h"
#include "service/webauthn.h"
#include "service/webhooks.h"
#include "storage/acme_store.h"
#include "storage/certificate_store.h"
#include "storage/migrations.h"
#include "storage/settings_store.h"

namespace app {
namespace {

std::unique_ptr<db::Database> open_database(const Settings& settings,
                                            const DataDirectory& directory,
                                            const base::Clock& clock) {
  const auto url = settings.database.reveal();
  if (url.empty()) {
    return db::open_sqlite({.path = directory.sqlite_file()}, clock);
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return db::open_postgres(
        {.url = std::string{url}, .connections = settings.database_connections}, clock);
  }
  throw base::Error{base::ErrorCode::invalid_request,
                    "the database is not a postgresql:// URL; leave it out for SQLite"};
}

// The database was made under this master key, or is new.
void check_master_key(db::Database& database, const service::MasterKey& master,
                      const base::Clock& clock) {
  constexpr std::string_view name = "master_key.fingerprint";
  const auto fingerprint = master.fingerprint("certwright", "master key");
  database.write({.by = "system", .action = "setup.master_key"}, [&](db::Session& session) {
    storage::SettingsStore settings{session};
    const auto known = settings.find(name);
    if (known && *known != fingerprint) {
      throw base::Error{base::ErrorCode::unavailable,
                        "this is not the master key that the database was made with: start with "
                        "that key (master.key of its data directory, or CERTWRIGHT_MASTER_KEY)"};
    }
    if (!known) {
      session.bookkeeping("by what the right master key is recognized");
      settings.put(name, fingerprint, clock.now());
    }
  });
}

template <class T, class... More>
T parsed(std::string_view setting, const std::string& text, More... more) {
  auto value = T::parse(text, more...);
  if (!value) {
    throw base::Error{base::ErrorCode::invalid_request,
                      std::string{setting} + ": '" + text + "': " + value.error().reason};
  }
  return *std::move(value);
}

template <class T, class... More>
std::vector<T> parsed_list(std::string_view setting, const std::vector<std::string>& texts,
                           More... more) {
  std::vector<T> values;
  for (const auto& text : texts) {
    values.push_back(parsed<T>(setting, text, more...));
  }
  return values;
}

constexpr int dns_port = 53;

net::ResolverOptions resolver_options(const Settings& settings) {
  return {.servers = parsed_list<net::Endpoint>("dns.resolvers", settings.dns_resolvers, dns_port),
          .zones = parsed_list<net::ZoneResolver>("dns.zone_resolvers", settings.dns_zone_resolvers,
                                                  dns_port),
          .dnssec = base::from_text<net::Dnssec>(settings.dns_dnssec).value()};
}

net::AcmeValidationOptions validation_options(const Settings& settings) {
  return {.http01_port = settings.acme_http01_port,
          .tlsalpn01_port = settings.acme_tlsalpn01_port,
          .allowed_targets =
              parsed_list<net::Network>("acme.allow_targets", settings.acme_allow_targets)};
}

http::Rate rate(int per_minute) {
  return {.per_minute = per_minute, .burst = std::max(1, per_minute / 6)};
}

http::RateLimits limits(const Settings& settings) {
  return {.standard = rate(settings.limit_standard),
          .strict = rate(settings.limit_strict),
          .sign_in = rate(settings.limit_sign_in),
          .protocol = rate(settings.limit_protocol)};
}

}  // namespace

// In the order of dependence: what is further down uses what is above, and goes first.
struct Application::Parts {
  Parts(const Settings& chosen, DataDirectory& directory);

  void first_start();
  void renew_server_certificate();
  std::vector<http::Route> routes();
  void add_acme_admin();
  std::string describe() const;
  http::PipelineParts pipeline_parts();
  http::ServerOptions server_options();
  service::AcmeSettings acme_settings();
  std::string audit_origin() const;
  std::string console_url();
  std::string host_name() const;
  api::v2::WaysToSignIn ways_to_sign_in();
  void ask_for_certificates();
  auth::Caller live_caller(const http::Request& request);

  Settings settings;
  base::SystemClock clock;
  crypto::SystemRandom random;
  base::Time started_at = clock.now();
  Addresses addresses;

  service::MasterKey master;
  std::unique_ptr<db::Database> database;
  service::Keys keys{master, random, clock};
  service::AuditLog audit_log;
  service::StoredSettings<service::General> general;
  service::StoredSettings<service::AcmeGeneral> acme_general;
  service::Intents intents;
  service::Authorities authorities;
  service::Issuance issuance;
  service::Idempotency idempotency;
  service::Templates templates;
  service::Revocation revocation;
  service::Inventory inventory;
  service::SavedQueries saved_queries;
  service::Requests requests;
  service::Imports imports;
  service::AuthorityRenewal authority_renewal;
  service::AuthorityRequests authority_requests;
  service::AuthorityRevocation authority_revocation;
  service::Crls crls;
  service::OfflineCrls offline_crls;
  service::OcspResponders ocsp_responders;
  service::Ocsp ocsp;
  service::RevocationJobs revocation_jobs;
  protocol::ocsp::ReplyCache ocsp_replies;
  service::Passwords passwords{random};
  service::Users users;
  service::SignIn sign_in;
  service::ApiKeys api_keys;
  service::Totp totp;
  service::MailQueue mail;
  service::PasswordReset password_reset;
  service::Webauthn webauthn;
  service::CertificateSignIn certificate_sign_in;
  service::SyslogForwarding syslog;
  service::StoredSettings<service::RateSettings> rates;
  service::AccessRules access;
  service::Restrictions restrictions;
  service::Setup setup;
  service::ServerCertificate server_certificate;

  net::UnboundResolver resolver;
  service::Webhooks webhooks;
  service::EventHooks event_hooks;
  service::ExpiryNotices expiry_notices;
  service::CtSubmission ct_submission;
  service::RevocationPoints revocation_points;
  net::AcmeValidator validator;
  service::Acme acme;
  service::AcmeNotifications acme_notifications;
  service::EventMails event_mails;
  service::EventQueue events;
  service::AcmeBulkRevocation acme_bulk_revocation;

  http::Surface v2 = api::v2::surface();
  http::Surface acme_admin = api::acme_admin::surface();
  std::vector<http::Route> others;  // protocols: they are described too
  http::Assets console{http::console_files()};
  http::Assets swagger{http::swagger_files(), "/swagger"};
  http::Metrics metrics;
  http::Live live;
  std::unique_ptr<http::Pipeline> pipeline;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<jobs::Scheduler> scheduler;
};

Application::Parts::Parts(const Settings& chosen, DataDirectory& directory)
    : settings{chosen},
      addresses{choose_addresses(settings)},
      master{directory.master_key(settings)},
      database{open_database(settings, directory, clock)},
      audit_log{*database, keys, clock, [this] { return audit_origin(); }},
      general{*database, clock, "general"},
      acme_general{*database, clock, "acme"},
      intents{*database, random, clock, directory.node()},
      authorities{*database,
                  keys,
                  intents,
                  random,
                  clock,
                  [this] {
                    const auto chosen_base = general.get().protocol_base_url;
                    return chosen_base.empty() ? addresses.http_base : chosen_base;
                  }},
      issuance{*database, authorities, keys, intents, random, clock},
      idempotency{*database, clock, directory.node()},
      templates{*database, clock},
      revocation{*database, clock},
      inventory{*database, keys, clock},
      saved_queries{*database, clock},
      requests{*database, issuance, keys, random, clock},
      imports{*database, authorities, requests, keys, random, clock},
      authority_renewal{*database, authorities, keys, random, clock},
      authority_requests{*database, authorities, authority_renewal, imports, keys, clock},
      authority_revocation{*database, authorities, clock},
      crls{*database, authorities, clock},
      offline_crls{*database, authorities, crls, clock},
      ocsp_responders{*database, authorities, issuance, keys, clock},
      ocsp{*database, authorities, ocsp_responders, clock},
      revocation_jobs{*database, revocation, clock},
      users{*database, passwords, clock},
      sign_in{*database, passwords, master, random, clock, general},
      api_keys{*database, master, random, clock},
      totp{*database, master, random, clock},
      mail{*database, master, random, clock, [this] { return host_name(); }},
      password_reset{
          *database, passwords, mail, master, random, clock, [this] { return console_url(); }},
      webauthn{*database, sign_in, totp, master, random, clock, [this] { return console_url(); }},
      certificate_sign_in{*database, sign_in, authorities, issuance, revocation, clock},
      syslog{*database, clock, [this] { return host_name(); }},
      rates{*database, clock, "rates"},
      access{*database, clock},
      restrictions{*database},
      setup{*database, authorities, users, master, random, clock, general},
      server_certificate{*database, authorities, issuance, keys, clock, addresses.names},
      resolver{resolver_options(settings)},
      webhooks{*database,
               master,
               random,
               clock,
               {.resolver = resolver,
                .allowed_targets = parsed_list<net::Network>("webhooks.allow_targets",
                                                             settings.webhooks_allow_targets)}},
      event_hooks{{.commands = settings.hooks_commands,
                   .events = settings.hooks_events,
                   .limits = {.time = std::chrono::seconds{settings.hooks_timeout}}}},
      expiry_notices{*database, authorities, mail, clock},
      ct_submission{*database, clock,
                    [this](const net::PostRequest& request) {
                      auto allowed = request;
                      allowed.allowed_targets = parsed_list<net::Network>(
                          "webhooks.allow_targets", settings.webhooks_allow_targets);
                      return net::post(resolver, allowed);
                    }},
      revocation_points{authorities, crls, resolver, random, clock},
      validator{resolver, validation_options(settings)},
      acme{{.database = *database,
            .authorities = authorities,
            .issuance = issuance,
            .revocation = revocation,
            .validator = validator,
            .master = master,
            .random = random,
            .clock = clock,
            .settings = [this] { return acme_settings(); }}},
      acme_notifications{*database, mail, clock},
      event_mails{*database, acme_notifications, clock},
      events{*database, clock, {&webhooks, &event_hooks, &event_mails}},
      acme_bulk_revocation{*database, revocation, acme_notifications, clock},
      live{[this](const http::Request& request) { return live_caller(request); }} {
  sign_in.set_failures_of_address(3 * settings.limit_sign_in);
  password_reset.set_asks_of_address(settings.limit_sign_in == 0 ? 0 : 10);
  certificate_sign_in.on_change([this] { ask_for_certificates(); });
  db::migrate(*database, storage::migrations());
  check_master_key(*database, master, clock);
  if (const int voided = intents.void_open(); voided > 0) {
    base::log_warning("serial numbers that a crash left in use were voided", {{"number", voided}});
  }
  idempotency.release_open();
  issuance.on_issuing(
      [this](db::Session& session, const auth::Act& act, const core::Certificate& made) {
        idempotency.note(session, act, made);
      });
  authorities.on_made(
      [this](db::Session& session, const auth::Act& act, std::string_view kind,
             std::int64_t number) { idempotency.note_made(session, act, kind, number); });
  ocsp.live_for([this] { return std::chrono::hours{general.get().ocsp_response_validity_hours}; });
  authority_revocation.on_change([this](const service::AuthorityRevocation::Changed& changed) {
    ocsp_replies.forget(changed.second.to_string());
    crls.changed(changed.first);
  });
  issuance.on_signing([this](const service::Issuance::Request& request,
                             const service::Issuer& issuer, const x509::TbsCertificate& tbs) {
    const bool is_wanted = ct_submission.is_wanted(
        {request.authority_id, request.source,
         request.order.rules ? std::optional{request.order.rules->template_id} : std::nullopt});
    return is_wanted ? std::optional{ct_submission.submit(issuer, tbs)} : std::nullopt;
  });
  templates.make_built_in();
  revocation.on_revoked([this](const core::Certificate& certificate) {
    ocsp_replies.forget(certificate.serial_number.to_string());
    if (certificate.source == core::Source::system) {
      ocsp_responders.forget();
    }
    crls.changed(certificate.authority_id);
  });
  database->on_commit([this](std::span<const db::Entry> entries) {
    sign_in.note_changes(entries);
    restrictions.note_changes(entries);
    for (const auto& entry : entries) {
      publish(live, entry);
    }
  });
  first_start();

  http::Router router;
  router.add(routes());
  pipeline = std::make_unique<http::Pipeline>(std::move(router), pipeline_parts());
  pipeline->exempt(rates.get().whitelist);
}

// Authorities at once, the administrator from the environment or by the one-time link.
void Application::Parts::first_start() {
  setup.make_first_authorities();
  if (setup.is_needed() && !settings.admin_password.empty()) {
    users.create({.by = "system", .action = "user.create"}, {.username = "admin",
                                                             .email = {},
                                                             .full_name = "Administrator",
                                                             .role = "admin",
                                                             .password = settings.admin_password,
                                                             .must_change_password = false,
                                                             .accept_weak_password = true});
    base::log_info("the first administrator was made", {{"username", "admin"}});
  }
}

void Application::Parts::renew_server_certificate() {
  const auto identity = server_certificate.current();
  if (server) {
    server->set_certificate(identity.chain_pem, identity.key_pem);
  }
}

service::AcmeSettings Application::Parts::acme_settings() {
  const auto stored = acme_general.get();
  return {.enabled = stored.enabled,
          .authority_id = std::nullopt,
          .validity = std::chrono::days{stored.validity_days},
          .terms_of_service = stored.terms_of_service,
          .website = {},
          .caa_identities = settings.acme_caa_identities,
          .allowed_suffixes = settings.acme_allowed_suffixes,
          .base_url = general.get().base_url,
          .own_url = addresses.https_base,
          .allowlists_enforced = settings.acme_enforce_account_allowlist,
          .csr_profile_required = settings.acme_require_csr_profile,
          .approval_required = stored.require_approval,
          .quotas = {
              .account = {stored.account_orders, stored.account_hours},
              .external_account = {stored.external_account_orders, stored.external_account_hours},
              .identifier = {stored.identifier_orders, stored.identifier_hours}}};
}

// Names the audit log for good: the host, and something that no other log of that host has.
std::string Application::Parts::audit_origin() const {
  return host_name() + "/audit-log/" + master.fingerprint("name", "audit log").substr(0, 8);
}

std::string Application::Parts::host_name() const {
  const auto host = addresses.https_base.substr(addresses.https_base.find("//") + 2);
  return host.substr(0, host.rfind(':'));
}

// Where people reach the console: what mails link to, and whose passkeys these are.
std::string Application::Parts::console_url() {
  const auto chosen = general.get().base_url;
  return chosen.empty() ? addresses.https_base : chosen;
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

// Events name what happened anywhere: whoever is restricted gets none.
auth::Caller Application::Parts::live_caller(const http::Request& request) {
  auto caller = session_caller(sign_in, request);
  return restrictions.reach_of(caller)->is_everything() ? std::move(caller)
                                                        : auth::Caller{.username = "anonymous"};
}

// Browsers offer those of a person's certificates that the named authorities issued.
void Application::Parts::ask_for_certificates() {
  if (!server) {
    return;
  }
  std::vector<std::string> names;
  for (const auto& issuer : authorities.issuers()) {
    names.emplace_back(base::as_text(issuer->certificate.subject_der()));
  }
  server->ask_for_certificates(certificate_sign_in.settings().enabled, names);
}

std::vector<http::Route> Application::Parts::routes() {
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
      {.configured = limits(settings),
       .limiter = [this]() -> http::RateLimiter& { return pipeline->limiter(); },
       .exempt = [this](const std::vector<std::string>& networks) { pipeline->exempt(networks); }});
  api::v2::add_account(v2, *database, users, sign_in, api_keys, totp, general);
  api::v2::add_users(v2, users, totp, webauthn, password_reset);
  api::v2::add_groups(v2, access);
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
                                restrictions);
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

  add_acme_admin();

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

std::string Application::Parts::describe() const {
  const http::Surface* const surfaces[] = {&v2, &acme_admin};
  return describe_api(surfaces, others);
}

http::PipelineParts Application::Parts::pipeline_parts() {
  return {.identify = [this](const http::Request& request) { return identify(sign_in, request); },
          .record_refusal =
              [this](const auth::Act& act, const http::Route& route, int status,
                     std::string_view reason) {
                record_refusal(*database, act, route, status, reason);
              },
          .refusals = {{"/api", acme_admin.refuse},
                       {"/api/v2", v2.refuse},
                       protocol::acme::acme_refusal(acme)},
          .page =
              [this](const http::Request& request) {
                return std::optional{http::console_page(console, request)};
              },
          .clock = &clock,
          .limits = api::v2::limits_of(rates.get(), limits(settings))};
}

http::ServerOptions Application::Parts::server_options() {
  const auto identity = server_certificate.current();
  http::ServerOptions options;
  options.listeners = {{.address = settings.listen,
                        .port = static_cast<std::uint16_t>(addresses.https_port),
                        .tls = true},
                       {.address = settings.listen,
                        .port = static_cast<std::uint16_t>(addresses.http_port),
                        .tls = false}};
  options.threads = settings.http_threads;
  options.workers = settings.http_workers;
  options.queue = static_cast<std::size_t>(settings.http_queue);
  options.max_connections = static_cast<std::size_t>(settings.http_max_connections);
  options.identity = http::TlsIdentity{identity.chain_pem, identity.key_pem};
  options.trusted_proxies = settings.trusted_proxies;
  return options;
}

Application::Application(const Settings& settings, DataDirectory& directory)
    : parts_{std::make_unique<Parts>(settings, directory)} {}

Application::~Application() = default;

void Application::start() {
  auto& parts = *parts_;
  parts.live.add("/api/v2/live", auth::Access::to_everyone_signed_in());
  parts.server = std::make_unique<http::Server>(parts.server_options(), *parts.pipeline,
                                                parts.metrics, &parts.live);
  parts.ask_for_certificates();
  parts.acme.validation.start();
  parts.server->start();
  parts.audit_log.start();
  parts.crls.start();
  parts.revocation_jobs.start();
  parts.mail.start();
  parts.syslog.start();
  parts.events.start();
  parts.scheduler = std::make_unique<jobs::Scheduler>(jobs::all_jobs(
      {.database = *parts.database,
       .clock = parts.clock,
       .authorities = parts.authorities,
       .crls = parts.crls,
       .ocsp_responders = parts.ocsp_responders,
       .sign_in = parts.sign_in,
       .acme_notifications = parts.acme_notifications,
       .renew_server_certificate = [&parts] { parts.renew_server_certificate(); },
       .remove_old_audit_entries =
           [&parts] {
             service::AuditRetention{*parts.database, parts.audit_log, parts.clock}.run_daily();
           },
       .tell_of_ends = [&parts] { parts.expiry_notices.check(); },
       .clean_event_deliveries = [&parts] { parts.events.clean(); }}));
  parts.scheduler->start();
}

bool Application::stop() {
  const bool finished = parts_->server->stop();
  parts_->scheduler.reset();
  parts_->revocation_jobs.stop();
  parts_->crls.stop();
  parts_->events.stop();
  parts_->syslog.stop();
  parts_->mail.stop();
  parts_->audit_log.stop();
  parts_.reset();
  return finished;
}

Welcome Application::welcome() {
  auto& parts = *parts_;
  Welcome welcome{.https_base = parts.addresses.https_base,
                  .http_base = parts.addresses.http_base,
                  .root_fingerprint = {},
                  .root_reference = {},
                  .setup_token = {}};
  const auto issuing = parts.authorities.issuer(parts.authorities.default_authority());
  const auto& root = issuing->chain.back();
  welcome.root_fingerprint = api::v2::with_colons(root.sha256_fingerprint());
  for (const auto& issuer : parts.authorities.issuers()) {
    if (issuer->certificate == root) {
      welcome.root_reference = issuer->authority.refid.to_string();
    }
  }
  if (parts.setup.is_needed()) {
    welcome.setup_token = parts.setup.new_token();
  }
  return welcome;
}

std::string Application::openapi() const {
  return parts_->describe();
}

base::Secret Application::reset_password(const std::string& username) {
  const auto user = parts_->users.find_by_name(username);
  if (!user) {
    throw base::Error{base::ErrorCode::not_found, "there is no user " + username};
  }
  base::Secret password{crypto::random_token(parts_->random, 18)};
  parts_->users.set_password({.by = "command line", .action = "user.reset_password"}, user->id,
                             password, true, 0);
  return password;
}

base::Secret Application::create_user(const std::string& username, const std::string& email,
                                      const std::string& role) {
  auto& parts = *parts_;
  const auto password = service::generated_password(parts.random);
  parts.users.create(
      {.by = "command line", .action = "user.create"},
      {.username = username, .email = email, .full_name = {}, .role = role, .password = password});
  return password;
}

std::string Application::import_folder(const std::string& path,
                                       const std::vector<base::Secret>& passwords, bool keep,
                                       bool leave_out_conflicts) {
  const auto folder = service::read_folder(path, passwords);
  const auto plan = parts_->imports.plan(folder.content);
  auto said = service::describe(folder, plan);
  if (!keep) {
    return said + "Nothing was kept: run it again with --yes.\n";
  }
  if (!folder.conflicts.empty() && !leave_out_conflicts) {
    throw base::Error{base::ErrorCode::conflict, "nothing was kept:\n" + said +
                                                     "mend this, or leave it out with "
                                                     "--leave-out-conflicts"};
  }
  service::Imports::Options options;
  options.update_existing = true;
  options.leave_out_others = leave_out_conflicts;
  options.revoked = folder.revoked;
  options.crl_numbers = folder.crl_numbers;
  const auto outcome = parts_->imports.import({.by = "command line", .action = "import.folder"},
                                              folder.content, options);
  for (const auto& left_out : outcome.left_out) {
    said += "  left out: " + left_out + "\n";
  }
  return said + "Kept: " + std::to_string(outcome.authorities.size()) + " authorities, " +
         std::to_string(outcome.certificates.size()) + " certificates (" +
         std::to_string(outcome.revoked) + " revoked), " + std::to_string(outcome.requests.size()) +
         " requests, " + std::to_string(outcome.keys_kept) + " private keys.\n";
}

base::Secret Application::new_setup_token() {
  if (!parts_->setup.is_needed()) {
    throw base::Error{base::ErrorCode::conflict,
                      "the set-up is done: use `certwright admin reset-password` to get in"};
  }
  return parts_->setup.new_token();
}

}  // namespace app
