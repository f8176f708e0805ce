#include "api/v2/password_reset.h"

namespace api::v2 {
namespace {

struct ForgotBody {
  std::string email;
};
BOOST_DESCRIBE_STRUCT(ForgotBody, (), (email))

struct ResetBody {
  base::Secret token;
  base::Secret password;
};
BOOST_DESCRIBE_STRUCT(ResetBody, (), (token, password))

struct EmailConfigured {
  bool configured;
};
BOOST_DESCRIBE_STRUCT(EmailConfigured, (), (configured))

struct PasswordReset {
  service::PasswordReset& reset;
  service::MailQueue& mail;

  http::Message ask(const http::Call& call, const ForgotBody& body) const;
  http::Message set(const http::Call& call, const ResetBody& body) const;
  EmailConfigured email_configured(const http::Call& call) const;
};

}  // namespace

void add_password_reset(http::Surface& surface, service::PasswordReset& reset,
                        service::MailQueue& mail) {
  http::Resource resource{surface, "Authentication", PasswordReset{reset, mail}};
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/auth/forgot-password",
                              .summary = "Mail a link for a new password",
                              .access = auth::Access::to_anyone(),
                              .limit = http::Limit::sign_in,
                              .action = "auth.forgot_password",
                              .handler = &PasswordReset::ask});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/auth/reset-password",
                              .summary = "Set a password by a link that came by mail",
                              .access = auth::Access::to_anyone(),
                              .limit = http::Limit::sign_in,
                              .action = "auth.reset_password",
                              .handler = &PasswordReset::set});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/auth/email-configured",
                              .summary = "Say whether the server can send mail",
                              .access = auth::Access::to_anyone(),
                              .handler = &PasswordReset::email_configured});
}

namespace {

// The same words for every address, known or not.
http::Message PasswordReset::ask(const http::Call& call, const ForgotBody& body) const {
  reset.ask(call.act, body.email);
  return {.message = "If an account has this address, a link is on its way to it"};
}

http::Message PasswordReset::set(const http::Call& call, const ResetBody& body) const {
  reset.set(call.act, body.token, body.password);
  return {.message = "Your password is set: sign in with it"};
}

EmailConfigured PasswordReset::email_configured(const http::Call& /*call*/) const {
  return {mail.is_configured()};
}

}  // namespace
}  // namespace api::v2
