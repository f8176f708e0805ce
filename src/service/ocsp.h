#pragma once

#include <atomic>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/ocsp_responders.h"
#include "service/ocsp_statuses.h"
#include "x509/ocsp.h"

namespace service {

// What the responder says, and how long it may be kept by caches.
struct OcspReply {
  base::Bytes der;
  std::optional<base::Time> this_update;  // of a successful answer that may be cached
  std::optional<base::Time> next_update;
  // Which certificates it speaks of, by serial: what must be forgotten when one is revoked.
  std::vector<std::string> serials = {};
};

// The OCSP responder (RFC 6960, 5019, 9654). "good" is said only of certificates that were issued
// here; what the responder does not know is "unknown", and issuers that are not ours get
// "unauthorized". The authority signs, or the responder that it has for this.
class Ocsp {
 public:
  static constexpr auto usual_lifetime = std::chrono::hours{24};

  Ocsp(db::Database& database, Authorities& authorities, OcspResponders& responders,
       const base::Clock& clock)
      : database_{database}, authorities_{authorities}, responders_{responders}, clock_{clock} {}

  // How long an answer is valid; asked for each. Set while wiring.
  void live_for(std::function<std::chrono::hours()> lifetime) { lifetime_ = std::move(lifetime); }

  // Answers any bytes; what is wrong is said in OCSP's own way. Reads the database: for a worker.
  OcspReply answer(base::ByteView request);

  // The same, at once or not at all: when everything it takes is known and the signature is quick.
  std::optional<OcspReply> answer_at_once(base::ByteView request);

  // To be told of each revocation, and of the end of one, before it is acknowledged.
  void forget(const x509::SerialNumber& serial) { statuses_.forget(serial); }

 private:
  // Authorities by the hashes by which requests name them, in each digest.
  struct Directory {
    std::shared_ptr<const Authorities::Issuers> of;
    std::map<x509::OcspIssuer, std::shared_ptr<const Issuer>> by_hashes;
  };
  struct Question {
    x509::OcspRequest request;
    std::shared_ptr<const Issuer> issuer;
  };
  using Responder = std::shared_ptr<const OcspResponders::Responder>;

  std::shared_ptr<const Directory> directory_of(std::shared_ptr<const Authorities::Issuers> all);
  static std::expected<Question, x509::OcspError> understand(base::ByteView bytes,
                                                             const Directory& directory);
  x509::OcspSingleAnswer look_up(db::Session& session, const Directory& directory,
                                 const Issuer& issuer, const x509::OcspCertId& id);
  OcspReply sign(const Question& question, std::vector<x509::OcspSingleAnswer> answers,
                 const Responder& responder, base::Time now) const;

  db::Database& database_;
  Authorities& authorities_;
  OcspResponders& responders_;
  const base::Clock& clock_;
  std::function<std::chrono::hours()> lifetime_ = [] { return usual_lifetime; };
  std::atomic<std::shared_ptr<const Directory>> directory_;
  OcspStatuses statuses_;
};

}  // namespace service
