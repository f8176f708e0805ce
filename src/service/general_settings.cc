#include "service/general_settings.h"

#include "core/ids.h"
#include "service/ct_settings.h"
#include "service/identity_settings.h"
#include "storage/settings_store.h"

namespace service {
namespace {

template <class Member>
std::optional<Member> read_setting(const std::string& text) {
  if constexpr (json::IsVector<Member>::value) {
    json::Reading reading;
    return json::read<Member>(json::parse_value(text), reading, "");
  } else {
    auto parsed = base::from_text<Member>(text);
    return parsed ? std::optional{*std::move(parsed)} : std::nullopt;
  }
}

}  // namespace

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
          if (auto parsed = read_setting<Member>(*text)) {
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
  database_.write(act, [&](db::Session& session) { store(session, value); });
  // Read anew: of two changes at once, the one that committed last may not be this one.
  forget();
}

template <class T>
void StoredSettings<T>::store(db::Session& session, const T& value) {
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
}

template <class T>
void StoredSettings<T>::forget() {
  const std::lock_guard lock{mutex_};
  kept_.reset();
}

template class StoredSettings<General>;
template class StoredSettings<AcmeGeneral>;
template class StoredSettings<CtSettings>;
template class StoredSettings<ExpirySettings>;
template class StoredSettings<RateSettings>;
template class StoredSettings<MailSettings>;
template class StoredSettings<MtlsSettings>;
template class StoredSettings<SyslogSettings>;

}  // namespace service
