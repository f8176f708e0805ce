#include "service/saved_queries.h"

#include <algorithm>

namespace service {
namespace {

constexpr int most_of_a_user = 100;
constexpr int most_shared = 500;

struct Kept {
  std::string name;
  bool is_shared;
  std::string query;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (name, is_shared, query))

Kept about(const storage::SavedQuery& query) {
  return {query.name, query.is_shared, query.query};
}

void check(const storage::SavedQuery& query, const std::vector<storage::SavedQuery>& others) {
  if (query.name.empty() || query.name.size() > 100) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"name", "has 1 to 100 characters"}}};
  }
  const bool is_taken = std::ranges::any_of(
      others, [&](const auto& other) { return other.name == query.name && other.id != query.id; });
  if (is_taken) {
    throw base::Error{base::ErrorCode::conflict, "you have a query of this name already"};
  }
}

storage::SavedQuery own(const storage::SavedQueryStore& store, const core::UserId& user,
                        const storage::SavedQueryId& id) {
  auto query = store.find(id);
  if (!query || query->user_id != user) {
    throw base::Error{base::ErrorCode::not_found, "you have no query of this id"};
  }
  return *std::move(query);
}

}  // namespace

std::vector<storage::SavedQuery> SavedQueries::list(const core::UserId& user) {
  return database_.read([&](db::Session& session) {
    const storage::SavedQueryStore store{session};
    auto all = store.of_user(user, most_of_a_user);
    auto shared = store.shared_with(user, most_shared);
    std::ranges::move(shared, std::back_inserter(all));
    return all;
  });
}

storage::SavedQuery SavedQueries::create(const auth::Act& act, const core::UserId& user,
                                         const Wanted& wanted) {
  return database_.write(act, [&](db::Session& session) {
    storage::SavedQueryStore store{session};
    const auto others = store.of_user(user, most_of_a_user);
    if (std::ssize(others) == most_of_a_user) {
      throw base::Error{base::ErrorCode::conflict, "you have 100 queries: delete one first"};
    }
    const auto now = clock_.now();
    const storage::SavedQuery made{.id = store.new_id(),
                                   .user_id = user,
                                   .name = wanted.name.value_or(""),
                                   .is_shared = wanted.is_shared.value_or(false),
                                   .query = wanted.query.value_or("{}"),
                                   .created_by = act.by,
                                   .created_at = now,
                                   .updated_at = now};
    check(made, others);
    store.insert(made);
    session.record("saved_query", made.id, made.name, about(made));
    return made;
  });
}

storage::SavedQuery SavedQueries::update(const auth::Act& act, const core::UserId& user,
                                         const storage::SavedQueryId& id, const Wanted& wanted) {
  return database_.write(act, [&](db::Session& session) {
    storage::SavedQueryStore store{session};
    auto query = own(store, user, id);
    query.name = wanted.name.value_or(query.name);
    query.is_shared = wanted.is_shared.value_or(query.is_shared);
    query.query = wanted.query.value_or(query.query);
    query.updated_at = clock_.now();
    check(query, store.of_user(user, most_of_a_user));
    store.update(query);
    session.record("saved_query", id, query.name, about(query));
    return query;
  });
}

void SavedQueries::remove(const auth::Act& act, const core::UserId& user,
                          const storage::SavedQueryId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::SavedQueryStore store{session};
    const auto query = own(store, user, id);
    if (store.remove(id)) {
      session.record("saved_query", id, query.name, about(query));
    }
  });
}

}  // namespace service
