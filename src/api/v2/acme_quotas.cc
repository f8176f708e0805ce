#include "api/v2/acme_admin.h"
#include "api/v2/paging.h"
#include "service/acme.h"
#include "storage/acme_quota_store.h"

namespace api::v2 {
namespace {

using core::acme::QuotaKind;

// What one account, external account or name ordered lately.
struct SpendingView {
  QuotaKind kind;
  std::string subject;  // an id, or a name
  std::int64_t used;
  std::int64_t limit;  // 0: there is none now
  bool exhausted;
  base::Time free_again_at;  // when nothing of it counts any more
};
BOOST_DESCRIBE_STRUCT(SpendingView, (), (kind, subject, used, limit, exhausted, free_again_at))

struct SpendingList {
  std::vector<SpendingView> quotas;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(SpendingList, (), (quotas, next_cursor))

struct ListQuery {
  int per_page = 20;
  std::optional<QuotaKind> kind;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (per_page, kind, cursor))

struct ResetBody {
  QuotaKind kind;
  std::string subject;
};
BOOST_DESCRIBE_STRUCT(ResetBody, (), (kind, subject))

struct Quotas {
  db::Database& database;
  service::Acme& acme;

  SpendingList list(const http::Call& call, const ListQuery& query) const;
  http::Message reset(const http::Call& call, const ResetBody& body) const;
};

}  // namespace

void add_acme_quotas(http::Surface& surface, db::Database& database, service::Acme& acme) {
  http::Resource quotas{surface, "ACME server", Quotas{database, acme}};

  quotas.add(http::Endpoint{.method = http::get,
                            .path = "/acme/quotas",
                            .summary = "List who ordered lately, those with the most left to wait "
                                       "first",
                            .access = auth::read_acme,
                            .handler = &Quotas::list});
  quotas.add(http::Endpoint{.method = http::post,
                            .path = "/acme/quotas/reset",
                            .summary = "Let an account, an external account or a name order again",
                            .access = auth::write_acme,
                            .action = "acme.quota.reset",
                            .handler = &Quotas::reset});
}

namespace {

constexpr std::int64_t microseconds = 1'000'000;

core::acme::Quota quota_of(const service::AcmeSettings::Quotas& quotas, QuotaKind kind) {
  switch (kind) {
    case QuotaKind::account:
      return quotas.account;
    case QuotaKind::external_account:
      return quotas.external_account;
    case QuotaKind::identifier:
      break;
  }
  return quotas.identifier;
}

// "1800000000000000.identifier.a.example": where the page before ended.
std::string cursor_of(const storage::AcmeSpending& last) {
  return std::to_string(last.spent_until) + "." + boost::describe::enum_to_string(last.kind, "") +
         "." + last.subject;
}

storage::AcmeSpending read_cursor(const std::string& text) {
  const auto first = text.find('.');
  const auto second = first == std::string::npos ? first : text.find('.', first + 1);
  if (second != std::string::npos) {
    const auto time = base::from_text<std::int64_t>(text.substr(0, first));
    const auto kind = base::from_text<QuotaKind>(text.substr(first + 1, second - first - 1));
    if (time && kind) {
      return {.kind = *kind, .subject = text.substr(second + 1), .spent_until = *time};
    }
  }
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"cursor", "not one of a page before"}}};
}

SpendingList Quotas::list(const http::Call& call, const ListQuery& query) const {
  const Paging paging{1, query.per_page};
  const auto quotas = acme.rules.common().quotas;
  const auto after = query.cursor ? std::optional{read_cursor(*query.cursor)} : std::nullopt;
  const auto now = call.now.time_since_epoch().count() * microseconds;
  const auto found = database.read([&](db::Session& session) {
    return storage::AcmeQuotaStore{session}.list(query.kind, now, after, paging.per_page + 1);
  });
  SpendingList list;
  for (const auto& each : found) {
    if (std::ssize(list.quotas) == paging.per_page) {
      list.next_cursor = cursor_of(found[list.quotas.size() - 1]);
      break;
    }
    const auto quota = quota_of(quotas, each.kind);
    list.quotas.push_back(
        {.kind = each.kind,
         .subject = each.subject,
         .used = quota.orders > 0 ? core::acme::used(quota, each.spent_until, call.now) : 0,
         .limit = quota.orders,
         .exhausted =
             quota.orders > 0 && !core::acme::spend(quota, each.spent_until, call.now).has_value(),
         .free_again_at = base::Time{std::chrono::seconds{each.spent_until / microseconds + 1}}});
  }
  return list;
}

http::Message Quotas::reset(const http::Call& call, const ResetBody& body) const {
  if (!acme.quotas.forget(call.act, body.kind, body.subject)) {
    throw base::Error{base::ErrorCode::not_found, "nothing of that kind and subject was counted"};
  }
  return {.message = "Quota reset"};
}

}  // namespace
}  // namespace api::v2
