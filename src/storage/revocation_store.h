#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "core/certificate.h"
#include "core/revocation.h"
#include "db/session.h"

namespace storage {

// What the lists say of one certificate.
struct RevokedCertificate {
  core::AuthorityId authority_id;
  std::string bucket;
  x509::SerialNumber serial_number;
  base::Time not_after;
  std::optional<base::Time> revoked_at;  // nothing: taken off hold
  std::int64_t reason;                   // the number of RFC 5280, section 5.3.1
  std::optional<base::Time> invalidity_at;
  std::int64_t change;
};
BOOST_DESCRIBE_STRUCT(RevokedCertificate, (),
                      (authority_id, bucket, serial_number, not_after, revoked_at, reason,
                       invalidity_at, change))

// The revoked certificates as the lists have them. Each change has a number, which grows by one per
// authority: a list covers the changes up to one.
class RevocationStore {
 public:
  using Buckets = std::pair<std::string, std::string>;

  struct Listed {
    x509::SerialNumber serial_number;
    std::optional<base::Time> revoked_at;
    x509::RevocationReason reason;
    std::optional<base::Time> invalidity_at;
  };
  using Visit = std::function<void(const Listed&)>;

  explicit RevocationStore(db::Session& session) : session_{session} {}

  // Counts a change and returns its number.
  std::int64_t new_change(const core::AuthorityId& id);
  std::int64_t changes(const core::AuthorityId& id) const;

  // What the lists are to say of a certificate: nothing for a time means that it was released.
  struct Note {
    core::AuthorityId authority_id;
    x509::SerialNumber serial_number;
    base::Time not_after;
    std::optional<base::Time> revoked_at;
    std::optional<x509::RevocationReason> reason;
    std::optional<base::Time> invalidity_at = {};
  };
  void note(const Note& note);

  // Notes that a certificate is revoked as it says, or is not on hold any more.
  void note(const core::Certificate& certificate, std::optional<base::Time> invalidity_at = {});

  // Revoked, and not ended before then.
  void each_listed(const core::AuthorityId& id, const Buckets& buckets, base::Time ended,
                   const Visit& visit) const;
  std::int64_t count_listed(const core::AuthorityId& id, const Buckets& buckets,
                            base::Time ended) const;
  // What changed after that change, in its present state.
  void each_changed(const core::AuthorityId& id, std::int64_t after, const Visit& visit) const;
  bool changed_in(const core::AuthorityId& id, const Buckets& buckets, std::int64_t after) const;

  // Forgets releases up to that change, which no delta tells any more.
  void remove_released(const core::AuthorityId& id, std::int64_t up_to);
  // Forgets what ended before then. Returns how many; at most so many.
  std::int64_t remove_ended(base::Time before, int most);

 private:
  db::Session& session_;
};

}  // namespace storage
