#include "api/v2/saved_queries.h"

#include "api/v2/certificate_selection.h"

namespace api::v2 {
namespace {

// What GET /certificates takes, but for the page.
struct ListFilter : CertificateMatch {
  std::optional<storage::CertificateOrderBy> sort_by;
  std::optional<std::string> sort_order;
};
BOOST_DESCRIBE_STRUCT(ListFilter, (CertificateMatch), (sort_by, sort_order))

struct SavedQueryView {
  storage::SavedQueryId id;
  std::string name;
  bool shared;
  bool is_own;  // may be changed
  std::string created_by;
  base::Time created_at;
  base::Time updated_at;
  ListFilter query;
};
BOOST_DESCRIBE_STRUCT(SavedQueryView, (),
                      (id, name, shared, is_own, created_by, created_at, updated_at, query))

struct CreateBody {
  std::string name;
  std::optional<bool> shared;
  ListFilter query;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (), (name, shared, query))

struct UpdateBody {
  std::optional<std::string> name;
  std::optional<bool> shared;
  std::optional<ListFilter> query;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (name, shared, query))

struct SavedQueries {
  service::SavedQueries& queries;

  std::vector<SavedQueryView> list(const http::Call& call) const;
  http::Created<SavedQueryView> create(const http::Call& call, const CreateBody& body) const;
  http::Done<SavedQueryView> update(const http::Call& call, const storage::SavedQueryId& id,
                                    const UpdateBody& body) const;
  void remove(const http::Call& call, const storage::SavedQueryId& id) const;
};

}  // namespace

void add_saved_queries(http::Surface& surface, service::SavedQueries& queries) {
  http::Resource saved{surface, "Certificates", SavedQueries{queries}};

  saved.add(http::Endpoint{.method = http::get,
                           .path = "/certificates/queries",
                           .summary = "List one's own saved queries and those that are shared",
                           .access = auth::read_certificates,
                           .handler = &SavedQueries::list});
  saved.add(http::Endpoint{.method = http::post,
                           .path = "/certificates/queries",
                           .summary = "Keep a filter of the list under a name",
                           .access = auth::read_certificates,
                           .action = "saved_query.create",
                           .handler = &SavedQueries::create});
  saved.add(http::Endpoint{.method = http::patch,
                           .path = "/certificates/queries/{query_id}",
                           .summary = "Change a saved query of one's own",
                           .access = auth::read_certificates,
                           .action = "saved_query.update",
                           .handler = &SavedQueries::update});
  saved.add(http::Endpoint{.method = http::delete_,
                           .path = "/certificates/queries/{query_id}",
                           .summary = "Delete a saved query of one's own",
                           .access = auth::read_certificates,
                           .action = "saved_query.delete",
                           .handler = &SavedQueries::remove});
}

namespace {

core::UserId user_of(const http::Call& call) {
  return core::UserId::from_number(call.caller.user_id).value();
}

SavedQueryView view(const storage::SavedQuery& query, const core::UserId& user) {
  return {.id = query.id,
          .name = query.name,
          .shared = query.is_shared,
          .is_own = query.user_id == user,
          .created_by = query.created_by,
          .created_at = query.created_at,
          .updated_at = query.updated_at,
          .query = json::parse<ListFilter>(query.query, json::Unknown::ignore)};
}

// As text for the store. What the list would refuse is refused here.
std::string text_of(const ListFilter& filter) {
  to_filter(filter);
  if (filter.sort_order && *filter.sort_order != "asc" && *filter.sort_order != "desc") {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"query.sort_order", "not one of asc, desc"}}};
  }
  if (filter.search && filter.search->size() > 255) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"query.search", "has more than 255 characters"}}};
  }
  return json::to_text(filter);
}

// Everybody sees what is shared: whoever only looks at certificates keeps to themselves.
void check_sharing(const http::Call& call, std::optional<bool> shared) {
  if (shared == true && !call.caller.rights.include(auth::write_certificates.name())) {
    throw base::Error{base::ErrorCode::forbidden,
                      "to share a query needs the permission write:certificates"};
  }
}

std::vector<SavedQueryView> SavedQueries::list(const http::Call& call) const {
  std::vector<SavedQueryView> views;
  for (const auto& query : queries.list(user_of(call))) {
    views.push_back(view(query, user_of(call)));
  }
  return views;
}

http::Created<SavedQueryView> SavedQueries::create(const http::Call& call,
                                                   const CreateBody& body) const {
  check_sharing(call, body.shared);
  const auto made =
      queries.create(call.act, user_of(call),
                     {.name = body.name, .is_shared = body.shared, .query = text_of(body.query)});
  return {.data = view(made, user_of(call)), .message = "Query saved"};
}

http::Done<SavedQueryView> SavedQueries::update(const http::Call& call,
                                                const storage::SavedQueryId& id,
                                                const UpdateBody& body) const {
  check_sharing(call, body.shared);
  const auto changed =
      queries.update(call.act, user_of(call), id,
                     {.name = body.name,
                      .is_shared = body.shared,
                      .query = body.query ? std::optional{text_of(*body.query)} : std::nullopt});
  return {.data = view(changed, user_of(call)), .message = "Query saved"};
}

void SavedQueries::remove(const http::Call& call, const storage::SavedQueryId& id) const {
  queries.remove(call.act, user_of(call), id);
}

}  // namespace
}  // namespace api::v2
