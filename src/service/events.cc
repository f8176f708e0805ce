#include "service/events.h"

#include <algorithm>

#include "storage/certificate_store.h"

namespace service {
namespace {

constexpr EventKind kinds[] = {
    {"acme.account.created", "An ACME account was registered"},
    {"acme.account.deactivated", "An ACME account was deactivated or revoked"},
    {"acme.account.key_changed", "An ACME account has another key"},
    {"acme.account.updated", "An ACME account's contacts, terms or binding changed"},
    {"acme.challenge.failed", "An ACME challenge failed for good"},
    {"acme.challenge.retried", "An attempt at an ACME challenge failed; another one follows"},
    {"acme.challenge.started", "An ACME client says that a challenge is fulfilled"},
    {"acme.challenge.succeeded", "An ACME challenge was fulfilled"},
    {"acme.order.approved", "An ACME order that waited was approved"},
    {"acme.order.completed", "An ACME order has its certificate"},
    {"acme.order.created", "An ACME client ordered a certificate"},
    {"acme.order.refused", "An ACME order that waited was refused"},
    {"ca.created", "An authority was made or imported"},
    {"ca.cross_signed", "An authority was signed by another one"},
    {"ca.deleted", "An authority was deleted"},
    {"ca.expiring", "An authority's certificate ends soon"},
    {"ca.renewed", "An authority has a new certificate"},
    {"ca.revoked", "An authority was revoked"},
    {"ca.updated", "An authority's settings changed"},
    {"certificate.deleted", "A certificate was deleted"},
    {"certificate.expired", "A certificate ended"},
    {"certificate.expiring", "A certificate ends soon and has no successor"},
    {"certificate.imported", "A certificate was imported"},
    {"certificate.issued", "A certificate was issued"},
    {"certificate.released", "A certificate on hold counts again"},
    {"certificate.renewed", "A certificate was issued in place of another one"},
    {"certificate.revoked", "A certificate was revoked or put on hold"},
    {"crl.expiring", "A revocation list ends soon and nobody made the next one"},
    {"crl.published", "A revocation list was made"},
    {"csr.approved", "A request was signed"},
    {"csr.deleted", "A request was deleted"},
    {"csr.rejected", "A request was rejected"},
    {"csr.submitted", "A request was uploaded or made"},
    {"template.created", "A template was made"},
    {"template.deleted", "A template was deleted"},
    {"template.updated", "A template was changed"},
    {"user.created", "A user was made"},
    {"user.deleted", "A user was deleted"},
    {"user.login", "A user signed in"},
    {"user.login_failed", "Somebody failed to sign in"},
    {"user.logout", "A user signed out"},
    {"user.updated", "A user was changed"}};

// As other products call them, for receivers that were configured there.
constexpr std::pair<std::string_view, std::string_view> other_names[] = {
    {"account.registration", "acme.account.created"},
    {"order.creation", "acme.order.created"},
    {"challenge.before_validate", "acme.challenge.started"},
    {"challenge.after_validate", "acme.challenge.succeeded"},
    {"challenge.on_failure", "acme.challenge.failed"},
    {"challenge.on_retry", "acme.challenge.retried"},
    {"certificate.issuance", "certificate.issued"},
    {"certificate.revocation", "certificate.revoked"},
    {"certificate.delivery", "acme.order.completed"},
    {"acme.order_completed", "acme.order.completed"},
    {"crl.regenerated", "crl.published"}};

// What an action does to a thing, where the name of the action says all.
struct Rule {
  std::string_view type;
  std::string_view action;  // how it begins
  std::string_view event;
};
constexpr Rule rules[] = {{"certificate", "certificate.delete", "certificate.deleted"},
                          {"certificate", "certificate.bulk_delete", "certificate.deleted"},
                          {"certificate", "certificate.import", "certificate.imported"},
                          {"certificate", "import.", "certificate.imported"},
                          {"certificate", "ca.import", "certificate.imported"},
                          {"certificate", "certificate.expiring", "certificate.expiring"},
                          {"certificate", "certificate.expired", "certificate.expired"},
                          {"ca", "ca.expiring", "ca.expiring"},
                          {"ca", "ca.create", "ca.created"},
                          {"ca", "ca.import", "ca.created"},
                          {"ca", "import.", "ca.created"},
                          {"ca", "certificate.import", "ca.created"},
                          {"ca", "setup.", "ca.created"},
                          {"ca", "ca.request", "ca.created"},
                          {"ca", "ca.renew", "ca.renewed"},
                          {"ca", "ca.cross_sign", "ca.cross_signed"},
                          {"ca", "ca.delete", "ca.deleted"},
                          {"ca", "ca.revoke", "ca.revoked"},
                          {"ca", "ca.update", "ca.updated"},
                          {"crl", "crl.expiring", "crl.expiring"},
                          {"csr", "csr.create", "csr.submitted"},
                          {"csr", "csr.upload", "csr.submitted"},
                          {"csr", "import.", "csr.submitted"},
                          {"csr", "csr.sign", "csr.approved"},
                          {"csr", "csr.delete", "csr.deleted"},
                          {"csr", "csr.reject", "csr.rejected"},
                          {"template", "template.create", "template.created"},
                          {"template", "template.import", "template.created"},
                          {"template", "template.update", "template.updated"},
                          {"template", "template.delete", "template.deleted"},
                          {"user", "user.create", "user.created"},
                          {"user", "user.import", "user.created"},
                          {"user", "user.update", "user.updated"},
                          {"user", "user.delete", "user.deleted"},
                          {"user", "auth.login", "user.login"},
                          {"user", "auth.logout", "user.logout"},
                          {"acme_account", "acme.account.change_key", "acme.account.key_changed"},
                          {"acme_order", "acme.order.create", "acme.order.created"},
                          {"acme_order", "acme.order.finalize", "acme.order.completed"},
                          {"acme_order", "acme.order.approve", "acme.order.approved"},
                          {"acme_order", "acme.order.refuse", "acme.order.refused"},
                          {"acme_order", "acme.order.reject", "acme.order.refused"}};

boost::json::object details_of(const db::Entry& entry) {
  boost::system::error_code failed;
  auto value = boost::json::parse(entry.details, failed);
  return !failed && value.is_object() ? std::move(value.as_object()) : boost::json::object{};
}

// Certificates come into being and are revoked by many actions (a request is signed, an order
// finalized, a job runs): what was recorded says which it was.
std::string_view certificate_event(const db::Entry& entry) {
  const auto details = details_of(entry);
  if (details.contains("profile") && details.contains("source")) {
    if (details.at("source") == "system") {
      return {};  // the server's own, and of OCSP responders
    }
    const auto* renews = details.if_contains("renews");
    return renews != nullptr && !renews->is_null() ? "certificate.renewed" : "certificate.issued";
  }
  if (details.contains("held_since")) {
    return "certificate.released";
  }
  return details.contains("reason") ? "certificate.revoked" : std::string_view{};
}

std::string_view account_event(const db::Entry& entry) {
  const auto details = details_of(entry);
  if (details.contains("status")) {
    return "acme.account.deactivated";
  }
  return details.contains("contacts") ? "acme.account.created" : "acme.account.updated";
}

std::string_view challenge_event(const db::Entry& entry) {
  const auto details = details_of(entry);
  if (!details.contains("challenge")) {
    return {};
  }
  const auto* status = details.if_contains("status");
  if (status == nullptr) {
    return "acme.challenge.started";
  }
  return *status == "valid"     ? "acme.challenge.succeeded"
         : *status == "invalid" ? "acme.challenge.failed"
                                : "acme.challenge.retried";
}

struct CertificateFacts {
  core::CertificateId id;
  base::Uuid refid;
  std::string common_name;
  std::string subject;
  std::string san_combined;
  x509::SerialNumber serial_number;
  core::AuthorityId ca_id;
  std::string cert_type;
  core::Source source;
  std::string key_type;
  std::string thumbprint_sha256;
  base::Time valid_from;
  base::Time valid_to;
  std::optional<base::Time> revoked_at;
  std::optional<x509::RevocationReason> revoke_reason;
  std::optional<core::CertificateId> renewed_by;
  base::Time created_at;
  std::string created_by;
};
BOOST_DESCRIBE_STRUCT(CertificateFacts, (),
                      (id, refid, common_name, subject, san_combined, serial_number, ca_id,
                       cert_type, source, key_type, thumbprint_sha256, valid_from, valid_to,
                       revoked_at, revoke_reason, renewed_by, created_at, created_by))

struct Resource {
  std::string type;
  std::int64_t id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Resource, (), (type, id, name))

struct Data {
  std::optional<CertificateFacts> certificate;
  std::optional<std::string> reason;
  std::optional<std::int64_t> days_left;
  Resource resource;
  std::string actor;
  bool success;
  json::Raw details;
};
BOOST_DESCRIBE_STRUCT(Data, (), (certificate, reason, days_left, resource, actor, success, details))

struct Body {
  std::int64_t id;
  std::string event;
  base::Time timestamp;
  Data data;
};
BOOST_DESCRIBE_STRUCT(Body, (), (id, event, timestamp, data))

CertificateFacts facts_of(const core::Certificate& certificate) {
  return {.id = certificate.id,
          .refid = certificate.refid,
          .common_name = certificate.common_name,
          .subject = certificate.subject,
          .san_combined = certificate.names,
          .serial_number = certificate.serial_number,
          .ca_id = certificate.authority_id,
          .cert_type = certificate.profile,
          .source = certificate.source,
          .key_type = certificate.key_type,
          .thumbprint_sha256 = certificate.fingerprint,
          .valid_from = certificate.not_before,
          .valid_to = certificate.not_after,
          .revoked_at = certificate.revoked_at,
          .revoke_reason = certificate.revocation_reason,
          .renewed_by = certificate.renewed_by,
          .created_at = certificate.created_at,
          .created_by = certificate.created_by};
}

bool is_spelled(std::string_view text, std::string_view name) {
  return text.size() == name.size() &&
         std::ranges::equal(
             text, name, {}, [](char c) { return c == '_' ? '.' : c; },
             [](char c) { return c == '_' ? '.' : c; });
}

}  // namespace

std::span<const EventKind> event_kinds() {
  return kinds;
}

const EventKind* find_event_kind(std::string_view name) {
  for (const auto& [other, own] : other_names) {
    if (is_spelled(name, other)) {
      name = own;
      break;
    }
  }
  const auto* const found =
      std::ranges::find_if(kinds, [&](const auto& kind) { return is_spelled(name, kind.name); });
  return found == std::end(kinds) ? nullptr : found;
}

std::string_view event_name_of(const db::Entry& entry) {
  if (!entry.success) {
    if (entry.resource_type == "acme_authorization") {
      return challenge_event(entry);
    }
    return entry.action.starts_with("auth.login") ? "user.login_failed" : std::string_view{};
  }
  for (const auto& rule : rules) {
    if (entry.resource_type == rule.type && entry.action.starts_with(rule.action)) {
      return rule.event;
    }
  }
  if (entry.resource_type == "certificate") {
    return certificate_event(entry);
  }
  if (entry.resource_type == "acme_account") {
    return account_event(entry);
  }
  if (entry.resource_type == "acme_authorization") {
    return challenge_event(entry);
  }
  if (entry.resource_type == "crl" && details_of(entry).contains("next_update")) {
    return "crl.published";
  }
  return {};
}

Event event_of(db::Session& session, const db::Entry& entry, std::string_view name) {
  Event event;
  const auto details = details_of(entry);
  const auto text = [&](const char* member) -> std::optional<std::string> {
    const auto* found = details.if_contains(member);
    return found != nullptr && found->is_string() ? std::optional{std::string{found->as_string()}}
                                                  : std::nullopt;
  };
  Body body{.id = entry.id,
            .event = std::string{name},
            .timestamp = entry.at,
            .data = {.certificate = std::nullopt,
                     .reason = text("reason"),
                     .days_left = std::nullopt,
                     .resource = {entry.resource_type, entry.resource_id, entry.resource_name},
                     .actor = entry.username,
                     .success = entry.success,
                     .details = {entry.details.empty() ? "null" : entry.details}}};
  if (const auto* left = details.if_contains("days_left"); left != nullptr && left->is_int64()) {
    body.data.days_left = left->as_int64();
  }
  if (entry.resource_type == "certificate" && entry.resource_id > 0) {
    const auto certificate = storage::CertificateStore{session}.find(
        core::CertificateId::from_number(entry.resource_id).value());
    if (certificate) {
      event.authority_id = certificate->authority_id;
      body.data.certificate = facts_of(*certificate);
    }
  } else if ((entry.resource_type == "ca" || entry.resource_type == "crl") &&
             entry.resource_id > 0) {
    event.authority_id = core::AuthorityId::from_number(entry.resource_id).value();
  }
  event.body = json::to_text(body);
  return event;
}

std::string test_event(base::Time now) {
  return json::to_text(Body{.id = 0,
                            .event = "test",
                            .timestamp = now,
                            .data = {.certificate = std::nullopt,
                                     .reason = std::nullopt,
                                     .days_left = std::nullopt,
                                     .resource = {"webhook", 0, "test"},
                                     .actor = "",
                                     .success = true,
                                     .details = {R"({"message":"This is a test."})"}}});
}

}  // namespace service
