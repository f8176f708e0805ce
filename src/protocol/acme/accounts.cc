#include <charconv>

#include "core/acme/jwk.h"
#include "protocol/acme/handlers.h"
#include "protocol/acme/wire.h"

namespace protocol::acme {
namespace {

using core::acme::AccountReference;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

std::string account_url(const SignedRequest& request, const AccountReference& reference) {
  return request.url("/acct/" + reference.to_string());
}

http::Response account_response(const SignedRequest& request, int status,
                                const core::acme::Account& account) {
  const auto url = account_url(request, account.reference());
  return {.status = status,
          .content_type = "application/json",
          .headers = {{"Location", url}},
          .body = wire::to_json(
              wire::Account{.status = boost::describe::enum_to_string(account.status, ""),
                            .contact = {account.contacts},
                            .termsOfServiceAgreed = account.terms_agreed,
                            .orders = url + "/orders"})};
}

// Accounts are only for themselves.
Result<void> check_own(const SignedRequest& request) {
  const auto reference = ACME_TRY(reference_in<AccountReference>(request));
  if (reference != request.account->account.reference()) {
    return refuse(ProblemType::unauthorized, "this is not the account that signed the request");
  }
  return {};
}

// The inner JWS of a key change (RFC 8555, section 7.3.5): by the new key, at the same url, over
// the account's URL and its old key.
Result<crypto::PublicKey> read_key_change(const SignedRequest& request) {
  const auto inner = ACME_TRY(
      core::acme::read_jws(base::as_text(request.jws.payload), core::acme::NonceRule::ignored));
  if (!inner.key) {
    return refuse(ProblemType::malformed, "the inner JWS has no jwk");
  }
  ACME_CHECK(inner.verify(*inner.key));
  if (inner.url != request.jws.url) {
    return refuse(ProblemType::malformed, "the url of the inner JWS is not that of the outer one");
  }
  boost::system::error_code error;
  const auto payload = boost::json::parse(base::as_text(inner.payload), error);
  const auto* object = error ? nullptr : payload.if_object();
  const auto* account = object != nullptr ? object->if_contains("account") : nullptr;
  const auto* old_key = object != nullptr ? object->if_contains("oldKey") : nullptr;
  if (account == nullptr || !account->is_string() || old_key == nullptr || !old_key->is_object()) {
    return refuse(ProblemType::malformed, "the inner payload has no account and oldKey");
  }
  if (std::string_view{account->get_string()} != request.jws.kid) {
    return refuse(ProblemType::malformed, "the account of the inner payload is not the kid");
  }
  if (ACME_TRY(core::acme::read_jwk(old_key->get_object())) != request.account->key) {
    return refuse(ProblemType::malformed, "the oldKey is not the account's key");
  }
  return *inner.key;
}

}  // namespace

Answer new_account(const SignedRequest& request) {
  auto payload = ACME_TRY(request.payload<wire::NewAccount>());
  std::optional<core::acme::ExternalBinding> binding;
  if (const auto& given = payload.externalAccountBinding) {
    binding = ACME_TRY(
        core::acme::read_binding({given->protected_header, given->payload, given->signature},
                                 request.jws.url, *request.jws.key));
  }
  const auto registered = ACME_TRY(request.acme.accounts.register_key(
      request.call.act, *request.jws.key,
      {.contacts = std::move(payload.contact).value_or(std::vector<std::string>{}),
       .terms_agreed = payload.termsOfServiceAgreed.value_or(false),
       .only_existing = payload.onlyReturnExisting.value_or(false),
       .binding = std::move(binding)},
      *request.settings));
  return account_response(request, registered.is_new ? 201 : 200, registered.account->account);
}

Answer account(const SignedRequest& request) {
  ACME_CHECK(check_own(request));
  auto current = request.account;
  if (request.is_post_as_get()) {
    return account_response(request, 200, current->account);
  }
  const auto payload = ACME_TRY(request.payload<wire::UpdateAccount>());
  auto& accounts = request.acme.accounts;
  if (payload.status && *payload.status != "deactivated") {
    return refuse(ProblemType::malformed, "the status of an account can only become deactivated");
  }
  if (payload.status) {
    current = ACME_TRY(accounts.deactivate(request.call.act, *current));
    return account_response(request, 200, current->account);
  }
  if (payload.contact) {
    current = ACME_TRY(accounts.set_contacts(request.call.act, *current, *payload.contact));
  }
  if (payload.termsOfServiceAgreed.value_or(false) && !current->account.terms_agreed) {
    current = ACME_TRY(accounts.agree_to_terms(request.call.act, *current));
  }
  return account_response(request, 200, current->account);
}

Answer account_orders(const SignedRequest& request) {
  ACME_CHECK(check_own(request));
  std::int64_t after = 0;
  if (const auto cursor = request.call.request.query.find("cursor");
      cursor != request.call.request.query.end() && !cursor->second.empty()) {
    after = base::from_text<std::int64_t>(cursor->second.front()).value_or(0);
  }
  const auto page = request.acme.orders.list(*request.account, after);
  wire::OrderList list;
  for (const auto& reference : page.orders) {
    list.orders.push_back(request.url("/order/" + reference.to_string()));
  }
  http::Response response{.content_type = "application/json", .body = wire::to_json(list)};
  if (page.next) {
    response.headers.emplace_back(
        "Link", "<" + account_url(request, request.account->account.reference()) +
                    "/orders?cursor=" + std::to_string(*page.next) + ">;rel=\"next\"");
  }
  return response;
}

Answer key_change(const SignedRequest& request) {
  const auto key = ACME_TRY(read_key_change(request));
  const auto change =
      ACME_TRY(request.acme.accounts.change_key(request.call.act, *request.account, key));
  if (change.conflicting) {
    // Section 7.3.5: 409, and whose the key is.
    constexpr int conflict = 409;
    const core::acme::Problem problem{.type = ProblemType::malformed,
                                      .detail = "another account has this key",
                                      .status = conflict};
    return http::Response{.status = conflict,
                          .content_type = "application/problem+json",
                          .headers = {{"Location", account_url(request, *change.conflicting)}},
                          .body = core::acme::to_json(problem)};
  }
  return account_response(request, 200, change.account->account);
}

}  // namespace protocol::acme
