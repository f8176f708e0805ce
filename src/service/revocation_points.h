#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "crypto/random.h"
#include "net/resolver.h"
#include "service/authorities.h"
#include "service/crls.h"

namespace service {

BOOST_DEFINE_ENUM_CLASS(PointKind, crl, delta_crl, ocsp, ca_issuers)

// One of the addresses that certificates name, and what somebody gets there.
struct RevocationPoint {
  PointKind kind;
  std::string url;
  bool is_fresh;      // it answers with what is in force, from this authority
  std::string error;  // why it is not; empty: it is
  int http_status;    // 0: none came
  std::int64_t milliseconds;
  std::int64_t octets;
  std::optional<std::int64_t> crl_number;
  std::optional<base::Time> this_update;
  std::optional<base::Time> next_update;
};
BOOST_DESCRIBE_STRUCT(RevocationPoint, (),
                      (kind, url, is_fresh, error, http_status, milliseconds, octets, crl_number,
                       this_update, next_update))

// How fresh the points of an authority are, as measured by fetching them: names are looked up and
// connections made as clients do it. Blocks for some seconds.
class RevocationPoints {
 public:
  RevocationPoints(Authorities& authorities, Crls& crls, net::Resolver& resolver,
                   crypto::Random& random, const base::Clock& clock)
      : authorities_{authorities},
        crls_{crls},
        resolver_{resolver},
        random_{random},
        clock_{clock} {}

  std::vector<RevocationPoint> measure(const core::AuthorityId& id);

 private:
  // Of addresses that are this server's own, any may be reached.
  RevocationPoint fetch(PointKind kind, const std::string& url, bool is_own, std::string& body);
  RevocationPoint list(PointKind kind, const std::string& url, bool is_own, const Issuer& issuer);
  RevocationPoint ocsp(const std::string& url, bool is_own, const Issuer& issuer);
  RevocationPoint certificate(const std::string& url, bool is_own, const Issuer& issuer);

  Authorities& authorities_;
  Crls& crls_;
  net::Resolver& resolver_;
  crypto::Random& random_;
  const base::Clock& clock_;
};

}  // namespace service
