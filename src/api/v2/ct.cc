#include "api/v2/ct.h"

namespace api::v2 {
namespace {

struct Body {
  std::optional<bool> enabled;
  std::optional<std::vector<service::CtLog>> logs;
  std::optional<std::int64_t> required;
  std::optional<std::int64_t> timeout_seconds;
  std::optional<std::vector<std::int64_t>> ca_ids;
  std::optional<std::vector<std::int64_t>> template_ids;
  std::optional<std::string> ca_certificate;
};
BOOST_DESCRIBE_STRUCT(Body, (),
                      (enabled, logs, required, timeout_seconds, ca_ids, template_ids,
                       ca_certificate))

struct Transparency {
  service::CtSubmission& submission;

  service::CtSettings read(const http::Call& call) const;
  http::Done<service::CtSettings> update(const http::Call& call, const Body& body) const;
};

}  // namespace

void add_ct(http::Surface& surface, service::CtSubmission& submission) {
  http::Resource resource{surface, "Settings", Transparency{submission}};
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/settings/ct",
                              .summary = "Read which certificates are submitted to which CT logs",
                              .access = auth::read_settings,
                              .handler = &Transparency::read});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/settings/ct",
                              .summary = "Change which certificates are submitted to which CT logs",
                              .access = auth::admin_system,
                              .action = "settings.ct",
                              .handler = &Transparency::update});
}

namespace {

service::CtSettings Transparency::read(const http::Call& /*call*/) const {
  return submission.settings();
}

http::Done<service::CtSettings> Transparency::update(const http::Call& call,
                                                     const Body& body) const {
  auto settings = submission.settings();
  settings.enabled = body.enabled.value_or(settings.enabled);
  settings.logs = body.logs.value_or(settings.logs);
  settings.required = body.required.value_or(settings.required);
  settings.timeout_seconds = body.timeout_seconds.value_or(settings.timeout_seconds);
  settings.ca_ids = body.ca_ids.value_or(settings.ca_ids);
  settings.template_ids = body.template_ids.value_or(settings.template_ids);
  settings.ca_certificate = body.ca_certificate.value_or(settings.ca_certificate);
  return {.data = submission.change(call.act, settings), .message = "Settings saved"};
}

}  // namespace
}  // namespace api::v2
