#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "core/certificate.h"
#include "db/session.h"

namespace storage {

// A certificate that ends and has no successor.
struct EndingCertificate {
  core::CertificateId id;
  core::AuthorityId authority_id;
  std::string common_name;
  std::string names;
  core::Source source;
  std::string created_by;
  base::Time not_before;
  base::Time not_after;
  std::optional<base::Time> revoked_at;
};
BOOST_DESCRIBE_STRUCT(EndingCertificate, (),
                      (id, authority_id, common_name, names, source, created_by, not_before,
                       not_after, revoked_at))

// What ends, and who was told of it at which distance.
class ExpiryStore {
 public:
  explicit ExpiryStore(db::Session& session) : session_{session} {}

  // By their ends, then ids: those that end after `from` and until `until`, behind `after`.
  struct Position {
    base::Time not_after;
    std::int64_t id;
  };
  std::vector<EndingCertificate> ending(const Position& after, base::Time until, bool with_revoked,
                                        int limit) const;

  // Returns whether nobody was told of this before.
  bool note(std::string_view kind, std::int64_t id, base::Time ends_at, std::int64_t days,
            base::Time now);
  void remove_ended_before(base::Time ends_at);

 private:
  db::Session& session_;
};

}  // namespace storage
