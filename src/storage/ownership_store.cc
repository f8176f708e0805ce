#include "storage/ownership_store.h"

namespace storage {
namespace {

constexpr std::int64_t count_limit = 10'000;

// As the condition of the index says it.
const std::string owned_certificates =
    "FROM certificates WHERE created_by = $1 AND source IN ('manual', 'csr', 'import')";

struct Place {
  std::int64_t Owned::* number;
  std::string_view table;
};

constexpr Place places[] = {{&Owned::requests, "certificate_requests"},
                            {&Owned::authorities, "authorities"},
                            {&Owned::authority_requests, "authority_requests"},
                            {&Owned::templates, "templates"},
                            {&Owned::eab_credentials, "acme_external_accounts"},
                            {&Owned::domains, "acme_domains"},
                            {&Owned::allowed_identifiers, "acme_allowed_identifiers"},
                            {&Owned::csr_profiles, "acme_csr_profiles"}};

}  // namespace

Owned OwnershipStore::count(std::string_view username) const {
  Owned owned;
  owned.certificates = session_.number(
      "SELECT COUNT(*) FROM (SELECT 1 " + owned_certificates + " LIMIT $2) AS found", username,
      count_limit);
  for (const auto& [number, table] : places) {
    owned.*number = session_.number(
        "SELECT COUNT(*) FROM " + std::string{table} + " WHERE created_by = $1", username);
  }
  return owned;
}

std::int64_t OwnershipStore::hand_over_certificates(std::string_view from, std::string_view to,
                                                    int limit) {
  return session_.execute("UPDATE certificates SET created_by = $2 WHERE id IN (SELECT id " +
                              owned_certificates + " ORDER BY id LIMIT $3)",
                          from, to, limit);
}

Owned OwnershipStore::hand_over(std::string_view from, std::string_view to) {
  Owned moved;
  for (const auto& [number, table] : places) {
    moved.*number = session_.execute(
        "UPDATE " + std::string{table} + " SET created_by = $2 WHERE created_by = $1", from, to);
  }
  return moved;
}

}  // namespace storage
