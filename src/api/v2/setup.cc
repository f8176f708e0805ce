#include "api/v2/setup.h"

#include "api/v2/auth.h"
#include "api/v2/certificate_orders.h"
#include "api/v2/certificate_view.h"

namespace api::v2 {
namespace {

struct Needed {
  bool needed;
};
BOOST_DESCRIBE_STRUCT(Needed, (), (needed))

struct TokenBody {
  base::Secret token;
};
BOOST_DESCRIBE_STRUCT(TokenBody, (), (token))

struct AuthorityBrief {
  core::AuthorityId id;
  std::string name;
  std::string common_name;
  core::AuthorityType type;
  std::string key_algorithm;
  std::string fingerprint_sha256;
  base::Time valid_until;
};
BOOST_DESCRIBE_STRUCT(AuthorityBrief, (),
                      (id, name, common_name, type, key_algorithm, fingerprint_sha256, valid_until))

struct Preview {
  std::string organization;
  std::vector<AuthorityBrief> authorities;
  std::string acme_directory_url;
  std::string suggested_username;
};
BOOST_DESCRIBE_STRUCT(Preview, (),
                      (organization, authorities, acme_directory_url, suggested_username))

struct AdministratorBody {
  std::string username;
  base::Secret password;
  std::optional<std::string> email;
  std::optional<std::string> full_name;
};
BOOST_DESCRIBE_STRUCT(AdministratorBody, (), (username, password, email, full_name))

struct AuthoritiesBody {
  std::string organization;
  std::string root_common_name;
  std::string issuing_common_name;
  std::optional<std::string> key_algorithm;
  std::optional<int> validity_years;
};
BOOST_DESCRIBE_STRUCT(AuthoritiesBody, (),
                      (organization, root_common_name, issuing_common_name, key_algorithm,
                       validity_years))

struct CompleteBody {
  base::Secret token;
  std::optional<std::string> organization;
  AdministratorBody admin;
  std::optional<AuthoritiesBody> authorities;
};
BOOST_DESCRIBE_STRUCT(CompleteBody, (), (token, organization, admin, authorities))

struct Setup {
  service::Setup& setup;
  service::Authorities& authorities;
  service::SignIn& sign_in;
  std::function<void()> renew_server_certificate;

  Needed state(const http::Call& call) const;
  Preview preview(const http::Call& call, const TokenBody& body) const;
  http::Done<SignedIn> complete(const http::Call& call, const CompleteBody& body) const;
};

}  // namespace

void add_setup(http::Surface& surface, service::Setup& setup, service::Authorities& authorities,
               service::SignIn& sign_in, std::function<void()> renew_server_certificate) {
  http::Resource resource{surface, "Set-up",
                          Setup{setup, authorities, sign_in, std::move(renew_server_certificate)}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/setup",
                              .summary = "Say whether the set-up is still to be done",
                              .access = auth::Access::to_anyone(),
                              .handler = &Setup::state});
  resource.add(
      http::Endpoint{.method = http::post,
                     .path = "/setup/preview",
                     .summary = "Show what the first start made, to the holder of the link",
                     .access = auth::Access::to_anyone(),
                     .limit = http::Limit::sign_in,
                     .handler = &Setup::preview});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/setup",
                              .summary = "Make the first administrator and sign in",
                              .access = auth::Access::to_anyone(),
                              .limit = http::Limit::sign_in,
                              .action = "setup.complete",
                              .handler = &Setup::complete});
}

namespace {

Needed Setup::state(const http::Call& /*call*/) const {
  return {setup.is_needed()};
}

Preview Setup::preview(const http::Call& call, const TokenBody& body) const {
  setup.check_token(body.token);
  Preview preview{.organization = {},
                  .authorities = {},
                  .acme_directory_url = "https://" + call.request.host + "/acme/directory",
                  .suggested_username = "admin"};
  for (const auto& issuer : authorities.issuers()) {
    const auto& authority = issuer->authority;
    preview.authorities.push_back(
        {.id = authority.id,
         .name = authority.name,
         .common_name = authority.common_name,
         .type = authority.type,
         .key_algorithm = authority.key_type,
         .fingerprint_sha256 = with_colons(issuer->certificate.sha256_fingerprint()),
         .valid_until = authority.not_after});
  }
  return preview;
}

http::Done<SignedIn> Setup::complete(const http::Call& call, const CompleteBody& body) const {
  service::Setup::Completion wanted{
      .organization = body.organization.value_or(""),
      .administrator = {.username = body.admin.username,
                        .email = body.admin.email.value_or(""),
                        .full_name = body.admin.full_name.value_or(""),
                        .role = "admin",
                        .password = body.admin.password,
                        .must_change_password = false},
      .authorities = std::nullopt};
  if (const auto& order = body.authorities) {
    if (order->validity_years && (*order->validity_years < 2 || *order->validity_years > 50)) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"authorities.validity_years", "not between 2 and 50"}}};
    }
    wanted.authorities = {.organization = order->organization,
                          .root_name = order->root_common_name,
                          .issuing_name = order->issuing_common_name,
                          .root_key = key_algorithm(order->key_algorithm, std::nullopt,
                                                    crypto::KeyAlgorithm::ec_p384),
                          .root_years = order->validity_years.value_or(20)};
  }
  auto act = call.act;
  act.by = body.admin.username.substr(0, 64);
  const auto user = setup.complete(act, body.token, wanted);
  if (wanted.authorities) {
    renew_server_certificate();
  }
  return signed_in(sign_in.open_session(act, user), sign_in);
}

}  // namespace
}  // namespace api::v2
