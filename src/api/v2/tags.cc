#include "api/v2/tags.h"

#include "api/v2/paging.h"
#include "auth/permission.h"
#include "base/text.h"
#include "storage/certificate_store.h"
#include "storage/tag_store.h"

namespace api::v2 {
namespace {

constexpr int most_looked_at = 100;  // for one page

struct ListQuery {
  int per_page = 20;
  std::string search;                 // the beginning of a tag
  std::optional<std::string> cursor;  // the last page's next_cursor
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (per_page, search, cursor))

struct TagView {
  core::Tag name;
  std::int64_t certificates;  // 10001: more than 10000
};
BOOST_DESCRIBE_STRUCT(TagView, (), (name, certificates))

struct TagsBody {
  std::vector<core::Tag> tags;
};
BOOST_DESCRIBE_STRUCT(TagsBody, (), (tags))

struct TagEndpoints {
  db::Database& database;
  service::Restrictions& restrictions;
  service::Tags& tags;

  http::Page<TagView> list(const http::Call& call, const ListQuery& query) const;
  http::Done<TagsBody> replace(const http::Call& call, const core::CertificateId& id,
                               const TagsBody& body) const;
};

}  // namespace

void add_tags(http::Surface& surface, db::Database& database, service::Restrictions& restrictions,
              service::Tags& tags) {
  http::Resource resource{surface, "Certificates", TagEndpoints{database, restrictions, tags}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/tags",
                              .summary = "List tags, and how many certificates have each",
                              .access = auth::read_certificates,
                              .handler = &TagEndpoints::list});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/certificates/{cert_id}/tags",
                              .summary = "Give a certificate these tags and no others",
                              .access = auth::write_certificates,
                              .action = "certificate.tag",
                              .handler = &TagEndpoints::replace});
}

namespace {

// "@web": behind this tag. No tag looks like it, so neither is taken for the other.
std::string cursor_of(const core::Tag& last) {
  return "@" + last.to_string();
}

std::optional<core::Tag> read_cursor(const std::optional<std::string>& text) {
  if (!text) {
    return std::nullopt;
  }
  const auto tag = core::Tag::parse(text->starts_with('@') ? text->substr(1) : "");
  if (!tag) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"cursor", "not one of a page before"}}};
  }
  return *tag;
}

// The tags of those who see certificates by their tags only; nothing when others may be seen too.
std::optional<std::vector<core::Tag>> own_tags(const core::Reach& reach) {
  std::vector<core::Tag> own;
  for (const auto& each : reach.any) {
    if (each.tags.empty()) {
      return std::nullopt;
    }
    own.insert(own.end(), each.tags.begin(), each.tags.end());
  }
  return reach.is_everything() ? std::nullopt : std::optional{core::in_order(std::move(own))};
}

std::vector<core::Tag> candidates(db::Session& session, const core::Reach& reach,
                                  std::string_view prefix, const std::optional<core::Tag>& after) {
  auto own = own_tags(reach);
  if (!own) {
    return storage::TagStore{session}.list(prefix, after, most_looked_at + 1);
  }
  std::erase_if(*own, [&](const auto& tag) {
    return !tag.to_string().starts_with(prefix) || (after && tag <= *after);
  });
  return *std::move(own);
}

http::Page<TagView> TagEndpoints::list(const http::Call& call, const ListQuery& query) const {
  const Paging paging{1, query.per_page};
  const auto reach = restrictions.reach_of(call.caller);
  const auto after = read_cursor(query.cursor);
  http::Page<TagView> page{.items = {}, .total = 0, .page = 1, .per_page = paging.per_page};
  database.read([&](db::Session& session) {
    const storage::CertificateStore certificates{session};
    // Of whoever sees some authorities or templates, only what is in use there.
    const bool is_shown_unused = reach->is_everything() || own_tags(*reach).has_value();
    int looked_at = 0;
    std::optional<core::Tag> last;
    for (const auto& tag : candidates(session, *reach, base::lower(query.search), after)) {
      if (std::ssize(page.items) == paging.per_page || looked_at == most_looked_at) {
        page.next_cursor = cursor_of(*last);
        break;
      }
      const auto number = certificates.count_tagged(tag, *reach);
      if (number > 0 || is_shown_unused) {
        page.items.push_back({tag, number});
      }
      last = tag;
      ++looked_at;
    }
  });
  page.total = std::ssize(page.items);
  page.total_is_exact = page.next_cursor.empty() && !after;
  return page;
}

http::Done<TagsBody> TagEndpoints::replace(const http::Call& call, const core::CertificateId& id,
                                           const TagsBody& body) const {
  const auto changed = tags.replace(call.act, *restrictions.reach_of(call.caller), id, body.tags);
  return {.data = {changed.tags}, .message = "Tags changed"};
}

}  // namespace
}  // namespace api::v2
