#include "api/v2/authorities.h"

#include <algorithm>

#include "api/v2/authority_orders.h"
#include "api/v2/authority_view.h"
#include "api/v2/certificate_selection.h"
#include "api/v2/certificate_view.h"
#include "api/v2/paging.h"
#include "base/text.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

// `orphan`: an intermediate whose parent is not here.
BOOST_DEFINE_ENUM_CLASS(TypeFilter, root, intermediate, orphan)

struct ListQuery {
  std::optional<int> page;
  std::optional<int> per_page;
  std::string search;
  std::optional<TypeFilter> type;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (page, per_page, search, type))

// A node of the tree, with what hangs below it. The depth of the JSON is the depth of the tree.
struct TreeNode {
  core::AuthorityId id;
  std::string name;
  std::string common_name;
  core::AuthorityType ca_type;
  std::optional<core::AuthorityId> parent_id;
  std::string status;
  bool is_active;
  base::Time valid_until;
  std::int64_t certificates_count;
  bool has_private_key;
  json::Raw children;
};
BOOST_DESCRIBE_STRUCT(TreeNode, (),
                      (id, name, common_name, ca_type, parent_id, status, is_active, valid_until,
                       certificates_count, has_private_key, children))

BOOST_DEFINE_ENUM_CLASS(Verdict, accepted, warned, refused)

struct Problem {
  std::string field;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (field, reason))

struct AuthorityExtension {
  std::string oid;
  std::string name;
  bool critical;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(AuthorityExtension, (), (oid, name, critical, value))

struct AuthorityDetail : AuthorityView {
  std::vector<AuthorityExtension> extensions;
  std::string crlStatus;  // "Current", "Stale", "Missing", "Unavailable"
  std::optional<base::Time> nextCrlUpdate;
};
BOOST_DESCRIBE_STRUCT(AuthorityDetail, (AuthorityView), (extensions, crlStatus, nextCrlUpdate))

struct SimulationView {
  Verdict verdict;
  std::vector<Problem> problems;
  std::vector<core::ChainFinding> findings;
  std::vector<core::lint::Finding> lint;
  std::vector<service::Authorities::Trial> trials;
  std::string subject;
  std::optional<base::Time> valid_from;
  std::optional<base::Time> valid_to;
  std::vector<AuthorityExtension> extensions;
};
BOOST_DESCRIBE_STRUCT(SimulationView, (),
                      (verdict, problems, findings, lint, trials, subject, valid_from, valid_to,
                       extensions))

struct CertificatesQuery {
  int page = 1;
  int per_page = 20;
  std::vector<std::string> status;
};
BOOST_DESCRIBE_STRUCT(CertificatesQuery, (), (page, per_page, status))

struct Authorities {
  db::Database& database;
  service::Authorities& authorities;
  service::Crls& crls;
  service::Restrictions& restrictions;

  http::Page<AuthorityView> list(const http::Call& call, const ListQuery& query) const;
  std::vector<TreeNode> tree(const http::Call& call) const;
  http::Created<MadeAuthority> create(const http::Call& call, const AuthorityBody& body) const;
  SimulationView simulate(const http::Call& call, const AuthorityBody& body) const;
  AuthorityDetail read(const http::Call& call, const core::AuthorityId& id) const;
  http::Done<AuthorityView> update(const http::Call& call, const core::AuthorityId& id,
                                   const AuthorityChangesBody& body) const;
  void remove(const http::Call& call, const core::AuthorityId& id) const;
  http::Page<CertificateView> certificates(const http::Call& call, const core::AuthorityId& id,
                                           const CertificatesQuery& query) const;

 private:
  std::map<core::AuthorityId, std::int64_t> issued() const;
  AuthorityView view_of(const core::AuthorityId& id, base::Time now) const;
};

}  // namespace

void add_authorities(http::Surface& surface, db::Database& database,
                     service::Authorities& authorities, service::Crls& crls,
                     service::Restrictions& restrictions) {
  http::Resource cas{surface, "Authorities",
                     Authorities{database, authorities, crls, restrictions}};

  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas",
                         .summary = "List certificate authorities",
                         .access = auth::read_cas,
                         .handler = &Authorities::list});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/tree",
                         .summary = "Show the authorities as a tree",
                         .access = auth::read_cas,
                         .handler = &Authorities::tree});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas",
                         .summary = "Make a root or an intermediate",
                         .access = auth::write_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.create",
                         .handler = &Authorities::create});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/simulate",
                         .summary = "Say who would refuse an authority, before it is made",
                         .access = auth::read_cas,
                         .limit = http::Limit::strict,
                         .handler = &Authorities::simulate});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/{ca_id}",
                         .summary = "Read one authority",
                         .access = auth::read_cas,
                         .handler = &Authorities::read});
  cas.add(http::Endpoint{.method = http::patch,
                         .path = "/cas/{ca_id}",
                         .summary = "Rename an authority, or switch its services on and off",
                         .access = auth::write_cas,
                         .action = "ca.update",
                         .handler = &Authorities::update});
  cas.add(http::Endpoint{.method = http::put,
                         .path = "/cas/{ca_id}",
                         .summary = "Rename an authority, or switch its services on and off",
                         .access = auth::write_cas,
                         .action = "ca.update",
                         .handler = &Authorities::update});
  cas.add(http::Endpoint{.method = http::delete_,
                         .path = "/cas/{ca_id}",
                         .summary = "Delete an authority that has issued nothing",
                         .access = auth::delete_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.delete",
                         .handler = &Authorities::remove});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/{ca_id}/certificates",
                         .summary = "List what an authority has issued, the newest first",
                         .access = auth::read_certificates,
                         .handler = &Authorities::certificates});
}

namespace {

bool contains_without_case(const std::string& text, const std::string& part) {
  const auto same = [](char a, char b) { return base::lower(a) == base::lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool is_of(const service::Issuer& issuer, TypeFilter type) {
  const auto& authority = issuer.authority;
  const bool is_root = authority.type == core::AuthorityType::root;
  switch (type) {
    case TypeFilter::root:
      return is_root;
    case TypeFilter::intermediate:
      return !is_root;
    case TypeFilter::orphan:
      break;
  }
  return !is_root && !authority.parent_id;
}

std::vector<AuthorityExtension> extensions_of(const x509::Certificate& certificate) {
  std::vector<AuthorityExtension> list;
  for (const auto& extension : certificate.describe_extensions()) {
    list.push_back({extension.oid, extension.name, extension.critical, extension.value});
  }
  return list;
}

Verdict verdict_of(const service::Authorities::Simulation& simulation) {
  const auto has = [&](core::ChainSeverity severity) {
    return std::ranges::find(simulation.findings, severity, &core::ChainFinding::severity) !=
           simulation.findings.end();
  };
  if (!simulation.problems.empty() || has(core::ChainSeverity::refusal) ||
      core::lint::blocks(simulation.lint)) {
    return Verdict::refused;
  }
  return has(core::ChainSeverity::warning) || !simulation.lint.empty() ? Verdict::warned
                                                                       : Verdict::accepted;
}

http::Page<AuthorityView> Authorities::list(const http::Call& call, const ListQuery& query) const {
  const auto counts = issued();
  const auto reach = restrictions.reach_of(call.caller);
  std::vector<AuthorityView> found;
  for (const auto& issuer : authorities.issuers()) {
    const auto& authority = issuer->authority;
    const bool matches =
        reach->includes(authority.id) && (!query.type || is_of(*issuer, *query.type)) &&
        (query.search.empty() || contains_without_case(authority.name, query.search) ||
         contains_without_case(authority.subject, query.search));
    if (matches) {
      const auto count = counts.find(authority.id);
      found.push_back(view(*issuer, count == counts.end() ? 0 : count->second, call.now));
    }
  }
  // Without a page, everything: clients of the contract build the tree from it.
  const auto total = static_cast<std::int64_t>(found.size());
  if (!query.page && !query.per_page) {
    return {.items = std::move(found),
            .total = total,
            .page = 1,
            .per_page = std::max<int>(1, static_cast<int>(total))};
  }
  const Paging paging{query.page.value_or(1), query.per_page.value_or(20)};
  const auto from = std::min(paging.offset, total);
  const auto to = std::min(from + paging.per_page, total);
  return {.items = {found.begin() + from, found.begin() + to},
          .total = total,
          .page = paging.page,
          .per_page = paging.per_page};
}

std::vector<TreeNode> Authorities::tree(const http::Call& call) const {
  const auto counts = issued();
  // Whoever sees only some gets the tree of those: one whose parent is hidden stands at the top.
  const auto reach = restrictions.reach_of(call.caller);
  auto issuers = authorities.issuers();
  std::erase_if(issuers,
                [&](const auto& issuer) { return !reach->includes(issuer->authority.id); });
  const auto shown_parent = [&](const core::Authority& authority) {
    return authority.parent_id && reach->includes(*authority.parent_id) ? authority.parent_id
                                                                        : std::nullopt;
  };
  const std::function<std::vector<TreeNode>(std::optional<core::AuthorityId>)> below =
      [&](std::optional<core::AuthorityId> parent) {
        std::vector<TreeNode> nodes;
        for (const auto& issuer : issuers) {
          const auto& authority = issuer->authority;
          if (shown_parent(authority) != parent) {
            continue;
          }
          const auto count = counts.find(authority.id);
          nodes.push_back({.id = authority.id,
                           .name = authority.name,
                           .common_name = authority.common_name,
                           .ca_type = authority.type,
                           .parent_id = authority.parent_id,
                           .status = status_of(authority, call.now),
                           .is_active = authority.is_active,
                           .valid_until = authority.not_after,
                           .certificates_count = count == counts.end() ? 0 : count->second,
                           .has_private_key = issuer->signer != nullptr,
                           .children = json::Raw{json::to_text(below(authority.id))}});
        }
        return nodes;
      };
  return below(std::nullopt);
}

http::Created<MadeAuthority> Authorities::create(const http::Call& call,
                                                 const AuthorityBody& body) const {
  const auto order = authority_order(body);
  const auto made = authorities.create(call.act, order);
  return {.data = made_view(*authorities.issuer(made.id), 0, call.now),
          .message = "Authority created"};
}

SimulationView Authorities::simulate(const http::Call& /*call*/, const AuthorityBody& body) const {
  const auto simulation = authorities.simulate(authority_order(body));
  SimulationView said{.verdict = verdict_of(simulation),
                      .problems = {},
                      .findings = simulation.findings,
                      .lint = simulation.lint,
                      .trials = simulation.trials,
                      .subject = {},
                      .valid_from = std::nullopt,
                      .valid_to = std::nullopt,
                      .extensions = {}};
  for (const auto& [field, reason] : simulation.problems) {
    said.problems.push_back({field, reason});
  }
  if (const auto& sample = simulation.sample) {
    said.subject = sample->subject().to_string();
    said.valid_from = sample->not_before();
    said.valid_to = sample->not_after();
    said.extensions = extensions_of(*sample);
  }
  return said;
}

AuthorityDetail Authorities::read(const http::Call& call, const core::AuthorityId& id) const {
  const auto issuer = authorities.issuer(id);
  AuthorityDetail detail{view_of(id, call.now), extensions_of(issuer->certificate), "Missing",
                         std::nullopt};
  if (const auto crl = crls.latest(id)) {
    detail.crlStatus = crl->next_update < call.now ? "Stale" : "Current";
    detail.nextCrlUpdate = crl->next_update;
  } else if (!issuer->signer) {
    detail.crlStatus = "Unavailable";
  }
  return detail;
}

http::Done<AuthorityView> Authorities::update(const http::Call& call, const core::AuthorityId& id,
                                              const AuthorityChangesBody& body) const {
  if (body.name && (body.name->empty() || body.name->size() > 200)) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"name", "has 1 to 200 characters"}}};
  }
  authorities.update(
      call.act, id,
      {.name = body.name,
       .is_active = body.is_active,
       .cdp_enabled = body.cdp_enabled,
       .ocsp_enabled = body.ocsp_enabled,
       .aia_enabled = body.aia_ca_issuers_enabled,
       .options = [&](core::IssuingOptions options) { return changed(std::move(options), body); }});
  return {.data = view_of(id, call.now), .message = "Authority updated"};
}

void Authorities::remove(const http::Call& call, const core::AuthorityId& id) const {
  authorities.remove(call.act, id);
}

http::Page<CertificateView> Authorities::certificates(const http::Call& call,
                                                      const core::AuthorityId& id,
                                                      const CertificatesQuery& query) const {
  authorities.issuer(id);  // not_found, rather than an empty list
  const Paging paging{query.page, query.per_page};
  const storage::CertificateFilter filter{.any_status = statuses(query.status),
                                          .authority_id = id,
                                          .any_source = {},
                                          .search = {},
                                          .any_tag = {},
                                          .within = *restrictions.reach_of(call.caller)};
  http::Page<CertificateView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  std::vector<core::Certificate> found;
  database.read([&](db::Session& session) {
    const storage::CertificateStore store{session};
    page.total = store.count(filter, call.now).number;
    found = store.list(filter, {.offset = paging.offset, .limit = paging.per_page}, call.now);
  });
  page.items = views(database, found, authorities, call.now);
  return page;
}

std::map<core::AuthorityId, std::int64_t> Authorities::issued() const {
  std::map<core::AuthorityId, std::int64_t> counts;
  database.read([&](db::Session& session) {
    const storage::CertificateStore store{session};
    for (const auto& issuer : authorities.issuers()) {
      counts.emplace(issuer->authority.id, store.issued_by(issuer->authority.id));
    }
  });
  return counts;
}

AuthorityView Authorities::view_of(const core::AuthorityId& id, base::Time now) const {
  const auto count = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.issued_by(id); });
  return view(*authorities.issuer(id), count, now);
}

}  // namespace
}  // namespace api::v2
