#pragma once

#include "http/message.h"
#include "protocol/acme/request.h"

// The resources of RFC 8555, section 7. What all answers have in common, the nonce above all, is
// added by the table in routes.cc.
namespace protocol::acme {

using Answer = core::acme::Result<http::Response>;

// accounts.cc
Answer new_account(const SignedRequest& request);
Answer account(const SignedRequest& request);
Answer account_orders(const SignedRequest& request);
Answer key_change(const SignedRequest& request);

// orders.cc
Answer new_order(const SignedRequest& request);
Answer order(const SignedRequest& request);
Answer finalize(const SignedRequest& request);
Answer certificate(const SignedRequest& request);
Answer alternate_certificate(const SignedRequest& request);
Answer revoke_certificate(const SignedRequest& request);

// authorizations.cc
Answer new_authorization(const SignedRequest& request);
Answer authorization(const SignedRequest& request);
Answer challenge(const SignedRequest& request);

// The problem of every address that leads nowhere.
std::unexpected<core::acme::Problem> nothing_here();

// An address's last segment as a reference; a bad one leads nowhere.
template <class Reference>
core::acme::Result<Reference> reference_in(const SignedRequest& request) {
  auto reference = Reference::parse(request.path.at(0));
  if (!reference) {
    return nothing_here();
  }
  return *std::move(reference);
}

}  // namespace protocol::acme
