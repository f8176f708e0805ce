#include "api/v2/mail.h"

#include "core/user.h"
#include "x509/certificate.h"

namespace api::v2 {
namespace {

struct View : service::MailSettings {
  std::optional<std::string> smtp_password;  // stars when there is one
  std::string smtp_auth_method;
};
BOOST_DESCRIBE_STRUCT(View, (service::MailSettings), (smtp_password, smtp_auth_method))

struct Body {
  static constexpr json::Alias aliases[] = {{"smtp_user", "smtp_username"},
                                            {"from_address", "from_email"}};
  std::optional<bool> enabled;
  std::optional<std::string> smtp_host;
  std::optional<std::int64_t> smtp_port;
  std::optional<bool> smtp_tls;
  std::optional<bool> smtp_auth;
  std::optional<std::string> smtp_username;
  std::optional<base::Secret> smtp_password;
  std::optional<std::string> from_email;
  std::optional<std::string> from_name;
  std::optional<std::string> smtp_content_type;
  std::optional<std::string> smtp_ca_certificate;
};
BOOST_DESCRIBE_STRUCT(Body, (),
                      (enabled, smtp_host, smtp_port, smtp_tls, smtp_auth, smtp_username,
                       smtp_password, from_email, from_name, smtp_content_type,
                       smtp_ca_certificate))

struct TestBody {
  static constexpr json::Alias aliases[] = {{"email", "to"}};
  std::string to;
};
BOOST_DESCRIBE_STRUCT(TestBody, (), (to))

struct Tested {
  bool sent;
  std::string to;
};
BOOST_DESCRIBE_STRUCT(Tested, (), (sent, to))

// Its text is nobody's business: it may hold a link that is as good as a password.
struct QueuedView {
  core::MailId id;
  std::string recipient;
  std::string subject;
  std::string status;  // waiting, failed
  std::int64_t attempts;
  std::string last_error;
  base::Time created_at;
  base::Time next_attempt_at;
};
BOOST_DESCRIBE_STRUCT(QueuedView, (),
                      (id, recipient, subject, status, attempts, last_error, created_at,
                       next_attempt_at))

struct Mail {
  service::MailQueue& mail;

  View read(const http::Call& call) const;
  http::Done<View> update(const http::Call& call, const Body& body) const;
  http::Done<Tested> test(const http::Call& call, const TestBody& body) const;
  std::vector<QueuedView> queue(const http::Call& call) const;
  http::Message retry(const http::Call& call, const core::MailId& id) const;
  http::Message remove(const http::Call& call, const core::MailId& id) const;

  View view(const service::MailSettings& settings) const;
};

}  // namespace

// Who decides where mail goes can read the links by which administrators set their passwords: so
// only administrators change these settings.
void add_mail(http::Surface& surface, service::MailQueue& mail) {
  http::Resource resource{surface, "Settings", Mail{mail}};
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/settings/email",
                              .summary = "Read how the server sends mail",
                              .access = auth::read_settings,
                              .handler = &Mail::read});
  resource.add(http::Endpoint{.method = http::patch,
                              .path = "/settings/email",
                              .summary = "Change how the server sends mail",
                              .access = auth::admin_system,
                              .action = "settings.email",
                              .handler = &Mail::update});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/settings/email/test",
                              .summary = "Send a test message, and say what came of it",
                              .access = auth::write_settings,
                              .limit = http::Limit::strict,
                              .action = "settings.email_test",
                              .handler = &Mail::test});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/settings/email/queue",
                              .summary = "List mail that waits or could not be sent",
                              .access = auth::admin_system,
                              .handler = &Mail::queue});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/settings/email/queue/{mail_id}/retry",
                              .summary = "Try once more to send a mail that was given up",
                              .access = auth::admin_system,
                              .limit = http::Limit::strict,
                              .action = "mail.retry",
                              .handler = &Mail::retry});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/settings/email/queue/{mail_id}",
                              .summary = "Take a mail out of the queue",
                              .access = auth::admin_system,
                              .action = "mail.delete",
                              .handler = &Mail::remove});
}

namespace {

constexpr std::string_view stars = "********";

View Mail::view(const service::MailSettings& settings) const {
  View shown;
  static_cast<service::MailSettings&>(shown) = settings;
  shown.smtp_password = mail.has_password() ? std::optional{std::string{stars}} : std::nullopt;
  shown.smtp_auth_method = "password";
  return shown;
}

View Mail::read(const http::Call& /*call*/) const {
  return view(mail.settings());
}

bool is_host(std::string_view host) {
  return host.size() <= 253 &&
         host.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:"
             "_") == std::string_view::npos;
}

void check(const service::MailSettings& settings) {
  std::vector<base::FieldError> errors;
  if (!is_host(settings.smtp_host) || (settings.enabled && settings.smtp_host.empty())) {
    errors.push_back({"smtp_host", "not a host's name or address"});
  }
  if (settings.smtp_port < 1 || settings.smtp_port > 65535) {
    errors.push_back({"smtp_port", "not between 1 and 65535"});
  }
  if (settings.smtp_auth && settings.smtp_username.empty()) {
    errors.push_back({"smtp_username", "missing"});
  }
  if (settings.smtp_username.size() > 255) {
    errors.push_back({"smtp_username", "has more than 255 characters"});
  }
  if (settings.smtp_auth && !settings.smtp_tls) {
    errors.push_back({"smtp_tls", "a password is sent over TLS only"});
  }
  if (!settings.from_email.empty() || settings.enabled) {
    if (const auto problem = core::email_problem(settings.from_email)) {
      errors.push_back({"from_email", *problem});
    }
  }
  if (settings.from_name.size() > 100) {
    errors.push_back({"from_name", "has more than 100 characters"});
  }
  if (settings.smtp_content_type != "text" && settings.smtp_content_type != "html" &&
      settings.smtp_content_type != "both") {
    errors.push_back({"smtp_content_type", "not one of text, html, both"});
  }
  const auto& trust = settings.smtp_ca_certificate;
  if (!trust.empty() &&
      (trust.size() > 100'000 || !x509::Certificate::parse_pem_or_der(base::as_bytes(trust)))) {
    errors.push_back({"smtp_ca_certificate", "not a certificate in PEM"});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
}

http::Done<View> Mail::update(const http::Call& call, const Body& body) const {
  auto settings = mail.settings();
  settings.enabled = body.enabled.value_or(settings.enabled);
  settings.smtp_host = body.smtp_host.value_or(settings.smtp_host);
  settings.smtp_port = body.smtp_port.value_or(settings.smtp_port);
  settings.smtp_tls = body.smtp_tls.value_or(settings.smtp_tls);
  settings.smtp_username = body.smtp_username.value_or(settings.smtp_username);
  // Whoever gives a username means it to be used.
  settings.smtp_auth = body.smtp_auth.value_or(body.smtp_username ? !body.smtp_username->empty()
                                                                  : settings.smtp_auth);
  settings.from_email = body.from_email.value_or(settings.from_email);
  settings.from_name = body.from_name.value_or(settings.from_name);
  settings.smtp_content_type = body.smtp_content_type.value_or(settings.smtp_content_type);
  settings.smtp_ca_certificate = body.smtp_ca_certificate.value_or(settings.smtp_ca_certificate);
  check(settings);
  // A form that gives back what it was shown does not mean stars.
  const bool is_new = body.smtp_password && body.smtp_password->reveal() != stars;
  const auto saved = mail.change(call.act, settings, is_new ? body.smtp_password : std::nullopt);
  return {.data = view(saved), .message = "Settings saved"};
}

http::Done<Tested> Mail::test(const http::Call& call, const TestBody& body) const {
  if (const auto problem = core::email_problem(body.to)) {
    throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"to", *problem}}};
  }
  mail.send_test(call.act, body.to);
  return {.data = {true, body.to}, .message = "The mail server took the message"};
}

std::vector<QueuedView> Mail::queue(const http::Call& /*call*/) const {
  std::vector<QueuedView> views;
  for (const bool has_failed : {true, false}) {
    for (const auto& each : mail.list(has_failed)) {
      views.push_back({.id = each.id,
                       .recipient = each.recipient,
                       .subject = each.subject,
                       .status = has_failed ? "failed" : "waiting",
                       .attempts = each.attempts,
                       .last_error = each.last_error,
                       .created_at = each.created_at,
                       .next_attempt_at = each.next_attempt_at});
    }
  }
  return views;
}

http::Message Mail::retry(const http::Call& call, const core::MailId& id) const {
  mail.retry(call.act, id);
  return {.message = "The mail is tried again"};
}

http::Message Mail::remove(const http::Call& call, const core::MailId& id) const {
  mail.remove(call.act, id);
  return {.message = "The mail is gone"};
}

}  // namespace
}  // namespace api::v2
