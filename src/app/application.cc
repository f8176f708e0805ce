#include "app/application.h"

#include "api/v2/certificate_view.h"
#include "api/v2/rate_limits.h"
#include "app/access.h"
#include "app/parts.h"
#include "base/log.h"
#include "core/ids.h"
#include "crypto/token.h"
#include "http/router.h"
#include "protocol/acme/routes.h"
#include "service/audit_retention.h"
#include "service/generated_password.h"
#include "service/import_folder.h"
#include "storage/certificate_store.h"

namespace app {
namespace {

http::Rate rate(int per_minute) {
  return {.per_minute = per_minute, .burst = std::max(1, per_minute / 6)};
}

}  // namespace

Application::Parts::Parts(const Settings& chosen, DataDirectory& directory)
    : Services{chosen, directory},
      live{[this](const http::Request& request) { return live_caller(request); }} {
  certificate_sign_in.on_change([this] { ask_for_certificates(); });
  database->on_commit([this](std::span<const db::Entry> entries) {
    sign_in.note_changes(entries);
    restrictions.note_changes(entries);
    for (const auto& entry : entries) {
      publish(live, entry);
    }
  });

  http::Router router;
  router.add(routes());
  pipeline = std::make_unique<http::Pipeline>(std::move(router), pipeline_parts());
  pipeline->exempt(rates.get().whitelist);
}

http::RateLimits Application::Parts::limits() const {
  return {.standard = rate(settings.limit_standard),
          .strict = rate(settings.limit_strict),
          .sign_in = rate(settings.limit_sign_in),
          .protocol = rate(settings.limit_protocol)};
}

void Application::Parts::renew_server_certificate() {
  const auto identity = server_certificate.current();
  if (server) {
    server->set_certificate(identity.chain_pem, identity.key_pem);
  }
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
          .limits = api::v2::limits_of(rates.get(), limits())};
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
  options.quick_on_loops = database->status().kind == "sqlite";
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
