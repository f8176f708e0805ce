#include "api/v2/acme_admin.h"
#include "api/v2/acme_fields.h"
#include "api/v2/paging.h"
#include "net/trace.h"
#include "service/acme.h"
#include "storage/acme_service_store.h"
#include "x509/general_name.h"

namespace api::v2 {
namespace {

using core::acme::Domain;
using core::acme::DomainId;

struct DomainView {
  DomainId id;
  std::string domain;
  core::acme::DomainRule rule;
  bool is_wildcard_allowed;
  bool auto_approve;
  std::optional<core::AuthorityId> issuing_ca_id;
  std::optional<std::string> issuing_ca_name;
  std::optional<std::int64_t> dns_provider_id;
  std::optional<std::string> dns_provider_name;
  std::optional<std::string> dns_provider_type;
  std::string created_by;
  base::Time created_at;
  base::Time updated_at;
};
BOOST_DESCRIBE_STRUCT(DomainView, (),
                      (id, domain, rule, is_wildcard_allowed, auto_approve, issuing_ca_id,
                       issuing_ca_name, dns_provider_id, dns_provider_name, dns_provider_type,
                       created_by, created_at, updated_at))

// What counts for a name; where nothing matched, what counts for all names.
struct Resolved {
  std::string domain;
  std::optional<std::string> matched_domain;
  core::acme::DomainRule rule;
  bool is_wildcard_allowed;
  bool auto_approve;
  std::optional<core::AuthorityId> issuing_ca_id;
  std::optional<std::int64_t> dns_provider_id;
  std::optional<std::string> dns_provider_name;
  std::optional<std::string> dns_provider_type;
};
BOOST_DESCRIBE_STRUCT(Resolved, (),
                      (domain, matched_domain, rule, is_wildcard_allowed, auto_approve,
                       issuing_ca_id, dns_provider_id, dns_provider_name, dns_provider_type))

struct UpdateBody {
  std::optional<core::acme::DomainRule> rule;
  std::optional<bool> is_wildcard_allowed;
  std::optional<bool> auto_approve;
  std::optional<std::int64_t> issuing_ca_id;  // 0: that of the service
  std::optional<std::int64_t> dns_provider_id;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (),
                      (rule, is_wildcard_allowed, auto_approve, issuing_ca_id, dns_provider_id))

struct CreateBody : UpdateBody {
  std::string domain;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (UpdateBody), (domain))

struct ListQuery {
  int page = 1;
  int per_page = 20;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (page, per_page))

struct ResolveQuery {
  std::string domain;
};
BOOST_DESCRIBE_STRUCT(ResolveQuery, (), (domain))

struct TestBody {
  std::string domain;
  std::optional<std::int64_t> dns_provider_id;
};
BOOST_DESCRIBE_STRUCT(TestBody, (), (domain, dns_provider_id))

// What this server's resolvers say about a domain.
struct Tested {
  std::string domain;
  std::optional<std::string> provider;
  bool success;
  std::string test_record;  // where a client would write
  std::optional<std::string> error;
  std::vector<net::TraceStep> steps;
};
BOOST_DESCRIBE_STRUCT(Tested, (), (domain, provider, success, test_record, error, steps))

struct Domains {
  db::Database& database;
  service::Acme& acme;

  http::Page<DomainView> list(const http::Call& call, const ListQuery& query) const;
  http::Created<DomainView> create(const http::Call& call, const CreateBody& body) const;
  DomainView read(const http::Call& call, const DomainId& id) const;
  http::Done<DomainView> update(const http::Call& call, const DomainId& id,
                                const UpdateBody& body) const;
  http::Message remove(const http::Call& call, const DomainId& id) const;
  Resolved resolve(const http::Call& call, const ResolveQuery& query) const;
  http::Done<Tested> test(const http::Call& call, const TestBody& body) const;

  DomainView view(const Domain& domain) const;
};

}  // namespace

void add_acme_domains(http::Surface& surface, db::Database& database, service::Acme& acme) {
  http::Resource domains{surface, "ACME domains", Domains{database, acme}};

  domains.add(http::Endpoint{.method = http::get,
                             .path = "/acme/domains",
                             .summary = "List the domains with rules of their own",
                             .access = auth::read_acme,
                             .handler = &Domains::list});
  domains.add(http::Endpoint{.method = http::post,
                             .path = "/acme/domains",
                             .summary = "Allow, forbid or approve a domain and all below it",
                             .access = auth::write_acme,
                             .action = "acme.domain.create",
                             .handler = &Domains::create});
  domains.add(http::Endpoint{.method = http::get,
                             .path = "/acme/domains/resolve",
                             .summary = "Find the domain whose rules count for a name",
                             .access = auth::read_acme,
                             .handler = &Domains::resolve});
  domains.add(http::Endpoint{.method = http::post,
                             .path = "/acme/domains/test",
                             .summary = "Look whether the name servers of a domain answer",
                             .access = auth::write_acme,
                             .limit = http::Limit::strict,
                             .action = "acme.domain.test",
                             .handler = &Domains::test});
  domains.add(http::Endpoint{.method = http::get,
                             .path = "/acme/domains/{domain_id}",
                             .summary = "Read one domain",
                             .access = auth::read_acme,
                             .handler = &Domains::read});
  domains.add(http::Endpoint{.method = http::put,
                             .path = "/acme/domains/{domain_id}",
                             .summary = "Change the rules of a domain",
                             .access = auth::write_acme,
                             .action = "acme.domain.update",
                             .handler = &Domains::update});
  domains.add(http::Endpoint{.method = http::delete_,
                             .path = "/acme/domains/{domain_id}",
                             .summary = "Remove the rules of a domain",
                             .access = auth::delete_acme,
                             .action = "acme.domain.delete",
                             .handler = &Domains::remove});
}

namespace {

service::AcmeServices::DomainChanges changes_in(const UpdateBody& body) {
  service::AcmeServices::DomainChanges changes{.rule = body.rule,
                                               .is_wildcard_allowed = body.is_wildcard_allowed,
                                               .auto_approve = body.auto_approve,
                                               .issuing_ca_id = std::nullopt,
                                               .dns_provider_id = body.dns_provider_id};
  if (body.issuing_ca_id) {
    changes.issuing_ca_id = authority_in("issuing_ca_id", *body.issuing_ca_id);
  }
  return changes;
}

DomainView Domains::view(const Domain& domain) const {
  return {.id = domain.id,
          .domain = domain.domain,
          .rule = domain.rule,
          .is_wildcard_allowed = domain.is_wildcard_allowed,
          .auto_approve = domain.auto_approve,
          .issuing_ca_id = domain.issuing_ca_id,
          .issuing_ca_name = acme.services.authority_name(domain.issuing_ca_id),
          .dns_provider_id = domain.dns_provider_id,
          .dns_provider_name = std::nullopt,
          .dns_provider_type = std::nullopt,
          .created_by = domain.created_by,
          .created_at = domain.created_at,
          .updated_at = domain.updated_at};
}

http::Page<DomainView> Domains::list(const http::Call& /*call*/, const ListQuery& query) const {
  const Paging paging{query.page, query.per_page};
  http::Page<DomainView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  std::vector<Domain> found;
  database.read([&](db::Session& session) {
    const storage::AcmeServiceStore store{session};
    page.total = store.count_domains();
    found = store.domains(paging.offset, paging.per_page);
  });
  for (const auto& domain : found) {
    page.items.push_back(view(domain));
  }
  return page;
}

http::Created<DomainView> Domains::create(const http::Call& call, const CreateBody& body) const {
  const auto domain = acme.services.create_domain(call.act, body.domain, changes_in(body));
  return {.data = view(domain), .message = "Domain added"};
}

DomainView Domains::read(const http::Call& /*call*/, const DomainId& id) const {
  return view(acme.services.domain(id));
}

http::Done<DomainView> Domains::update(const http::Call& call, const DomainId& id,
                                       const UpdateBody& body) const {
  const auto domain = acme.services.update_domain(call.act, id, changes_in(body));
  return {.data = view(domain), .message = "Domain updated"};
}

http::Message Domains::remove(const http::Call& call, const DomainId& id) const {
  acme.services.remove_domain(call.act, id);
  return {.message = "Domain removed"};
}

Resolved Domains::resolve(const http::Call& /*call*/, const ResolveQuery& query) const {
  Resolved resolved{.domain = query.domain,
                    .matched_domain = std::nullopt,
                    .rule = core::acme::DomainRule::allow,
                    .is_wildcard_allowed = true,
                    .auto_approve = false,
                    .issuing_ca_id = std::nullopt,
                    .dns_provider_id = std::nullopt,
                    .dns_provider_name = std::nullopt,
                    .dns_provider_type = std::nullopt};
  if (query.domain.empty()) {
    return resolved;
  }
  const auto name = x509::normalize_dns_name(query.domain, true);
  if (!name) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"domain", name.error().reason}}};
  }
  resolved.domain = *name;
  if (const auto domain = acme.rules.domain_of(name->starts_with("*.") ? name->substr(2) : *name)) {
    resolved.matched_domain = domain->domain;
    resolved.rule = domain->rule;
    resolved.is_wildcard_allowed = domain->is_wildcard_allowed;
    resolved.auto_approve = domain->auto_approve;
    resolved.issuing_ca_id = domain->issuing_ca_id;
    resolved.dns_provider_id = domain->dns_provider_id;
  }
  return resolved;
}

http::Done<Tested> Domains::test(const http::Call& /*call*/, const TestBody& body) const {
  const auto name = x509::normalize_dns_name(body.domain, true);
  if (!name) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"domain", name.error().reason}}};
  }
  if (body.dns_provider_id) {
    throw base::Error{
        base::ErrorCode::invalid_request,
        {base::FieldError{"dns_provider_id", "there is no DNS provider with this id"}}};
  }
  const auto base_name = name->starts_with("*.") ? name->substr(2) : *name;
  auto outcome = acme.validator.look_at_dns(base_name);
  const bool success = !outcome.problem;
  return {.data = {.domain = *name,
                   .provider = std::nullopt,
                   .success = success,
                   .test_record = "_acme-challenge." + base_name,
                   .error = success ? std::nullopt : std::optional{outcome.problem->detail},
                   .steps = std::move(outcome.trace)},
          .message = success ? "The name servers answer" : "The name servers do not answer"};
}

}  // namespace
}  // namespace api::v2
