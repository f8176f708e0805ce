#pragma once

#include <optional>
#include <vector>

#include "storage/certificate_store.h"

// How a filter of certificates is asked of the database. For the files of this folder only.
namespace storage {

inline constexpr std::int64_t count_limit = 10'000;
inline constexpr std::int64_t rare_limit = 1'000;

// How many certificates have one of the tags that are asked for. Those of few are looked up by the
// tags; of many, each certificate on the way is asked for its tags.
enum class Tagged { few, many };
Tagged tagged_for(db::Session& session, const CertificateFilter& filter);

// The one tag that all of what is asked for has.
std::optional<core::Tag> common_tag(const CertificateFilter& filter);

// All but the search, to a query of certificates that has a condition.
void add_conditions(db::Query& query, const CertificateFilter& filter, Tagged tagged,
                    base::Time now);
void add_reach(db::Query& query, const core::Reach& reach, Tagged tagged);

// Walks the certificates of a tag.
void add_of_tag(db::Query& query, const core::Tag& tag, std::string_view what);

// A search that matches few certificates starts from its terms; one that matches many walks the
// certificates in the order of the list and looks each one's terms up, until the page is full.
enum class Plan { no_search, from_terms, from_list };
Plan plan_for(db::Session& session, const CertificateFilter& filter);
void add_search(db::Query& query, const CertificateFilter& filter, Plan plan);

// The beginning of the terms that a search is for.
std::string search_prefix(std::string_view search);

// Whether it lets all certificates through, or all of one authority.
bool is_everything(const CertificateFilter& filter);

// Filters that an index answers in another order than that of the list.
bool narrows(const CertificateFilter& filter);

// The same with one status each, which exclude each other and have an index each.
std::vector<CertificateFilter> one_status_each(const CertificateFilter& filter);

}  // namespace storage
