#include "service/general_settings.h"

#include "core/ids.h"
#include "storage/settings_store.h"

namespace service {

template <class T>
T StoredSettings<T>::get() {
  const std::lock_guard lock{mutex_};
  if (!kept_) {
    T value{};
    database_.read([&](db::Session& session) {
      const storage::SettingsStore store{session};
      boost::mp11::mp_for_each<json::MembersOf<T>>([&](auto member) {
        if (const auto text = store.find(section_ + "." + member.name)) {
          using Member = json::MemberType<T, decltype(member)>;
          if (auto parsed = base::from_text<Member>(*text)) {
            value.*member.pointer = *std::move(parsed);
          }
        }
      });
    });
    kept_ = std::move(value);
  }
  return *kept_;
}

template <class T>
void StoredSettings<T>::put(const auth::Act& act, const T& value) {
  database_.write(act, [&](db::Session& session) {
    storage::SettingsStore store{session};
    boost::mp11::mp_for_each<json::MembersOf<T>>([&](auto member) {
      using Member = json::MemberType<T, decltype(member)>;
      std::string text;
      if constexpr (std::is_same_v<Member, std::string>) {
        text = value.*member.pointer;
      } else {
        text = json::to_text(value.*member.pointer);
      }
      store.put(section_ + "." + member.name, text, clock_.now());
    });
    session.record("settings", core::KeyId::from_number(1).value(), section_, value);
  });
  // Read anew: of two changes at once, the one that committed last may not be this one.
  const std::lock_guard lock{mutex_};
  kept_.reset();
}

template class StoredSettings<General>;
template class StoredSettings<AcmeGeneral>;

}  // namespace service
