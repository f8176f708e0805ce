#include "api/v2/settings.h"

namespace api::v2 {
namespace {

struct ChangesBody {
  std::optional<std::string> site_name;
  std::optional<std::string> organization;
  std::optional<std::string> base_url;
  std::optional<std::string> protocol_base_url;
  std::optional<std::int64_t> session_timeout;
  std::optional<std::int64_t> default_validity_days;
  std::optional<std::int64_t> ocsp_response_validity_hours;
  std::optional<bool> enforce_2fa;
  std::optional<std::vector<std::string>> enforce_2fa_roles;
};
BOOST_DESCRIBE_STRUCT(ChangesBody, (),
                      (site_name, organization, base_url, protocol_base_url, session_timeout,
                       default_validity_days, ocsp_response_validity_hours, enforce_2fa,
                       enforce_2fa_roles))

struct Settings {
  service::StoredSettings<service::General>& general;
  std::function<void()> changed;

  service::General read(const http::Call& call) const;
  http::Done<service::General> update(const http::Call& call, const ChangesBody& body) const;
};

}  // namespace

void add_settings(http::Surface& surface, service::StoredSettings<service::General>& general,
                  std::function<void()> changed) {
  http::Resource settings{surface, "Settings", Settings{general, std::move(changed)}};

  settings.add(http::Endpoint{.method = http::get,
                              .path = "/settings/general",
                              .summary = "Read the general settings",
                              .access = auth::read_settings,
                              .handler = &Settings::read});
  settings.add(http::Endpoint{.method = http::patch,
                              .path = "/settings/general",
                              .summary = "Change the general settings",
                              .access = auth::write_settings,
                              .action = "settings.update",
                              .handler = &Settings::update});
}

namespace {

// An address as "http://ca.example.com:8080", which goes into certificates for years.
void check_address(std::vector<base::FieldError>& errors, const char* field,
                   const std::optional<std::string>& text, std::string_view scheme) {
  if (!text || text->empty()) {
    return;
  }
  const bool plausible =
      text->starts_with(scheme) && text->size() > scheme.size() && text->size() <= 200 &&
      text->find_first_of(" \"<>\\^`{|}?#", scheme.size()) == std::string::npos &&
      text->find('/', scheme.size()) == std::string::npos;
  if (!plausible) {
    errors.push_back({field, "not an address like " + std::string{scheme} +
                                 "ca.example.com:8080, without a path"});
  }
}

template <class T>
void check_range(std::vector<base::FieldError>& errors, const char* field,
                 const std::optional<T>& value, T least, T most) {
  if (value && (*value < least || *value > most)) {
    errors.push_back(
        {field, "not between " + std::to_string(least) + " and " + std::to_string(most)});
  }
}

service::General Settings::read(const http::Call& /*call*/) const {
  return general.get();
}

http::Done<service::General> Settings::update(const http::Call& call,
                                              const ChangesBody& body) const {
  std::vector<base::FieldError> errors;
  check_address(errors, "base_url", body.base_url, "https://");
  check_address(errors, "protocol_base_url", body.protocol_base_url, "http://");
  check_range<std::int64_t>(errors, "session_timeout", body.session_timeout, 300, 86400);
  check_range<std::int64_t>(errors, "default_validity_days", body.default_validity_days, 1, 3650);
  check_range<std::int64_t>(errors, "ocsp_response_validity_hours",
                            body.ocsp_response_validity_hours, 1, 168);
  if (body.site_name && (body.site_name->empty() || body.site_name->size() > 100)) {
    errors.push_back({"site_name", "has 1 to 100 characters"});
  }
  if (body.enforce_2fa_roles && body.enforce_2fa_roles->size() > 50) {
    errors.push_back({"enforce_2fa_roles", "has more than 50 roles"});
  }
  if (body.organization && body.organization->size() > 64) {
    errors.push_back({"organization", "has more than 64 characters"});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  // Passkeys and the links in mails follow the address; who may lower the guard is no operator.
  const bool is_weighty = body.base_url || body.enforce_2fa || body.enforce_2fa_roles;
  if (is_weighty && !call.caller.rights.include(auth::admin_system.name())) {
    throw base::Error{base::ErrorCode::forbidden,
                      "base_url and enforce_2fa are changed by administrators only"};
  }
  auto value = general.get();
  value.site_name = body.site_name.value_or(value.site_name);
  value.organization = body.organization.value_or(value.organization);
  value.base_url = body.base_url.value_or(value.base_url);
  value.protocol_base_url = body.protocol_base_url.value_or(value.protocol_base_url);
  value.session_timeout = body.session_timeout.value_or(value.session_timeout);
  value.default_validity_days = body.default_validity_days.value_or(value.default_validity_days);
  value.ocsp_response_validity_hours =
      body.ocsp_response_validity_hours.value_or(value.ocsp_response_validity_hours);
  value.enforce_2fa = body.enforce_2fa.value_or(value.enforce_2fa);
  value.enforce_2fa_roles = body.enforce_2fa_roles.value_or(value.enforce_2fa_roles);
  general.put(call.act, value);
  changed();
  return {.data = value, .message = "Settings saved"};
}

}  // namespace
}  // namespace api::v2
