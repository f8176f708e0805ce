#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/resolver.h"
#include "net/zone_resolver.h"

namespace net {

// `automatic`: on when the system's resolvers are used and hand DNSSEC through; off with resolvers
// of one's own, which answer for zones that the public root does not know.
BOOST_DEFINE_ENUM_CLASS(Dnssec, automatic, on, off)

struct ResolverOptions {
  std::vector<Endpoint> servers = {};    // empty: those of /etc/resolv.conf
  std::vector<ZoneResolver> zones = {};  // the longest zone that fits counts
  Dnssec dnssec = Dnssec::automatic;
  std::string trust_anchor = "/usr/share/dns/root.key";
  std::string hosts_file = "/etc/hosts";  // is read when /etc/resolv.conf is
};

// A resolver on libunbound. Addresses and CAA are cached for a minute at most, so that a thousand
// orders for one name ask once; TXT is asked each time, since a client that has just put a record
// right must not be told the old one. Costs nothing before the first question.
class UnboundResolver final : public Resolver {
 public:
  explicit UnboundResolver(ResolverOptions options);
  ~UnboundResolver() override;

  DnsAnswer<IpAddress> addresses(std::string_view name, Milliseconds time) override;
  DnsAnswer<std::string> texts(std::string_view name, Milliseconds time) override;
  DnsAnswer<core::acme::CaaRecord> caa(std::string_view name, Milliseconds time) override;

 private:
  class Context;
  Context& cached();
  std::shared_ptr<Context> uncached();
  void forget(const std::shared_ptr<Context>& context);

  ResolverOptions options_;
  std::once_flag cached_once_;
  std::unique_ptr<Context> cached_;

  std::mutex mutex_;  // over what follows
  std::shared_ptr<Context> uncached_;
};

}  // namespace net
