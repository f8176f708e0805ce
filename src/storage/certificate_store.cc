#include "storage/certificate_store.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "storage/certificate_days.h"

namespace storage {
namespace {

constexpr std::size_t most_parts = 128;
constexpr std::int64_t count_shards = 8;

// So many octets at most, without half a character at the end.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() > most) {
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) {
      --most;
    }
    text = text.substr(0, most);
  }
  return text;
}

}  // namespace

core::CertificateId CertificateStore::new_id() {
  return session_.new_id<core::CertificateId>("certificates");
}

void CertificateStore::insert(const core::Certificate& certificate) {
  session_.insert("certificates", certificate);
  db::Query terms{"INSERT INTO certificate_terms (term, certificate_id) VALUES "};
  bool first = true;
  for (const auto& term : search_terms(certificate)) {
    terms.add(first ? "(" : ", (", term).add(", ", certificate.id).add(")");
    first = false;
  }
  if (!first) {
    session_.send(terms);
  }
  session_.send(
      "INSERT INTO certificate_counts (authority_id, shard, issued) VALUES ($1, $2, 1) "
      "ON CONFLICT (authority_id, shard) DO UPDATE SET issued = certificate_counts.issued + 1",
      certificate.authority_id, certificate.id.to_number() % count_shards);
  CertificateDays{session_}.count(certificate, 1);
  if (certificate.template_id) {
    session_.send(
        "INSERT INTO template_counts (template_id, shard, issued) VALUES ($1, $2, 1) "
        "ON CONFLICT (template_id, shard) DO UPDATE SET issued = template_counts.issued + 1",
        *certificate.template_id, certificate.id.to_number() % count_shards);
  }
}

void CertificateStore::remove(const core::Certificate& certificate) {
  CertificateDays{session_}.count(certificate.id, -1);
  session_.send("DELETE FROM certificate_tags WHERE certificate_id = $1", certificate.id);
  session_.send("DELETE FROM certificate_terms WHERE certificate_id = $1", certificate.id);
  session_.send("DELETE FROM certificates WHERE id = $1", certificate.id);
  session_.send(
      "UPDATE certificate_counts SET issued = issued - 1 WHERE authority_id = $1 AND shard = $2",
      certificate.authority_id, certificate.id.to_number() % count_shards);
  if (certificate.template_id) {
    session_.send(
        "UPDATE template_counts SET issued = issued - 1 WHERE template_id = $1 AND shard = $2",
        *certificate.template_id, certificate.id.to_number() % count_shards);
  }
}

std::optional<core::Certificate> CertificateStore::find(const core::CertificateId& id) const {
  return session_.select_one<core::Certificate>("FROM certificates WHERE id = $1", id);
}

std::optional<core::Certificate> CertificateStore::find_by_serial(
    const core::AuthorityId& authority_id, const x509::SerialNumber& serial) const {
  return session_.select_one<core::Certificate>(
      "FROM certificates WHERE serial_number = $1 AND authority_id = $2", serial, authority_id);
}

std::optional<RevocationState> CertificateStore::revocation_of(
    const core::AuthorityId& authority_id, const x509::SerialNumber& serial) const {
  return session_.select_one<RevocationState>(
      "FROM certificates WHERE serial_number = $1 AND authority_id = $2", serial, authority_id);
}

std::optional<core::Certificate> CertificateStore::find_by_fingerprint(
    std::string_view sha256_hex) const {
  return session_.select_one<core::Certificate>("FROM certificates WHERE fingerprint = $1",
                                                sha256_hex);
}

std::int64_t CertificateStore::issued_by(const core::AuthorityId& authority_id) const {
  return session_.number("SELECT SUM(issued) FROM certificate_counts WHERE authority_id = $1",
                         authority_id);
}

CertificateTotals CertificateStore::totals(base::Time now) const {
  const CertificateDays days{session_};
  const auto total = session_.number("SELECT SUM(issued) FROM certificate_counts");
  const auto revoked = days.revoked();
  const auto expired = days.ending_before(now);
  const auto expiring = days.ending_before(now + core::expiring_soon) - expired;
  return {.total = total,
          .valid = total - revoked - expired - expiring,
          .expiring = expiring,
          .expired = expired,
          .revoked = revoked};
}

std::vector<WeeklyExpiry> CertificateStore::expiry_by_week(base::Time from, int weeks) const {
  constexpr auto week = std::chrono::days{7};
  const base::Time start = std::chrono::floor<std::chrono::days>(from);
  std::vector<WeeklyExpiry> result;
  for (int i = 0; i < weeks; ++i) {
    result.push_back({.from = std::max<base::Time>(from, start + i * week),
                      .to = start + (i + 1) * week,
                      .automated = 0,
                      .manual = 0});
  }
  const auto first =
      std::chrono::duration_cast<std::chrono::days>(start.time_since_epoch()).count();
  for (const auto& [day, ending] :
       CertificateDays{session_}.ending_by_day(from, start + weeks * week)) {
    auto& entry = result.at(static_cast<std::size_t>((day - first) / 7));
    entry.automated += ending.automated;
    entry.manual += ending.manual;
  }
  return result;
}

bool CertificateStore::revoke(const core::CertificateId& id, x509::RevocationReason reason,
                              base::Time at) {
  CertificateDays days{session_};
  days.count(id, -1);
  const auto revoked = session_.execute(
      "UPDATE certificates SET revoked_at = COALESCE(revoked_at, $2), revocation_reason = $3 "
      "WHERE id = $1 AND (revoked_at IS NULL OR "
      "(revocation_reason = 'certificateHold' AND revocation_reason <> $3))",
      id, at, reason);
  days.count(id, 1);
  return revoked == 1;
}

bool CertificateStore::release(const core::CertificateId& id) {
  CertificateDays days{session_};
  days.count(id, -1);
  const auto released = session_.execute(
      "UPDATE certificates SET revoked_at = NULL, revocation_reason = NULL "
      "WHERE id = $1 AND revocation_reason = 'certificateHold'",
      id);
  days.count(id, 1);
  return released == 1;
}

void CertificateStore::set_renewed_by(const core::CertificateId& id,
                                      const core::CertificateId& successor) {
  CertificateDays days{session_};
  days.count(id, -1);
  session_.send("UPDATE certificates SET renewed_by = $2 WHERE id = $1", id, successor);
  days.count(id, 1);
}

// An update that changes nothing takes the lock on both databases.
std::optional<core::Certificate> CertificateStore::find_to_change(const core::CertificateId& id) {
  session_.send("UPDATE certificates SET id = id WHERE id = $1", id);
  return find(id);
}

void CertificateStore::set_description(const core::CertificateId& id,
                                       std::string_view description) {
  session_.send("UPDATE certificates SET description = $2 WHERE id = $1", id, description);
}

std::vector<std::string> search_terms(const core::Certificate& certificate) {
  std::vector<std::string> names;
  const auto add_name = [&](std::string_view name) {
    names.push_back(base::lower(cut(name.starts_with("*.") ? name.substr(2) : name, 253)));
  };
  add_name(certificate.common_name);
  for (std::string_view rest = certificate.names; !rest.empty();) {
    const auto end = std::min(rest.find(", "), rest.size());
    const auto name = rest.substr(0, end);
    add_name(name.substr(std::min(name.find(':') + 1, name.size())));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  // Every name as a whole, and parts of them as far as there is room.
  std::set<std::string> terms(names.begin(), names.end());
  const auto most = terms.size() + most_parts;
  for (const auto& name : names) {
    const auto last_dot = name.rfind('.');
    for (std::size_t i = 1; i < name.size() && terms.size() < most; ++i) {
      const char before = name[i - 1];
      const bool starts_label = before == '.' || before == '-' || before == '@' || before == ' ';
      // The last label of a name ("com") finds too much to be of use.
      if (starts_label && i != last_dot + 1) {
        terms.insert(name.substr(i));
      }
    }
  }
  return {terms.begin(), terms.end()};
}

}  // namespace storage
