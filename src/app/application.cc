#include "app/application.h"

#include <unistd.h>

#include <filesystem>

#include "api/v2/account.h"
#include "api/v2/acme.h"
#include "api/v2/acme_admin.h"
#include "api/v2/audit.h"
#include "api/v2/audit_integrity.h"
#include "api/v2/auth.h"
#include "api/v2/authorities.h"
#include "api/v2/certificate_bulk.h"
#include "api/v2/certificate_view.h"
#include "api/v2/certificates.h"
#include "api/v2/csrs.h"
#include "api/v2/dashboard.h"
#include "api/v2/groups.h"
#include "api/v2/health.h"
#include "api/v2/idempotency.h"
#include "api/v2/imports.h"
#include "api/v2/lints.h"
#include "api/v2/revocation.h"
#include "api/v2/settings.h"
#include "api/v2/setup.h"
#include "api/v2/surface.h"
#include "api/v2/templates.h"
#include "api/v2/users.h"
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
#include "service/api_keys.h"
#include "service/audit_log.h"
#include "service/audit_retention.h"
#include "service/crls.h"
#include "service/general_settings.h"
#include "service/imports.h"
#include "service/inventory.h"
#include "service/issuance_idempotency.h"
#include "service/ocsp.h"
#include "service/requests.h"
#include "service/revocation.h"
#include "service/server_certificate.h"
#include "service/setup.h"
#include "service/sign_in.h"
#include "service/templates.h"
#include "service/totp.h"
#include "service/users.h"
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
  http::PipelineParts pipeline_parts();
  http::ServerOptions server_options();
  service::AcmeSettings acme_settings();
  std::string audit_origin() const;

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
  service::Authorities authorities;
  service::Issuance issuance;
  service::Idempotency idempotency;
  service::Templates templates;
  service::Revocation revocation;
  service::Inventory inventory;
  service::Requests requests;
  service::Imports imports;
  service::Crls crls;
  service::Ocsp ocsp;
  protocol::ocsp::ReplyCache ocsp_replies;
  service::Passwords passwords{random};
  service::Users users;
  service::SignIn sign_in;
  service::ApiKeys api_keys;
  service::Totp totp;
  service::AccessRules access;
  service::Setup setup;
  service::ServerCertificate server_certificate;

  net::UnboundResolver resolver;
  net::AcmeValidator validator;
  service::Acme acme;

  http::Surface v2 = api::v2::surface();
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
      authorities{*database, keys, random, clock,
                  [this] {
                    const auto chosen_base = general.get().protocol_base_url;
                    return chosen_base.empty() ? addresses.http_base : chosen_base;
                  }},
      issuance{*database, authorities, keys, random, clock, directory.node()},
      idempotency{*database, clock, directory.node()},
      templates{*database, clock},
      revocation{*database, clock},
      inventory{*database, keys, clock},
      requests{*database, issuance, keys, random, clock},
      imports{*database, authorities, requests, keys, random, clock},
      crls{*database, authorities, clock},
      ocsp{*database, authorities, clock},
      users{*database, passwords, clock},
      sign_in{*database, passwords, master, random, clock, general},
      api_keys{*database, master, random, clock},
      totp{*database, master, random, clock},
      access{*database, clock},
      setup{*database, authorities, users, master, random, clock, general},
      server_certificate{*database, authorities, issuance, keys, clock, addresses.names},
      resolver{resolver_options(settings)},
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
      live{[this](const http::Request& request) { return session_caller(sign_in, request); }} {
  sign_in.set_failures_of_address(3 * settings.limit_sign_in);
  db::migrate(*database, storage::migrations());
  check_master_key(*database, master, clock);
  if (const int voided = issuance.void_open_intents(); voided > 0) {
    base::log_warning("issuances cut off by a crash were voided", {{"number", voided}});
  }
  idempotency.release_open();
  issuance.on_issuing(
      [this](db::Session& session, const auth::Act& act, const core::Certificate& made) {
        idempotency.note(session, act, made);
      });
  templates.make_built_in();
  revocation.on_revoked([this](const core::Certificate& certificate) {
    ocsp_replies.forget(certificate.serial_number.to_string());
  });
  database->on_commit([this](std::span<const db::Entry> entries) {
    for (const auto& entry : entries) {
      publish(live, entry);
    }
  });
  first_start();

  http::Router router;
  router.add(routes());
  pipeline = std::make_unique<http::Pipeline>(std::move(router), pipeline_parts());
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
          .own_url = addresses.https_base};
}

// Names the audit log for good: the host, and something that no other log of that host has.
std::string Application::Parts::audit_origin() const {
  auto host = addresses.https_base.substr(addresses.https_base.find("//") + 2);
  host = host.substr(0, host.rfind(':'));
  return host + "/audit-log/" + master.fingerprint("name", "audit log").substr(0, 8);
}

std::vector<http::Route> Application::Parts::routes() {
  api::v2::add_setup(v2, setup, authorities, sign_in, [this] { renew_server_certificate(); });
  api::v2::add_auth(v2, sign_in, users, general);
  api::v2::add_account(v2, *database, users, sign_in, api_keys, totp, general);
  api::v2::add_users(v2, users, totp);
  api::v2::add_groups(v2, access);
  api::v2::add_roles(v2, access);
  api::v2::add_authorities(v2, *database, authorities, crls);
  api::v2::add_certificates(v2, *database, authorities, issuance, revocation, inventory, general);
  api::v2::add_certificate_bulk(v2, *database, authorities, issuance, revocation, inventory);
  api::v2::add_csrs(v2, *database, requests, authorities, general);
  api::v2::add_imports(v2, *database, imports, authorities);
  api::v2::add_revocation(v2, authorities, crls, [this] {
    return api::v2::OcspCounts{ocsp_replies.requests(), ocsp_replies.hits()};
  });
  api::v2::add_acme(v2, *database, authorities, acme_general);
  api::v2::add_acme_services(v2, *database, acme);
  api::v2::add_acme_domains(v2, *database, acme);
  api::v2::add_acme_external_accounts(v2, *database, acme);
  api::v2::add_acme_traces(v2, *database);
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
  api::v2::add_settings(v2, general, [this] { authorities.forget(); });
  api::v2::add_templates(v2, templates, authorities);
  api::v2::add_lints(v2, *database);
  api::v2::add_idempotency(
      v2, idempotency, [this](const core::CertificateId& id, const http::Call& call) {
        const auto certificate = database->read(
            [&](db::Session& session) { return storage::CertificateStore{session}.find(id); });
        return certificate ? json::to_text(api::v2::view(*certificate, authorities, call.now))
                           : std::string{"null"};
      });

  const auto add = [&](std::vector<http::Route> more) {
    others.insert(others.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  };
  add(api::v2::health_routes(*database, started_at));
  add(protocol::ocsp::routes(ocsp, ocsp_replies, clock));
  add(protocol::crl::routes(authorities, crls));
  add(protocol::aia::routes(authorities));
  add(protocol::audit::routes(audit_log));
  add(protocol::acme::acme_routes(acme));

  auto all = v2.routes;
  all.insert(all.end(), others.begin(), others.end());
  const auto add_undescribed = [&](std::vector<http::Route> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  };
  add_undescribed(console.routes());
  add_undescribed(swagger.routes());
  add_undescribed(own_routes(metrics, [this] { return describe_api(v2, others); }));
  return all;
}

http::PipelineParts Application::Parts::pipeline_parts() {
  return {.identify = [this](const http::Request& request) { return identify(sign_in, request); },
          .record_refusal =
              [this](const auth::Act& act, const http::Route& route, int status,
                     std::string_view reason) {
                record_refusal(*database, act, route, status, reason);
              },
          .refusals = {{"/api", v2.refuse}, protocol::acme::acme_refusal(acme)},
          .page =
              [this](const http::Request& request) {
                return std::optional{http::console_page(console, request)};
              },
          .clock = &clock,
          .limits = limits(settings)};
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
  parts.acme.validation.start();
  parts.server->start();
  parts.audit_log.start();
  parts.scheduler = std::make_unique<jobs::Scheduler>(jobs::all_jobs(
      {.database = *parts.database,
       .clock = parts.clock,
       .authorities = parts.authorities,
       .crls = parts.crls,
       .sign_in = parts.sign_in,
       .renew_server_certificate = [&parts] { parts.renew_server_certificate(); },
       .remove_old_audit_entries =
           [&parts] {
             service::AuditRetention{*parts.database, parts.audit_log, parts.clock}.run_daily();
           }}));
  parts.scheduler->start();
}

bool Application::stop() {
  const bool finished = parts_->server->stop();
  parts_->scheduler.reset();
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
  return describe_api(parts_->v2, parts_->others);
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

base::Secret Application::new_setup_token() {
  if (!parts_->setup.is_needed()) {
    throw base::Error{base::ErrorCode::conflict,
                      "the set-up is done: use `certwright admin reset-password` to get in"};
  }
  return parts_->setup.new_token();
}

}  // namespace app
