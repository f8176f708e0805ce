#pragma once

#include "app/addresses.h"
#include "app/data_directory.h"
#include "app/settings.h"
#include "net/acme_validation.h"
#include "net/unbound_resolver.h"
#include "protocol/ocsp/reply_cache.h"
#include "service/access.h"
#include "service/acme.h"
#include "service/acme_bulk_revocation.h"
#include "service/acme_notifications.h"
#include "service/api_keys.h"
#include "service/audit_log.h"
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
#include "service/tags.h"
#include "service/templates.h"
#include "service/totp.h"
#include "service/users.h"
#include "service/webauthn.h"
#include "service/webhooks.h"

namespace app {

// Everything between the database and the network, made and connected. In the order of dependence:
// what is further down uses what is above, and goes first.
struct Services {
  // Opens the database, brings its schema up to date, and makes what a first start needs.
  Services(const Settings& chosen, DataDirectory& directory);

  service::AcmeSettings acme_settings();
  std::string audit_origin() const;
  std::string console_url();
  std::string host_name() const;

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
  service::Tags tags;
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

 private:
  void connect();
  void first_start();
};

}  // namespace app
