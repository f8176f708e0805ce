#include "service/acme_maintenance.h"

#include "core/ids.h"
#include "storage/settings_store.h"

namespace service {
namespace {

struct Maintenance {
  bool maintenance_mode;
};
BOOST_DESCRIBE_STRUCT(Maintenance, (), (maintenance_mode))

}  // namespace

bool AcmeMaintenance::is_on() {
  return database_.read([](db::Session& session) {
    return storage::SettingsStore{session}.find(acme_maintenance_setting) == "true";
  });
}

void AcmeMaintenance::set(const auth::Act& act, bool on) {
  database_.write(act, [&](db::Session& session) {
    storage::SettingsStore{session}.put(acme_maintenance_setting, on ? "true" : "false",
                                        clock_.now());
    session.record("settings", core::KeyId::from_number(1).value(),
                   std::string{acme_maintenance_setting}, Maintenance{on});
  });
  rules_.forget();
}

}  // namespace service
