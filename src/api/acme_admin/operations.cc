#include "api/acme_admin/parts.h"
#include "auth/permission.h"

namespace api::acme_admin {
namespace {

struct CrlHealth {
  double last_rebuild;  // seconds ago
  bool stale;
  std::optional<std::string> error;
  std::int64_t revoked_count;
};
BOOST_DESCRIBE_STRUCT(CrlHealth, (), (last_rebuild, stale, error, revoked_count))

struct MaintenanceView {
  bool maintenance_mode;
};
BOOST_DESCRIBE_STRUCT(MaintenanceView, (), (maintenance_mode))

struct MaintenanceBody {
  bool enabled;
};
BOOST_DESCRIBE_STRUCT(MaintenanceBody, (), (enabled))

struct Operations {
  Parts parts;

  CrlHealth rebuild_crls(const http::Call& call) const;
  MaintenanceView maintenance(const http::Call& call) const;
  MaintenanceView set_maintenance(const http::Call& call, const MaintenanceBody& body) const;
};

}  // namespace

void add_operations(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Operations{parts}};

  resource.add(http::Endpoint{.method = http::post,
                              .path = "/crl/rebuild",
                              .summary = "Make the revocation lists of all authorities anew",
                              .access = {auth::write_crl, auth::admin_system},
                              .limit = http::Limit::strict,
                              .action = "crl.rebuild",
                              .handler = &Operations::rebuild_crls});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/maintenance",
                              .summary = "Say whether the ACME server is in maintenance",
                              .access = {auth::read_acme, auth::admin_system},
                              .handler = &Operations::maintenance});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/maintenance",
                              .summary = "Take no new ACME orders, or take them again",
                              .access = {auth::write_acme, auth::admin_system},
                              .action = "acme.maintenance",
                              .handler = &Operations::set_maintenance});
}

namespace {

// One that fails keeps no other from being made.
CrlHealth Operations::rebuild_crls(const http::Call& call) const {
  CrlHealth health{.last_rebuild = 0, .stale = false, .error = std::nullopt, .revoked_count = 0};
  int made = 0;
  for (const auto& issuer : parts.authorities.issuers()) {
    if (!issuer->signer) {
      continue;
    }
    try {
      health.revoked_count += parts.crls.regenerate(call.act, issuer->authority.id)->entries;
      ++made;
    } catch (const base::Error& error) {
      health.error = issuer->authority.name + ": " + error.what();
      health.stale = true;
    }
  }
  if (made == 0) {
    throw base::Error{base::ErrorCode::unavailable,
                      health.error.value_or("no authority has its key here: there is no list "
                                            "that could be made")};
  }
  return health;
}

MaintenanceView Operations::maintenance(const http::Call& /*call*/) const {
  return {parts.acme.maintenance.is_on()};
}

MaintenanceView Operations::set_maintenance(const http::Call& call,
                                            const MaintenanceBody& body) const {
  parts.acme.maintenance.set(call.act, body.enabled);
  return {body.enabled};
}

}  // namespace
}  // namespace api::acme_admin
