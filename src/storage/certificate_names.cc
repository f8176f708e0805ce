#include "storage/certificate_names.h"

namespace storage {
namespace {

std::string term_of(std::string_view name) {
  return std::string{name.starts_with("*.") ? name.substr(2) : name};
}

// `names` is "DNS:a, IP:b"; a name of it stands between ", " and ", " once the ends have them too.
// LIKE would take the underscore of a name for any character.
void add_comparison(db::Query& query, const char* before, const std::string& entry) {
  query.add(before)
      .add("REPLACE(', ' || names || ', ', ", ", " + entry + ", ")
      .add(", '') <> ', ' || names || ', '");
}

void add_entries(db::Query& query, const std::vector<std::string>& terms,
                 const std::vector<std::string>& entries) {
  query.add(" AND id IN (SELECT certificate_id FROM certificate_terms WHERE")
      .add_any(" term", terms)
      .add(") AND (");
  bool first = true;
  for (const auto& entry : entries) {
    add_comparison(query, first ? "" : " OR ", entry);
    first = false;
  }
  query.add(")");
}

}  // namespace

void add_any_dns_name(db::Query& query, const std::vector<std::string>& names) {
  std::vector<std::string> terms;
  std::vector<std::string> entries;
  for (const auto& name : names) {
    terms.push_back(term_of(name));
    entries.push_back("DNS:" + name);
  }
  add_entries(query, terms, entries);
}

void add_name_or_address(db::Query& query, std::string_view name) {
  const std::string text{name};
  add_entries(query, {term_of(name)}, {"DNS:" + text, "IP:" + text});
}

}  // namespace storage
