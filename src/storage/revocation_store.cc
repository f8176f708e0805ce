#include "storage/revocation_store.h"

namespace storage {
namespace {

RevocationStore::Listed listed(std::span<const db::Value> row) {
  return {.serial_number = db::from_value<x509::SerialNumber>(row[0], "serial_number"),
          .revoked_at = db::from_value<std::optional<base::Time>>(row[1], "revoked_at"),
          .reason = static_cast<x509::RevocationReason>(db::from_value<int>(row[2], "reason")),
          .invalidity_at = db::from_value<std::optional<base::Time>>(row[3], "invalidity_at")};
}

}  // namespace

std::int64_t RevocationStore::new_change(const core::AuthorityId& id) {
  session_.send("UPDATE authorities SET revocation_changes = revocation_changes + 1 WHERE id = $1",
                id);
  return changes(id);
}

std::int64_t RevocationStore::changes(const core::AuthorityId& id) const {
  return session_.number("SELECT revocation_changes FROM authorities WHERE id = $1", id);
}

void RevocationStore::note(const core::Certificate& certificate,
                           std::optional<base::Time> invalidity_at) {
  note({.authority_id = certificate.authority_id,
        .serial_number = certificate.serial_number,
        .not_after = certificate.not_after,
        .revoked_at = certificate.revoked_at,
        .reason = certificate.revocation_reason,
        .invalidity_at = invalidity_at});
}

void RevocationStore::note(const Note& note) {
  const auto change = new_change(note.authority_id);
  const auto reason = note.reason.value_or(x509::RevocationReason::unspecified);
  session_.send(
      "INSERT INTO revoked_certificates (authority_id, bucket, serial_number, not_after, "
      "revoked_at, reason, invalidity_at, change) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
      "ON CONFLICT (authority_id, bucket, serial_number) DO UPDATE SET "
      "revoked_at = excluded.revoked_at, reason = excluded.reason, "
      "invalidity_at = excluded.invalidity_at, change = excluded.change",
      note.authority_id, core::crl_bucket(note.serial_number), note.serial_number, note.not_after,
      note.revoked_at, static_cast<std::int64_t>(reason), note.invalidity_at, change);
}

void RevocationStore::each_listed(const core::AuthorityId& id, const Buckets& buckets,
                                  base::Time ended, const Visit& visit) const {
  session_.each(
      "SELECT serial_number, revoked_at, reason, invalidity_at FROM revoked_certificates "
      "WHERE authority_id = $1 AND bucket >= $2 AND bucket <= $3 AND not_after >= $4 "
      "AND revoked_at IS NOT NULL",
      [&](std::span<const db::Value> row) { visit(listed(row)); }, id, buckets.first,
      buckets.second, ended);
}

std::int64_t RevocationStore::count_listed(const core::AuthorityId& id, const Buckets& buckets,
                                           base::Time ended) const {
  return session_.number(
      "SELECT COUNT(*) FROM revoked_certificates "
      "WHERE authority_id = $1 AND bucket >= $2 AND bucket <= $3 AND not_after >= $4 "
      "AND revoked_at IS NOT NULL",
      id, buckets.first, buckets.second, ended);
}

void RevocationStore::each_changed(const core::AuthorityId& id, std::int64_t after,
                                   const Visit& visit) const {
  session_.each(
      "SELECT serial_number, revoked_at, reason, invalidity_at FROM revoked_certificates "
      "WHERE authority_id = $1 AND change > $2 ORDER BY change",
      [&](std::span<const db::Value> row) { visit(listed(row)); }, id, after);
}

bool RevocationStore::changed_in(const core::AuthorityId& id, const Buckets& buckets,
                                 std::int64_t after) const {
  return session_.number(
             "SELECT COUNT(*) FROM (SELECT 1 FROM revoked_certificates WHERE authority_id = $1 "
             "AND change > $2 AND bucket >= $3 AND bucket <= $4 LIMIT 1) AS found",
             id, after, buckets.first, buckets.second) > 0;
}

void RevocationStore::remove_released(const core::AuthorityId& id, std::int64_t up_to) {
  session_.send(
      "DELETE FROM revoked_certificates "
      "WHERE authority_id = $1 AND change <= $2 AND revoked_at IS NULL",
      id, up_to);
}

std::int64_t RevocationStore::remove_ended(base::Time before, int most) {
  return session_.execute(
      "DELETE FROM revoked_certificates WHERE (authority_id, bucket, serial_number) IN "
      "(SELECT authority_id, bucket, serial_number FROM revoked_certificates "
      "WHERE not_after < $1 ORDER BY not_after LIMIT $2)",
      before, most);
}

}  // namespace storage
