#include "service/acme_finalizing.h"

#include <algorithm>

#include "base/fiber.h"
#include "base/text.h"
#include "core/acme/csr_check.h"
#include "core/acme/subdomains.h"
#include "crypto/digest.h"
#include "crypto/pem.h"
#include "service/acme_ownership.h"
#include "storage/acme_approval_store.h"
#include "storage/acme_csr_profile_store.h"
#include "storage/certificate_store.h"

namespace service {
namespace {

using core::acme::Authorization;
using core::acme::Identifier;
using core::acme::IdentifierType;
using core::acme::Order;
using core::acme::OrderId;
using core::acme::OrderReference;
using core::acme::OrderStatus;
using core::acme::ProblemType;
using core::acme::Result;

constexpr std::size_t longest_common_name = 64;  // RFC 5280, ub-common-name
constexpr std::size_t longest_reason = 500;

struct Finalized {
  OrderStatus status;
  core::CertificateId certificate_id;
};
BOOST_DESCRIBE_STRUCT(Finalized, (), (status, certificate_id))

struct Waiting {
  OrderStatus status;
};
BOOST_DESCRIBE_STRUCT(Waiting, (), (status))

struct Refused {
  OrderStatus status;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Refused, (), (status, reason))

std::vector<x509::GeneralName> general_names(const std::vector<Identifier>& identifiers) {
  std::vector<x509::GeneralName> names;
  for (const auto& identifier : identifiers) {
    names.push_back(identifier.type == IdentifierType::ip
                        ? x509::GeneralName::ip(identifier.value).value()
                        : x509::GeneralName::dns(identifier.value).value());
  }
  return names;
}

// The common name that the CSR asks for, which is one of the names; otherwise the first DNS name,
// for those who read certificates. Nothing else of the CSR's subject was proven. An address does
// not become a common name unasked: clients (certbot) take a common name for a DNS name.
x509::Name subject_of(const x509::CertificateRequest& request,
                      const std::vector<Identifier>& identifiers) {
  x509::Name subject;
  auto name = request.subject().common_name();
  const auto first = std::ranges::find(identifiers, IdentifierType::dns, &Identifier::type);
  if (!name && first != identifiers.end()) {
    name = first->value;
  }
  if (name) {
    name = base::lower(*name);
  }
  if (name && name->size() <= longest_common_name) {
    static_cast<void>(subject.add("CN", *name));
  }
  return subject;
}

void replace(db::Session& session, const core::CertificateId& old_one,
             const core::CertificateId& new_one) {
  storage::CertificateStore store{session};
  const auto replaced = store.find(old_one);
  if (replaced && !replaced->renewed_by) {
    store.set_renewed_by(old_one, new_one);
  }
}

// What the order and its authorizations make of the order now.
OrderStatus status_of(const Order& order, const std::vector<Authorization>& authorizations,
                      base::Time now) {
  const auto status = core::acme::status_at(order, now);
  if (status != OrderStatus::ready && status != OrderStatus::processing) {
    return status;
  }
  const auto has_proof = [&](const Identifier& identifier) {
    return std::ranges::any_of(authorizations, [&](const Authorization& authorization) {
      return core::acme::covers(authorization, identifier);
    });
  };
  const auto by_proofs = std::ranges::all_of(core::acme::identifiers_of(order), has_proof)
                             ? core::acme::status_by(authorizations, now)
                             : OrderStatus::invalid;
  return by_proofs == OrderStatus::ready ? status : by_proofs;
}

[[noreturn]] void conflict(std::string detail) {
  throw base::Error{base::ErrorCode::conflict, std::move(detail)};
}

}  // namespace

class AcmeFinalizing::Turn {
 public:
  Turn(AcmeFinalizing& parent, const core::acme::OrderId& id)
      : parent_{parent}, id_{id.to_number()} {
    const std::lock_guard lock{parent_.mutex_};
    is_ours_ = parent_.being_finalized_.insert(id_).second;
  }
  ~Turn() {
    if (is_ours_) {
      const std::lock_guard lock{parent_.mutex_};
      parent_.being_finalized_.erase(id_);
    }
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool is_ours() const { return is_ours_; }

 private:
  AcmeFinalizing& parent_;
  std::int64_t id_;
  bool is_ours_ = false;
};

// Of each name itself: what a domain above it allows is not what the name does (RFC 9444, section
// 5.1).
Result<void> AcmeFinalizing::look_at_caa_again(const std::vector<Identifier>& identifiers,
                                               const std::vector<Authorization>& authorizations,
                                               const std::string& account_url,
                                               const AcmeSettings& settings) {
  if (settings.caa_identities.empty()) {
    return {};
  }
  const auto now = clock_.now();
  for (const auto& identifier : identifiers) {
    // There is one: else the order would not be ready.
    const auto proof = std::ranges::find_if(authorizations, [&](const Authorization& each) {
      return core::acme::covers(each, identifier);
    });
    const bool was_seen = proof->identifier == identifier.base_name() &&
                          proof->wildcard == identifier.is_wildcard() && proof->attempted &&
                          proof->validated_at && *proof->validated_at + acme_caa_lifetime > now;
    if (was_seen) {
      continue;
    }
    const net::AcmeValidator::Question question{
        .type = proof->attempted.value_or(core::acme::ChallengeType::dns_01),
        .name = identifier.base_name(),
        .token = {},
        .key_authorization = {},
        .wildcard = identifier.is_wildcard(),
        .caa_issuer_names = settings.caa_identities,
        .account_url = account_url,
        .is_pre_authorized = !proof->attempted};
    auto outcome = base::may_block([&] { return validator_.look_at_caa(question); });
    if (outcome.problem) {
      return std::unexpected(*std::move(outcome.problem));
    }
  }
  return {};
}

// What the domain says, or else the service, or else the default. All names have the same one.
core::AuthorityId AcmeFinalizing::authority_for(const std::vector<Identifier>& identifiers,
                                                const AcmeSettings& settings) {
  if (const auto ruling = rules_.ruling(identifiers.front()); ruling.authority_id) {
    return *ruling.authority_id;
  }
  return settings.authority_id ? *settings.authority_id : authorities_.default_authority();
}

// The CSR is the order's, and all rules allow it still.
Result<AcmeFinalizing::Candidate> AcmeFinalizing::check(const AcmeAccount& account, Order order,
                                                        std::vector<Authorization> authorizations,
                                                        base::ByteView csr,
                                                        const std::string& account_url,
                                                        const AcmeSettings& settings) {
  using core::acme::refuse;
  // In DER, as section 7.4 wants it.
  if (crypto::looks_like_pem(csr)) {
    return refuse(ProblemType::badCSR, "the CSR is PEM; \"csr\" is base64url of its DER");
  }
  auto request = x509::CertificateRequest::parse(csr);
  if (!request) {
    return refuse(ProblemType::badCSR, "the CSR is not accepted: " + request.error().reason);
  }
  const auto identifiers = core::acme::identifiers_of(order);
  ACME_CHECK(core::acme::check_csr(*request, identifiers, account.key));
  ACME_CHECK(csr_profiles_.check(account.account, *request, settings.csr_profile_required));
  ACME_CHECK(order_rules_.check_account(account, settings));
  ACME_CHECK(look_at_caa_again(identifiers, authorizations, account_url, settings));
  const auto* profile = order.profile ? settings.policy->profile(*order.profile) : nullptr;
  if (order.profile && profile == nullptr) {
    return refuse(ProblemType::invalidProfile,
                  "the profile " + *order.profile + " is not offered any more: order again");
  }
  return Candidate{.order = std::move(order),
                   .authorizations = std::move(authorizations),
                   .request = *std::move(request),
                   .profile = profile};
}

// The certificate is issued, and the order valid, at once. A crash leaves the order as it was and
// no certificate; of two requests at the same time, one finds the order valid already.
Result<void> AcmeFinalizing::issue(const auth::Act& act, const AcmeAccount& account,
                                   Candidate& candidate, const AcmeSettings& settings) {
  using core::acme::refuse;
  auto& order = candidate.order;
  const auto& request = candidate.request;
  const auto* profile = candidate.profile;
  const auto identifiers = core::acme::identifiers_of(order);
  const auto key_hash = crypto::sha256(request.public_key().spki());
  const Issuance::Request issue{
      .authority_id = authority_for(identifiers, settings),
      .order = {.profile = profile != nullptr ? profile->cert_type.value_or("server") : "server",
                .subject = subject_of(request, identifiers),
                .names = general_names(identifiers),
                .key = request.public_key(),
                .validity = std::nullopt,
                .not_before = order.not_before,
                .not_after = order.not_after,
                .must_staple = request.must_staple(),
                .usual_validity = profile != nullptr && profile->validity_hours
                                      ? std::chrono::hours{*profile->validity_hours}
                                      : settings.validity},
      .source = core::Source::acme,
      .with = [&](db::Session& session, const core::Certificate& certificate) {
        storage::AcmeStore store{session};
        check_may_act(store, account.account);
        if (!store.set_certificate(order.id, certificate.id)) {
          throw base::Error{base::ErrorCode::conflict, "the order is being finalized already"};
        }
        if (order.status == OrderStatus::processing &&
            !storage::AcmeApprovalStore{session}.remove(order.id)) {
          throw base::Error{base::ErrorCode::conflict, "the order was decided already"};
        }
        storage::AcmeCsrProfileStore{session}.note_key(key_hash, certificate.id);
        if (order.replaces) {
          replace(session, *order.replaces, certificate.id);
        }
        session.record("acme_order", order.id, list_of(identifiers),
                       Finalized{OrderStatus::valid, certificate.id});
      }};
  try {
    order.certificate_id = issuance_.issue(act, issue).id;
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::invalid_request) {
      return refuse(ProblemType::badCSR, error.what());
    }
    if (error.code() == base::ErrorCode::conflict) {
      return refuse(ProblemType::orderNotReady, error.what());
    }
    throw;
  }
  order.status = OrderStatus::valid;
  return {};
}

Result<void> AcmeFinalizing::await_approval(const auth::Act& act, const AcmeAccount& account,
                                            Order& order, base::ByteView csr,
                                            const std::string& account_url) {
  const storage::AcmeApproval approval{.order_id = order.id,
                                       .csr = base::to_bytes(csr),
                                       .account_url = account_url,
                                       .requested_at = clock_.now(),
                                       .expires_at = order.expires_at};
  const bool waits = database_.write(account.act(act), [&](db::Session& session) {
    storage::AcmeStore store{session};
    check_may_act(store, account.account);
    if (!store.await_approval(order.id)) {
      return false;
    }
    storage::AcmeApprovalStore{session}.insert(approval);
    session.record("acme_order", order.id, list_of(core::acme::identifiers_of(order)),
                   Waiting{OrderStatus::processing});
    return true;
  });
  if (!waits) {
    return core::acme::refuse(ProblemType::orderNotReady, "the order is being finalized already");
  }
  order.status = OrderStatus::processing;
  return {};
}

Result<Order> AcmeFinalizing::finalize(const auth::Act& act, const AcmeAccount& account,
                                       const OrderReference& reference, base::ByteView csr,
                                       const std::string& account_url,
                                       const AcmeSettings& settings) {
  // The transaction that issues decides between two requests for one order. This only spares the
  // second one a signature, within this process.
  const Turn turn{*this, reference.id()};
  if (!turn.is_ours()) {
    return core::acme::refuse(ProblemType::orderNotReady, "the order is being finalized already");
  }
  std::vector<Authorization> authorizations;
  auto order = database_.read([&](db::Session& session) {
    storage::AcmeStore store{session};
    auto found = store.find(reference.id());
    if (is_own(found, account, reference)) {
      authorizations = store.find_all(core::acme::authorizations_of(*found));
    }
    return found;
  });
  if (!is_own(order, account, reference) || order->service_id != settings.service_id) {
    return no_such("order");
  }
  if (auto obstacle =
          core::acme::finalize_obstacle(status_of(*order, authorizations, clock_.now()))) {
    return std::unexpected(*std::move(obstacle));
  }
  // The last authorization may have become valid just now.
  order->status = OrderStatus::ready;
  auto candidate = ACME_TRY(
      check(account, *std::move(order), std::move(authorizations), csr, account_url, settings));
  if (settings.approval_required) {
    ACME_CHECK(await_approval(act, account, candidate.order, csr, account_url));
  } else {
    ACME_CHECK(issue(account.act(act), account, candidate, settings));
  }
  return std::move(candidate.order);
}

Order AcmeFinalizing::approve(const auth::Act& act, const OrderId& id) {
  const Turn turn{*this, id};
  std::optional<Order> order;
  std::optional<storage::AcmeApproval> approval;
  std::optional<core::acme::Account> owner;
  std::vector<Authorization> authorizations;
  database_.read([&](db::Session& session) {
    storage::AcmeStore store{session};
    order = store.find(id);
    approval = storage::AcmeApprovalStore{session}.find(id);
    if (order) {
      owner = store.find(order->account_id);
      authorizations = store.find_all(core::acme::authorizations_of(*order));
    }
  });
  if (!order) {
    throw base::Error{base::ErrorCode::not_found, "there is no such ACME order"};
  }
  if (!turn.is_ours() || !approval || !owner || order->status != OrderStatus::processing) {
    conflict("this order does not wait for approval");
  }
  if (status_of(*order, authorizations, clock_.now()) != OrderStatus::processing) {
    conflict("this order is past its time, or an authorization of it is not valid any more");
  }
  if (const auto obstacle = core::acme::account_obstacle(owner->status)) {
    conflict("the account of this order may not act any more: " + obstacle->detail);
  }
  const auto settings = rules_.settings_of(order->service_id);
  const auto account = accounts_.find(owner->reference());
  if (!settings || !account) {
    conflict("the service or the account of this order is not there any more");
  }
  auto candidate = check(**account, *std::move(order), std::move(authorizations), approval->csr,
                         approval->account_url, *settings);
  if (!candidate) {
    conflict("the rules refuse this order now: " + candidate.error().detail);
  }
  const auto issued = issue(act, **account, *candidate, *settings);
  if (!issued) {
    conflict(issued.error().detail);
  }
  return std::move(candidate->order);
}

Order AcmeFinalizing::refuse(const auth::Act& act, const OrderId& id, const std::string& reason) {
  if (reason.size() > longest_reason) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"reason", "has more than 500 characters"}}};
  }
  const core::acme::Problem problem{.type = ProblemType::unauthorized,
                                    .detail = "an administrator refused this order" +
                                              (reason.empty() ? std::string{} : ": " + reason)};
  return database_.write(act, [&](db::Session& session) {
    storage::AcmeStore store{session};
    auto order = store.find(id);
    if (!order) {
      throw base::Error{base::ErrorCode::not_found, "there is no such ACME order"};
    }
    const auto text = core::acme::to_json(problem);
    if (!store.refuse_approval(id, text) || !storage::AcmeApprovalStore{session}.remove(id)) {
      conflict("this order does not wait for approval");
    }
    session.record("acme_order", id, list_of(core::acme::identifiers_of(*order)),
                   Refused{OrderStatus::invalid, reason});
    order->status = OrderStatus::invalid;
    order->error = text;
    return *std::move(order);
  });
}

}  // namespace service
