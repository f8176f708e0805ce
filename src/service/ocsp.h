#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/certificate.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/ocsp_responders.h"
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

 private:
  std::shared_ptr<const Issuer> issuer_of(const x509::OcspCertId& id);

  db::Database& database_;
  Authorities& authorities_;
  OcspResponders& responders_;
  const base::Clock& clock_;
  std::function<std::chrono::hours()> lifetime_ = [] { return usual_lifetime; };
};

}  // namespace service
