#include "service/acme_orders.h"

#include <algorithm>

#include "core/acme/csr_check.h"
#include "crypto/digest.h"
#include "crypto/pem.h"
#include "crypto/token.h"
#include "json/json.h"
#include "storage/acme_allowance_store.h"
#include "storage/acme_csr_profile_store.h"
#include "storage/acme_service_store.h"
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

struct Approved {
  AuthorizationStatus status;
  std::string approved_by;
};
BOOST_DESCRIBE_STRUCT(Approved, (), (status, approved_by))

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

core::acme::RequestedIdentifier requested(const Identifier& identifier) {
  return {identifier.type == IdentifierType::ip ? "ip" : "dns", identifier.value};
}

std::optional<core::acme::ExternalAccount> external_account_of(db::Database& database,
                                                               const AcmeAccount& account) {
  if (!account.account.eab_id) {
    return std::nullopt;
  }
  return database.read([&](db::Session& session) {
    return storage::AcmeServiceStore{session}.find(*account.account.eab_id);
  });
}

// What an account may order by what was assigned to it and to its external account; nothing when no
// list binds it. Without enforcement, only an external account's own list does.
std::optional<std::vector<core::acme::NamePattern>> allowlist_of(db::Database& database,
                                                                 const AcmeAccount& account,
                                                                 bool enforced) {
  constexpr int most_read = 10'000;
  const auto& [id, eab] = std::pair{account.account.id, account.account.eab_id};
  if (!enforced && !eab) {
    return std::nullopt;
  }
  return database.read(
      [&](db::Session& session) -> std::optional<std::vector<core::acme::NamePattern>> {
        const storage::AcmeAllowanceStore store{session};
        if (!enforced && store.of(*eab, 1).empty()) {
          return std::nullopt;
        }
        std::vector<core::acme::NamePattern> patterns;
        for (const auto& allowed : store.of(id, eab, most_read)) {
          patterns.push_back(core::acme::pattern_of(allowed));
        }
        return patterns;
      });
}

Result<void> check_maintenance(AcmeRules& rules) {
  constexpr int unavailable = 503;
  constexpr int a_minute = 60;
  if (!rules.is_in_maintenance()) {
    return {};
  }
  return std::unexpected(core::acme::Problem{
      .type = ProblemType::serverInternal,
      .detail = "the server is in maintenance and takes no new orders for a while; what is under "
                "way goes on",
      .status = unavailable,
      .retry_after = a_minute});
}

// Whether an account with that external account, or none, may order at this service.
Result<void> check_external(const std::optional<core::acme::ExternalAccount>& external,
                            const AcmeSettings& settings) {
  if (external) {
    if (auto obstacle = core::acme::ordering_obstacle(*external)) {
      return std::unexpected(*std::move(obstacle));
    }
  }
  const bool fits =
      external && (!external->service_id || external->service_id == settings.service_id);
  if (settings.policy->eab_required && !fits) {
    return refuse(ProblemType::externalAccountRequired,
                  "this service is for accounts with an external account of its own: register "
                  "again, with a key identifier and a MAC key from its administrator");
  }
  return {};
}

Result<void> check_profile(const std::optional<std::string>& name, const AcmeSettings& settings) {
  if (!name || settings.policy->profile(*name) != nullptr) {
    return {};
  }
  std::string offered;
  for (const auto& profile : settings.policy->profiles) {
    offered += (offered.empty() ? "" : ", ") + profile.name;
  }
  return refuse(ProblemType::invalidProfile,
                "there is no such profile; offered are: " + (offered.empty() ? "none" : offered));
}

void replace(db::Session& session, const core::CertificateId& old_one,
             const core::CertificateId& new_one) {
  storage::CertificateStore store{session};
  const auto replaced = store.find(old_one);
  if (replaced && !replaced->renewed_by) {
    store.set_renewed_by(old_one, new_one);
  }
}

// Other certificates for the same name and key: of an authority that several others vouch for.
std::vector<std::shared_ptr<const Issuer>> crossed_with(
    const Issuer& issuer, const std::vector<std::shared_ptr<const Issuer>>& all) {
  std::vector<std::shared_ptr<const Issuer>> others;
  for (const auto& other : all) {
    if (other->authority.id != issuer.authority.id &&
        std::ranges::equal(other->certificate.spki(), issuer.certificate.spki()) &&
        std::ranges::equal(other->certificate.subject_der(), issuer.certificate.subject_der())) {
      others.push_back(other);
    }
  }
  return others;
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

Authorization AcmeOrders::make_authorization(db::Session& session, const AcmeAccount& account,
                                             const core::acme::OrderId& order_id,
                                             const Wanted& wanted, base::Time now) const {
  storage::AcmeStore store{session};
  const bool is_approved = !wanted.approved_by.empty();
  std::string challenges;
  for (const auto type : wanted.challenges) {
    challenges += (challenges.empty() ? "" : " ") + std::string{core::acme::wire_name(type)};
  }
  Authorization authorization{
      .id = store.new_authorization_id(),
      .secret = crypto::random_token(random_, AuthorizationReference::secret_octets),
      .account_id = account.account.id,
      .order_id = order_id,
      .identifier_type = wanted.identifier.type,
      .identifier = wanted.identifier.base_name(),
      .wildcard = wanted.identifier.is_wildcard(),
      .status = is_approved ? AuthorizationStatus::valid : AuthorizationStatus::pending,
      .token = crypto::random_token(random_, token_octets),
      .challenges = std::move(challenges),
      .attempted = std::nullopt,
      .attempts = 0,
      .attempted_at = std::nullopt,
      .next_attempt_at = std::nullopt,
      .validated_at = is_approved ? std::optional{now} : std::nullopt,
      .error = std::nullopt,
      .trace = is_approved ? json::to_text(net::Trace{{"challenge", wanted.approved_by}}) : "[]",
      .expires_at = now + acme_authorization_lifetime,
      .created_at = now};
  store.insert(authorization);
  if (is_approved) {
    session.record("acme_authorization", authorization.id, authorization.identifier,
                   Approved{authorization.status, wanted.approved_by});
  }
  return authorization;
}

Result<std::vector<AcmeOrders::Wanted>> AcmeOrders::check_allowed(
    const std::vector<Identifier>& identifiers, const AcmeAccount& account,
    const AcmeSettings& settings) {
  const auto external = external_account_of(database_, account);
  ACME_CHECK(check_external(external, settings));
  const auto names = external ? core::acme::name_patterns(external->allowed_names)
                              : std::vector<core::acme::NamePattern>{};
  const auto allowlist = allowlist_of(database_, account, settings.allowlists_enforced);
  std::vector<Wanted> wanted;
  std::vector<core::acme::Subproblem> refused;
  std::optional<std::optional<core::AuthorityId>> authority;
  for (const auto& identifier : identifiers) {
    const auto ruling = rules_.ruling(identifier);
    auto obstacle =
        ruling.obstacle ? ruling.obstacle : core::acme::name_obstacle(*settings.policy, identifier);
    if (!obstacle && !names.empty() && core::acme::first_covering(names, identifier) == nullptr) {
      obstacle = "it is none of the names of this account's external account";
    }
    if (!obstacle && allowlist && core::acme::first_covering(*allowlist, identifier) == nullptr) {
      obstacle = "Account is not authorized to request identifier '" + identifier.value + "'";
    }
    if (!obstacle && authority && *authority != ruling.authority_id) {
      obstacle = "another authority issues for it than for the names before it: order it alone";
    }
    authority = authority.value_or(ruling.authority_id);
    Wanted one{.identifier = identifier,
               .challenges = core::acme::challenges_for(*settings.policy, identifier)};
    if (ruling.is_approved) {
      one.approved_by = "not needed: the domain " + ruling.domain + " is approved";
    } else if (external && external->pre_authorized) {
      one.approved_by = "not needed: pre-authorized by the external account " + external->kid;
    } else if (!obstacle && one.challenges.empty()) {
      obstacle = "none of the challenges of this service can prove it";
    }
    if (obstacle) {
      refused.push_back({.type = ProblemType::rejectedIdentifier,
                         .detail = identifier.value + ": " + *obstacle,
                         .identifier = requested(identifier)});
    }
    wanted.push_back(std::move(one));
  }
  if (!refused.empty()) {
    return std::unexpected(core::acme::combine(std::move(refused)));
  }
  return wanted;
}

// RFC 9773, section 5: of this server and account, with a name in common, not replaced already.
Result<std::optional<core::CertificateId>> AcmeOrders::find_replaced(
    const NewOrder& request, const std::vector<Identifier>& identifiers,
    const AcmeAccount& account) {
  if (!request.replaces) {
    return std::optional<core::CertificateId>{};
  }
  const auto certificate = ACME_TRY(renewals_.find(*request.replaces));
  const auto order = database_.read([&](db::Session& session) {
    return storage::AcmeStore{session}.find_order_of(certificate.id);
  });
  if (!order || order->account_id != account.account.id) {
    return refuse(ProblemType::unauthorized,
                  "the certificate to replace was ordered by another account");
  }
  const auto replaced = core::acme::identifiers_of(*order);
  if (std::ranges::find_first_of(identifiers, replaced) == identifiers.end()) {
    return refuse(ProblemType::malformed,
                  "the order has no name in common with the certificate to replace");
  }
  if (certificate.renewed_by) {
    return refuse(ProblemType::alreadyReplaced,
                  "another order replaced that certificate already: leave \"replaces\" out");
  }
  return std::optional{certificate.id};
}

Result<Order> AcmeOrders::create(const auth::Act& act, const AcmeAccount& account,
                                 const NewOrder& request, const AcmeSettings& settings) {
  ACME_CHECK(check_maintenance(rules_));
  const auto now = clock_.now();
  const auto identifiers = ACME_TRY(core::acme::read_identifiers(
      request.identifiers, {.allowed_suffixes = settings.allowed_suffixes}));
  ACME_CHECK(core::acme::check_validity(request.not_before, request.not_after, now));
  ACME_CHECK(check_profile(request.profile, settings));
  const auto wanted = ACME_TRY(check_allowed(identifiers, account, settings));
  const auto replaces = ACME_TRY(find_replaced(request, identifiers, account));
  const auto text = json::to_text(identifiers);

  return database_.write(account.act(act), [&](db::Session& session) {
    storage::AcmeStore store{session};
    check_may_act(store, account.account);
    Order order{.id = store.new_order_id(),
                .secret = crypto::random_token(random_, OrderReference::secret_octets),
                .account_id = account.account.id,
                .status = OrderStatus::ready,
                .identifiers = text,
                .authorizations = {},
                .not_before = request.not_before,
                .not_after = request.not_after,
                .error = std::nullopt,
                .certificate_id = std::nullopt,
                .expires_at = now + acme_order_lifetime,
                .created_at = now,
                .service_id = settings.service_id,
                .profile = request.profile,
                .replaces = replaces};
    for (const auto& one : wanted) {
      auto proof = one.approved_by.empty()
                       ? store.find_reusable(account.account.id, one.identifier,
                                             now + acme_reuse_margin, one.challenges)
                       : std::nullopt;
      const auto authorization =
          proof ? *std::move(proof) : make_authorization(session, account, order.id, one, now);
      if (authorization.status == AuthorizationStatus::pending) {
        order.status = OrderStatus::pending;
      }
      order.expires_at = std::min(order.expires_at, authorization.expires_at);
      order.authorizations +=
          (order.authorizations.empty() ? "" : " ") + authorization.reference().to_string();
    }
    store.insert(order);
    session.record("acme_order", order.id, list_of(identifiers), Ordered{{text}, order.expires_at});
    return order;
  });
}

Result<AcmeOrders::Authorized> AcmeOrders::authorize(
    const auth::Act& act, const AcmeAccount& account,
    const core::acme::RequestedIdentifier& requested_identifier, const AcmeSettings& settings) {
  ACME_CHECK(check_maintenance(rules_));
  const auto now = clock_.now();
  const auto identifier = ACME_TRY(core::acme::read_identifier(
      requested_identifier, {.allowed_suffixes = settings.allowed_suffixes}));
  if (identifier.is_wildcard()) {
    return refuse(ProblemType::malformed,
                  "a wildcard is ordered; only names can be authorized before (section 7.4.1)");
  }
  const auto wanted = ACME_TRY(check_allowed({identifier}, account, settings));
  const auto& one = wanted.front();
  return database_.write(account.act(act), [&](db::Session& session) -> Result<Authorized> {
    storage::AcmeStore store{session};
    check_may_act(store, account.account);
    if (auto proof = store.find_reusable(account.account.id, one.identifier,
                                         now + acme_reuse_margin, one.challenges)) {
      return Authorized{.authorization = *std::move(proof), .is_new = false};
    }
    // The id of an order that there never is: it belongs to none.
    auto made = make_authorization(session, account, store.new_order_id(), one, now);
    session.record("acme_authorization", made.id, made.identifier,
                   AuthorizationChanged{made.status});
    return Authorized{.authorization = std::move(made), .is_new = true};
  });
}

Result<Order> AcmeOrders::find(const AcmeAccount& account, const OrderReference& reference,
                               const AcmeSettings& settings) {
  auto order = database_.read(
      [&](db::Session& session) { return storage::AcmeStore{session}.find(reference.id()); });
  if (!is_own(order, account, reference) || order->service_id != settings.service_id) {
    return no_such("order");
  }
  order->status = core::acme::status_at(*order, clock_.now());
  return *std::move(order);
}

Result<void> AcmeOrders::look_at_caa_again(const std::vector<Authorization>& authorizations,
                                           const std::string& account_url,
                                           const AcmeSettings& settings) {
  if (settings.caa_identities.empty()) {
    return {};
  }
  const auto now = clock_.now();
  for (const auto& authorization : authorizations) {
    const bool was_seen = authorization.attempted && authorization.validated_at &&
                          *authorization.validated_at + acme_caa_lifetime > now;
    if (was_seen) {
      continue;
    }
    auto outcome = validator_.look_at_caa(
        {.type = authorization.attempted.value_or(core::acme::ChallengeType::dns_01),
         .name = authorization.identifier,
         .token = {},
         .key_authorization = {},
         .wildcard = authorization.wildcard,
         .caa_issuer_names = settings.caa_identities,
         .account_url = account_url,
         .is_pre_authorized = !authorization.attempted});
    if (outcome.problem) {
      return std::unexpected(*std::move(outcome.problem));
    }
  }
  return {};
}

// What the domain says, or else the service, or else the default. All names have the same one.
core::AuthorityId AcmeOrders::authority_for(const std::vector<Identifier>& identifiers,
                                            const AcmeSettings& settings) {
  if (const auto ruling = rules_.ruling(identifiers.front()); ruling.authority_id) {
    return *ruling.authority_id;
  }
  return settings.authority_id ? *settings.authority_id : authorities_.default_authority();
}

Result<Order> AcmeOrders::finalize(const auth::Act& act, const AcmeAccount& account,
                                   const OrderReference& reference, base::ByteView csr,
                                   const std::string& account_url, const AcmeSettings& settings) {
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
  if (!is_own(order, account, reference) || order->service_id != settings.service_id) {
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
  ACME_CHECK(csr_profiles_.check(account.account, *request, settings.csr_profile_required));
  ACME_CHECK(check_external(external_account_of(database_, account), settings));
  ACME_CHECK(look_at_caa_again(authorizations, account_url, settings));
  const auto* profile = order->profile ? settings.policy->profile(*order->profile) : nullptr;
  if (order->profile && profile == nullptr) {
    return refuse(ProblemType::invalidProfile,
                  "the profile " + *order->profile + " is not offered any more: order again");
  }

  // 3. The certificate is issued, and the order valid, at once. A crash leaves the order ready and
  //    no certificate; of two requests at the same time, one finds the order valid already.
  const auto key_hash = crypto::sha256(request->public_key().spki());
  const Issuance::Request issue{
      .authority_id = authority_for(identifiers, settings),
      .order = {.profile = profile != nullptr ? profile->cert_type.value_or("server") : "server",
                .subject = subject_of(*request, identifiers),
                .names = general_names(identifiers),
                .key = request->public_key(),
                .validity = std::nullopt,
                .not_before = order->not_before,
                .not_after = order->not_after,
                .must_staple = request->must_staple(),
                .usual_validity = profile != nullptr && profile->validity_hours
                                      ? std::chrono::hours{*profile->validity_hours}
                                      : settings.validity},
      .source = core::Source::acme,
      .with = [&](db::Session& session, const core::Certificate& certificate) {
        storage::AcmeStore store{session};
        check_may_act(store, account.account);
        if (!store.set_certificate(order->id, certificate.id)) {
          throw base::Error{base::ErrorCode::conflict, "the order is being finalized already"};
        }
        storage::AcmeCsrProfileStore{session}.note_key(key_hash, certificate.id);
        if (order->replaces) {
          replace(session, *order->replaces, certificate.id);
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

Result<AcmeOrders::Download> AcmeOrders::certificate(const AcmeAccount& account,
                                                     const OrderReference& reference,
                                                     std::size_t chain,
                                                     const AcmeSettings& settings) {
  std::optional<core::Certificate> certificate;
  const auto order = database_.read([&](db::Session& session) {
    auto found = storage::AcmeStore{session}.find(reference.id());
    if (is_own(found, account, reference) && found->certificate_id) {
      certificate = storage::CertificateStore{session}.find(*found->certificate_id);
    }
    return found;
  });
  if (!is_own(order, account, reference) || order->service_id != settings.service_id ||
      !certificate) {
    return no_such("certificate");
  }
  const auto issuer = authorities_.issuer(certificate->authority_id);
  const auto others = crossed_with(*issuer, authorities_.issuers());
  const bool has_root = issuer->chain.size() > 1 && issuer->chain.back().is_self_issued();
  Download download{.pem = crypto::to_pem("CERTIFICATE", certificate->der),
                    .chains = 1 + others.size() + (has_root ? 1 : 0)};
  if (chain >= download.chains) {
    return no_such("chain");
  }
  const bool with_root = has_root && chain == download.chains - 1;
  const auto& chosen = chain == 0 || with_root ? *issuer : *others[chain - 1];
  for (const auto& link : chosen.chain) {
    // Who trusts a root has it. Only when it issued by itself it comes along, since clients take
    // an answer without a chain for a broken one; and in the last alternate, for those who ask.
    if (&link == &chosen.chain.front() || !link.is_self_issued() || with_root) {
      download.pem += link.pem();
    }
  }
  return download;
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
    // Orders that were counting on it cannot become valid any more.
    store.invalidate_orders_with(
        account.account.id, reference,
        core::acme::to_json(
            {.type = ProblemType::unauthorized, .detail = "an authorization was deactivated"}));
    session.record("acme_authorization", authorization->id, authorization->identifier,
                   AuthorizationChanged{authorization->status});
    return *std::move(authorization);
  });
}

}  // namespace service
