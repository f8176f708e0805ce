#include "service/acme_orders.h"

#include "core/acme/csr_check.h"
#include "crypto/pem.h"
#include "crypto/token.h"
#include "json/json.h"
#include "storage/acme_store.h"
#include "storage/certificate_store.h"

namespace service {
namespace {

using core::acme::Authorization;
using core::acme::AuthorizationReference;
using core::acme::AuthorizationStatus;
using core::acme::Identifier;
using core::acme::IdentifierType;
using core::acme::Order;
using core::acme::OrderReference;
using core::acme::OrderStatus;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

constexpr int orders_per_page = 100;
constexpr std::size_t longest_common_name = 64;  // RFC 5280, ub-common-name
constexpr std::size_t token_octets = 32;

struct Ordered {
  json::Raw identifiers;
  base::Time expires_at;
};
BOOST_DESCRIBE_STRUCT(Ordered, (), (identifiers, expires_at))

struct Finalized {
  OrderStatus status;
  core::CertificateId certificate_id;
};
BOOST_DESCRIBE_STRUCT(Finalized, (), (status, certificate_id))

struct AuthorizationChanged {
  AuthorizationStatus status;
};
BOOST_DESCRIBE_STRUCT(AuthorizationChanged, (), (status))

void check_may_act(storage::AcmeStore& store, const core::acme::Account& account) {
  if (!store.may_act(account.id, account.key_thumbprint)) {
    throw base::Error{base::ErrorCode::unauthenticated, "the account may not act any more"};
  }
}

// Equal answers for what is another's and what is not there.
template <class Object, class Reference>
bool is_own(const std::optional<Object>& object, const AcmeAccount& account,
            const Reference& reference) {
  return object && object->account_id == account.account.id &&
         crypto::equal_in_constant_time(object->secret, reference.secret());
}

std::unexpected<core::acme::Problem> no_such(const char* what) {
  constexpr int not_found = 404;
  return refuse(ProblemType::malformed, std::string{"there is no such "} + what, not_found);
}

std::string list_of(const std::vector<Identifier>& identifiers) {
  constexpr std::size_t longest = 200;
  std::string list;
  for (const auto& identifier : identifiers) {
    list += (list.empty() ? "" : ", ") + identifier.value;
    if (list.size() > longest) {
      return list + ", ...";
    }
  }
  return list;
}

std::vector<x509::GeneralName> general_names(const std::vector<Identifier>& identifiers) {
  std::vector<x509::GeneralName> names;
  for (const auto& identifier : identifiers) {
    names.push_back(identifier.type == IdentifierType::ip
                        ? x509::GeneralName::ip(identifier.value).value()
                        : x509::GeneralName::dns(identifier.value).value());
  }
  return names;
}

// The common name that the CSR asks for, which is one of the names; otherwise the first name, for
// those who read certificates. Nothing else of the CSR's subject was proven.
x509::Name subject_of(const x509::CertificateRequest& request,
                      const std::vector<Identifier>& identifiers) {
  x509::Name subject;
  const auto asked = request.subject().common_name();
  const auto& name = asked ? *asked : identifiers.front().value;
  if (name.size() <= longest_common_name) {
    static_cast<void>(subject.add("CN", name));
  }
  return subject;
}

}  // namespace

class AcmeOrders::Turn {
 public:
  Turn(AcmeOrders& orders, const core::acme::OrderId& id) : orders_{orders}, id_{id.to_number()} {
    const std::lock_guard lock{orders_.mutex_};
    is_ours_ = orders_.being_finalized_.insert(id_).second;
  }
  ~Turn() {
    if (is_ours_) {
      const std::lock_guard lock{orders_.mutex_};
      orders_.being_finalized_.erase(id_);
    }
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool is_ours() const { return is_ours_; }

 private:
  AcmeOrders& orders_;
  std::int64_t id_;
  bool is_ours_ = false;
};

Authorization AcmeOrders::new_authorization(const core::acme::AuthorizationId& id,
                                            const AcmeAccount& account,
                                            const core::acme::OrderId& order_id,
                                            const Identifier& identifier, base::Time now) const {
  std::string challenges;
  for (const auto type : core::acme::challenges_for(identifier)) {
    challenges += (challenges.empty() ? "" : " ") + std::string{core::acme::wire_name(type)};
  }
  return {.id = id,
          .secret = crypto::random_token(random_, AuthorizationReference::secret_octets),
          .account_id = account.account.id,
          .order_id = order_id,
          .identifier_type = identifier.type,
          .identifier = identifier.base_name(),
          .wildcard = identifier.is_wildcard(),
          .status = AuthorizationStatus::pending,
          .token = crypto::random_token(random_, token_octets),
          .challenges = std::move(challenges),
          .attempted = std::nullopt,
          .attempts = 0,
          .attempted_at = std::nullopt,
          .next_attempt_at = std::nullopt,
          .validated_at = std::nullopt,
          .error = std::nullopt,
          .trace = "[]",
          .expires_at = now + acme_authorization_lifetime,
          .created_at = now};
}

Result<Order> AcmeOrders::create(const auth::Act& act, const AcmeAccount& account,
                                 const NewOrder& request, const AcmeSettings& settings) {
  const auto now = clock_.now();
  const auto identifiers = ACME_TRY(core::acme::read_identifiers(
      request.identifiers, {.allowed_suffixes = settings.allowed_suffixes}));
  ACME_CHECK(core::acme::check_validity(request.not_before, request.not_after, now));
  const auto text = json::to_text(identifiers);

  return database_.write(account.act(act), [&](db::Session& session) {
    storage::AcmeStore store{session};
    check_may_act(store, account.account);
    Order order{.id = store.new_order_id(),
                .secret = crypto::random_token(random_, OrderReference::secret_octets),
                .account_id = account.account.id,
                .status = OrderStatus::pending,
                .identifiers = text,
                .authorizations = {},
                .not_before = request.not_before,
                .not_after = request.not_after,
                .error = std::nullopt,
                .certificate_id = std::nullopt,
                .expires_at = now + acme_order_lifetime,
                .created_at = now};
    for (const auto& identifier : identifiers) {
      const auto authorization =
          new_authorization(store.new_authorization_id(), account, order.id, identifier, now);
      store.insert(authorization);
      order.authorizations +=
          (order.authorizations.empty() ? "" : " ") + authorization.reference().to_string();
    }
    store.insert(order);
    session.record("acme_order", order.id, list_of(identifiers), Ordered{{text}, order.expires_at});
    return order;
  });
}

Result<Order> AcmeOrders::find(const AcmeAccount& account, const OrderReference& reference) {
  auto order = database_.read(
      [&](db::Session& session) { return storage::AcmeStore{session}.find(reference.id()); });
  if (!is_own(order, account, reference)) {
    return no_such("order");
  }
  order->status = core::acme::status_at(*order, clock_.now());
  return *std::move(order);
}

Result<Order> AcmeOrders::finalize(const auth::Act& act, const AcmeAccount& account,
                                   const OrderReference& reference, base::ByteView csr,
                                   const AcmeSettings& settings) {
  // The transaction of step 3 decides between two requests for one order. This only spares the
  // second one a signature, within this process.
  const Turn turn{*this, reference.id()};
  if (!turn.is_ours()) {
    return refuse(ProblemType::orderNotReady, "the order is being finalized already");
  }

  // 1. The order is this account's, and ready by what its authorizations are now.
  const auto now = clock_.now();
  std::vector<Authorization> authorizations;
  auto order = database_.read([&](db::Session& session) {
    storage::AcmeStore store{session};
    auto found = store.find(reference.id());
    if (is_own(found, account, reference)) {
      authorizations = store.find_all(core::acme::authorizations_of(*found));
    }
    return found;
  });
  if (!is_own(order, account, reference)) {
    return no_such("order");
  }
  auto status = core::acme::status_at(*order, now);
  if (status == OrderStatus::ready) {
    const auto identifiers = core::acme::identifiers_of(*order);
    status = authorizations.size() == identifiers.size()
                 ? core::acme::status_by(authorizations, now)
                 : OrderStatus::invalid;
  }
  if (auto obstacle = core::acme::finalize_obstacle(status)) {
    return std::unexpected(*std::move(obstacle));
  }

  // 2. The CSR is the order's. In DER, as section 7.4 wants it.
  if (crypto::looks_like_pem(csr)) {
    return refuse(ProblemType::badCSR, "the CSR is PEM; \"csr\" is base64url of its DER");
  }
  const auto request = x509::CertificateRequest::parse(csr);
  if (!request) {
    return refuse(ProblemType::badCSR, "the CSR is not accepted: " + request.error().reason);
  }
  const auto identifiers = core::acme::identifiers_of(*order);
  ACME_CHECK(core::acme::check_csr(*request, identifiers, account.key));

  // 3. The certificate is issued, and the order valid, at once. A crash leaves the order ready and
  //    no certificate; of two requests at the same time, one finds the order valid already.
  const Issuance::Request issue{
      .authority_id =
          settings.authority_id ? *settings.authority_id : authorities_.default_authority(),
      .order = {.profile = "server",
                .subject = subject_of(*request, identifiers),
                .names = general_names(identifiers),
                .key = request->public_key(),
                .validity = std::nullopt,
                .not_before = order->not_before,
                .not_after = order->not_after,
                .must_staple = request->must_staple(),
                .usual_validity = settings.validity},
      .source = core::Source::acme,
      .with = [&](db::Session& session, const core::Certificate& certificate) {
        storage::AcmeStore store{session};
        check_may_act(store, account.account);
        if (!store.set_certificate(order->id, certificate.id)) {
          throw base::Error{base::ErrorCode::conflict, "the order is being finalized already"};
        }
        session.record("acme_order", order->id, list_of(identifiers),
                       Finalized{OrderStatus::valid, certificate.id});
      }};
  try {
    order->certificate_id = issuance_.issue(account.act(act), issue).id;
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::invalid_request) {
      return refuse(ProblemType::badCSR, error.what());
    }
    if (error.code() == base::ErrorCode::conflict) {
      return refuse(ProblemType::orderNotReady, error.what());
    }
    throw;
  }
  order->status = OrderStatus::valid;
  return *std::move(order);
}

Result<std::string> AcmeOrders::certificate(const AcmeAccount& account,
                                            const OrderReference& reference) {
  std::optional<core::Certificate> certificate;
  const auto order = database_.read([&](db::Session& session) {
    auto found = storage::AcmeStore{session}.find(reference.id());
    if (is_own(found, account, reference) && found->certificate_id) {
      certificate = storage::CertificateStore{session}.find(*found->certificate_id);
    }
    return found;
  });
  if (!is_own(order, account, reference) || !certificate) {
    return no_such("certificate");
  }
  auto pem = crypto::to_pem("CERTIFICATE", certificate->der);
  const auto issuer = authorities_.issuer(certificate->authority_id);
  for (const auto& link : issuer->chain) {
    // Who trusts a root has it. Only when it issued by itself it comes along, since clients take
    // an answer without a chain for a broken one.
    if (&link == &issuer->chain.front() || !link.is_self_issued()) {
      pem += link.pem();
    }
  }
  return pem;
}

AcmeOrders::Page AcmeOrders::list(const AcmeAccount& account, std::int64_t after_id) {
  const auto orders = database_.read([&](db::Session& session) {
    return storage::AcmeStore{session}.orders_of(account.account.id, after_id, clock_.now(),
                                                 orders_per_page + 1);
  });
  Page page;
  for (const auto& order : orders) {
    if (page.orders.size() == orders_per_page) {
      page.next = page.orders.back().id().to_number();
      break;
    }
    page.orders.push_back(order.reference());
  }
  return page;
}

Result<Authorization> AcmeOrders::find(const AcmeAccount& account,
                                       const AuthorizationReference& reference) {
  auto authorization = database_.read(
      [&](db::Session& session) { return storage::AcmeStore{session}.find(reference.id()); });
  if (!is_own(authorization, account, reference)) {
    return no_such("authorization");
  }
  return *std::move(authorization);
}

Result<Authorization> AcmeOrders::deactivate(const auth::Act& act, const AcmeAccount& account,
                                             const AuthorizationReference& reference) {
  const auto now = clock_.now();
  return database_.write(account.act(act), [&](db::Session& session) -> Result<Authorization> {
    storage::AcmeStore store{session};
    check_may_act(store, account.account);
    auto authorization = store.find(reference.id());
    if (!is_own(authorization, account, reference)) {
      return no_such("authorization");
    }
    ACME_CHECK(core::acme::deactivate(*authorization, now));
    store.update(*authorization);
    // An order that was counting on it cannot become valid any more.
    const auto order = store.find(authorization->order_id);
    if (order && (order->status == OrderStatus::pending || order->status == OrderStatus::ready)) {
      store.set_status(order->id, OrderStatus::invalid,
                       core::acme::to_json({.type = ProblemType::unauthorized,
                                            .detail = "an authorization was deactivated"}));
    }
    session.record("acme_authorization", authorization->id, authorization->identifier,
                   AuthorizationChanged{authorization->status});
    return *std::move(authorization);
  });
}

}  // namespace service
