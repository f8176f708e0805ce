#include "api/v2/authority_revocation.h"

#include "api/v2/authority_view.h"
#include "api/v2/certificate_selection.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

struct RevokeBody {
  static constexpr json::Alias aliases[] = {{"invalidity_at", "invalidity_date"}};
  std::optional<std::string> reason;
  std::optional<std::string> comments;
  std::optional<base::Time> invalidity_date;  // since when the key is not to be trusted
};
BOOST_DESCRIBE_STRUCT(RevokeBody, (), (reason, comments, invalidity_date))

struct AuthorityRevocations {
  db::Database& database;
  service::Authorities& authorities;
  service::AuthorityRevocation& revocation;

  http::Done<AuthorityView> revoke(const http::Call& call, const core::AuthorityId& id,
                                   const RevokeBody& body) const;
  http::Done<AuthorityView> release(const http::Call& call, const core::AuthorityId& id) const;
  http::Done<FurtherView> revoke_further(const http::Call& call, const core::AuthorityId& id,
                                         const core::AuthorityCertificateId& certificate_id,
                                         const RevokeBody& body) const;
  http::Done<FurtherView> release_further(const http::Call& call, const core::AuthorityId& id,
                                          const core::AuthorityCertificateId& certificate_id) const;

 private:
  AuthorityView view_of(const core::AuthorityId& id, base::Time now) const;
};

}  // namespace

void add_authority_revocation(http::Surface& surface, db::Database& database,
                              service::Authorities& authorities,
                              service::AuthorityRevocation& revocation) {
  http::Resource cas{surface, "Authorities",
                     AuthorityRevocations{database, authorities, revocation}};

  // Whoever may delete authorities may end one: there is no way back from most reasons.
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/revoke",
                         .summary = "Revoke an authority, with all its certificates in force",
                         .access = {auth::write_cas, auth::delete_cas},
                         .limit = http::Limit::strict,
                         .action = "ca.revoke",
                         .handler = &AuthorityRevocations::revoke});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/unhold",
                         .summary = "Take an authority off hold",
                         .access = {auth::write_cas, auth::delete_cas},
                         .limit = http::Limit::strict,
                         .action = "ca.unhold",
                         .handler = &AuthorityRevocations::release});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/further-certificates/{certificate_id}/revoke",
                         .summary = "Revoke one cross-signed or former certificate of an authority",
                         .access = {auth::write_cas, auth::delete_cas},
                         .limit = http::Limit::strict,
                         .action = "ca.revoke",
                         .handler = &AuthorityRevocations::revoke_further});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/further-certificates/{certificate_id}/unhold",
                         .summary = "Take one further certificate of an authority off hold",
                         .access = {auth::write_cas, auth::delete_cas},
                         .limit = http::Limit::strict,
                         .action = "ca.unhold",
                         .handler = &AuthorityRevocations::release_further});
}

namespace {

service::Revocation::Why why_of(const RevokeBody& body) {
  return {.reason = reason_of(body.reason),
          .comments = body.comments.value_or(""),
          .invalidity_at = body.invalidity_date};
}

http::Done<AuthorityView> AuthorityRevocations::revoke(const http::Call& call,
                                                       const core::AuthorityId& id,
                                                       const RevokeBody& body) const {
  const auto revoked = revocation.revoke(call.act, id, why_of(body));
  return {.data = view_of(id, call.now),
          .message = core::is_held(revoked) ? "Authority put on hold" : "Authority revoked"};
}

http::Done<AuthorityView> AuthorityRevocations::release(const http::Call& call,
                                                        const core::AuthorityId& id) const {
  revocation.release(call.act, id);
  return {.data = view_of(id, call.now), .message = "Authority taken off hold"};
}

http::Done<FurtherView> AuthorityRevocations::revoke_further(
    const http::Call& call, const core::AuthorityId& id,
    const core::AuthorityCertificateId& certificate_id, const RevokeBody& body) const {
  const auto revoked = revocation.revoke(call.act, id, certificate_id, why_of(body));
  return {.data = further_view(revoked, call.now),
          .message = core::is_held(revoked) ? "Certificate put on hold" : "Certificate revoked"};
}

http::Done<FurtherView> AuthorityRevocations::release_further(
    const http::Call& call, const core::AuthorityId& id,
    const core::AuthorityCertificateId& certificate_id) const {
  const auto released = revocation.release(call.act, id, certificate_id);
  return {.data = further_view(released, call.now), .message = "Certificate taken off hold"};
}

AuthorityView AuthorityRevocations::view_of(const core::AuthorityId& id, base::Time now) const {
  const auto count = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.issued_by(id); });
  return view(*authorities.issuer(id), count, now);
}

}  // namespace
}  // namespace api::v2
