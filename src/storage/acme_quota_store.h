#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/acme/quota.h"
#include "db/session.h"

namespace storage {

struct AcmeSpending {
  core::acme::QuotaKind kind;
  std::string subject;       // an id, or a name
  std::int64_t spent_until;  // microseconds since 1970
};
BOOST_DESCRIBE_STRUCT(AcmeSpending, (), (kind, subject, spent_until))

// What was ordered lately, per account, external account and name.
class AcmeQuotaStore {
 public:
  explicit AcmeQuotaStore(db::Session& session) : session_{session} {}

  // 0: nothing.
  std::int64_t spent_until(core::acme::QuotaKind kind, std::string_view subject) const;
  // Counts one more order, in one statement. Returns false when there is no room for it.
  [[nodiscard]] bool spend(core::acme::QuotaKind kind, std::string_view subject,
                           const core::acme::QuotaTerms& terms);
  bool remove(core::acme::QuotaKind kind, std::string_view subject);
  // Those that last longest first, of one kind or of all. `after`: the last one of the page before.
  std::vector<AcmeSpending> list(const std::optional<core::acme::QuotaKind>& kind,
                                 std::int64_t since, const std::optional<AcmeSpending>& after,
                                 int limit) const;
  // Forgets what counts no more.
  std::int64_t remove_spent_before(std::int64_t time, int limit);
  std::int64_t count_spent_before(std::int64_t time, int limit) const;

 private:
  db::Session& session_;
};

}  // namespace storage
