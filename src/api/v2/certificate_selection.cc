#include "api/v2/certificate_selection.h"

#include <algorithm>

#include "base/error.h"

namespace api::v2 {

namespace {

constexpr std::size_t most_tags_asked = 100;

void check_tags(const std::vector<core::Tag>& tags) {
  if (tags.size() > most_tags_asked) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"tag", "names more than 100"}}};
  }
}

}  // namespace

storage::CertificateFilter to_filter(const CertificateMatch& match) {
  storage::CertificateFilter filter;
  filter.any_status = statuses(match.status.value_or(std::vector<std::string>{}));
  filter.authority_id = match.ca_id;
  filter.any_source = match.source.value_or(std::vector<core::Source>{});
  filter.expires_from = match.expires_after;
  filter.expires_before = match.expires_before;
  filter.search = match.search.value_or("");
  filter.any_tag = match.tag.value_or(std::vector<core::Tag>{});
  check_tags(filter.any_tag);
  return filter;
}

bool matches_everything(const storage::CertificateFilter& filter) {
  return filter.any_status.empty() && !filter.authority_id && filter.any_source.empty() &&
         !filter.expires_from && !filter.expires_before && filter.search.empty() &&
         filter.any_tag.empty();
}

std::vector<core::CertificateStatus> statuses(const std::vector<std::string>& words) {
  std::vector<core::CertificateStatus> result;
  for (const auto& word : words) {
    if (word == "active") {
      result.push_back(core::CertificateStatus::valid);
      result.push_back(core::CertificateStatus::expiring);
      continue;
    }
    const auto status = base::from_text<core::CertificateStatus>(word);
    if (!status) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"status",
                                          "not one of active, valid, expiring, expired, "
                                          "revoked"}}};
    }
    result.push_back(*status);
  }
  return result;
}

std::vector<core::Tag> tags_in(const std::vector<std::string>& texts) {
  std::vector<core::Tag> tags;
  for (const auto& text : texts) {
    for (std::string_view rest = text; !rest.empty();) {
      const auto end = std::min(rest.find(','), rest.size());
      const auto tag = core::Tag::parse(rest.substr(0, end));
      if (!tag) {
        throw base::Error{base::ErrorCode::invalid_request,
                          {base::FieldError{"tag", tag.error().reason}}};
      }
      tags.push_back(*tag);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  check_tags(tags);
  return tags;
}

x509::RevocationReason reason_of(const std::optional<std::string>& text) {
  if (!text || text->empty()) {
    return x509::RevocationReason::unspecified;
  }
  const auto reason = x509::parse_revocation_reason(*text);
  if (!reason) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"reason", reason.error().reason}}};
  }
  return *reason;
}

std::vector<core::Certificate> matching(db::Session& session,
                                        const storage::CertificateFilter& filter, std::int64_t most,
                                        const char* field, base::Time now) {
  const storage::CertificateStore store{session};
  const auto count = store.count(filter, now);
  if (count.number > most) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{field, "matches more than " + std::to_string(most) +
                                                   " certificates: narrow it"}}};
  }
  return store.list(filter, {.descending = false, .limit = static_cast<int>(most)}, now);
}

}  // namespace api::v2
