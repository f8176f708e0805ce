#include "app/services.h"

#include "base/log.h"
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

}  // namespace

Services::Services(const Settings& chosen, DataDirectory& directory)
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
      tags{*database},
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
      acme_bulk_revocation{*database, revocation, acme_notifications, clock} {
  db::migrate(*database, storage::migrations());
  check_master_key(*database, master, clock);
  if (const int voided = intents.void_open(); voided > 0) {
    base::log_warning("serial numbers that a crash left in use were voided", {{"number", voided}});
  }
  idempotency.release_open();
  sign_in.set_failures_of_address(3 * settings.limit_sign_in);
  password_reset.set_asks_of_address(settings.limit_sign_in == 0 ? 0 : 10);
  connect();
  templates.make_built_in();
  first_start();
}

// What one has to know of the others.
void Services::connect() {
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
  revocation.on_revoked([this](const core::Certificate& certificate) {
    ocsp_replies.forget(certificate.serial_number.to_string());
    if (certificate.source == core::Source::system) {
      ocsp_responders.forget();
    }
    crls.changed(certificate.authority_id);
  });
}

// Authorities at once, the administrator from the environment or by the one-time link.
void Services::first_start() {
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

service::AcmeSettings Services::acme_settings() {
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
std::string Services::audit_origin() const {
  return host_name() + "/audit-log/" + master.fingerprint("name", "audit log").substr(0, 8);
}

std::string Services::host_name() const {
  const auto host = addresses.https_base.substr(addresses.https_base.find("//") + 2);
  return host.substr(0, host.rfind(':'));
}

// Where people reach the console: what mails link to, and whose passkeys these are.
std::string Services::console_url() {
  const auto chosen = general.get().base_url;
  return chosen.empty() ? addresses.https_base : chosen;
}

}  // namespace app
