#include "storage/certificate_days.h"

namespace storage {
namespace {

constexpr std::int64_t shards = 8;
constexpr std::int64_t in_force = 0;
constexpr std::int64_t replaced = 1;
constexpr std::int64_t revoked_for_now = 2;  // or for good

std::int64_t day_of(base::Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

base::Time start_of_day(base::Time time) {
  return std::chrono::floor<std::chrono::days>(time);
}

// What the server renews itself counts as automated, like what an ACME client renews.
bool is_automated(core::Source source) {
  return source == core::Source::acme || source == core::Source::system;
}

}  // namespace

void CertificateDays::count(const core::Certificate& certificate, std::int64_t step) {
  const auto state = certificate.revoked_at   ? revoked_for_now
                     : certificate.renewed_by ? replaced
                                              : in_force;
  session_.send(
      "INSERT INTO certificate_days (state, day, automated, shard, number) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (state, day, automated, shard) "
      "DO UPDATE SET number = certificate_days.number + excluded.number",
      state, day_of(certificate.not_after), std::int64_t{is_automated(certificate.source)},
      certificate.id.to_number() % shards, step);
}

void CertificateDays::count(const core::CertificateId& id, std::int64_t step) {
  session_.send(
      "INSERT INTO certificate_days (state, day, automated, shard, number) "
      "SELECT CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN renewed_by IS NOT NULL THEN 1 ELSE 0 "
      "END, "
      "not_after / 86400, CASE WHEN source IN ('acme', 'system') THEN 1 ELSE 0 END, id % 8, "
      "CAST($2 AS BIGINT) FROM certificates WHERE id = $1 "
      "ON CONFLICT (state, day, automated, shard) "
      "DO UPDATE SET number = certificate_days.number + excluded.number",
      id, step);
}

std::int64_t CertificateDays::revoked() const {
  return session_.number("SELECT SUM(number) FROM certificate_days WHERE state = $1",
                         revoked_for_now);
}

std::int64_t CertificateDays::ending_before(base::Time time) const {
  // One state at a time: each is a range of the index.
  const char* const whole_days =
      "SELECT SUM(number) FROM certificate_days WHERE state = $1 AND day < $2";
  return session_.number(whole_days, in_force, day_of(time)) +
         session_.number(whole_days, replaced, day_of(time)) +
         session_.number(
             "SELECT COUNT(*) FROM certificates "
             "WHERE not_after >= $1 AND not_after < $2 AND revoked_at IS NULL",
             start_of_day(time), time);
}

std::map<std::int64_t, CertificateDays::Ending> CertificateDays::ending_by_day(
    base::Time from, base::Time to) const {
  std::map<std::int64_t, Ending> days;
  const auto add = [&](std::int64_t day, bool automated, std::int64_t number) {
    auto& ending = days[day];
    (automated ? ending.automated : ending.manual) += number;
  };
  session_.each(
      "SELECT day, automated, SUM(number) FROM certificate_days "
      "WHERE state = $1 AND day >= $2 AND day < $3 GROUP BY day, automated",
      [&](std::span<const db::Value> row) {
        add(std::get<std::int64_t>(row[0]), std::get<std::int64_t>(row[1]) != 0,
            db::from_value<std::int64_t>(row[2], "number"));
      },
      in_force, day_of(from), day_of(to));
  session_.each(
      "SELECT source, COUNT(*) FROM certificates "
      "WHERE not_after >= $1 AND not_after < $2 AND revoked_at IS NULL AND renewed_by IS NULL "
      "GROUP BY source",
      [&](std::span<const db::Value> row) {
        const auto source = db::from_value<core::Source>(row[0], "source");
        add(day_of(from), is_automated(source), -std::get<std::int64_t>(row[1]));
      },
      start_of_day(from), from);
  return days;
}

}  // namespace storage
