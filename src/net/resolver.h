#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "core/acme/caa.h"
#include "net/ip_address.h"

namespace net {

// How a look-up ended. `servfail` is every answer that is none: servers failed, refused or lied
// about their zone; CAA must not be taken for absent then (RFC 8659, section 3).
BOOST_DEFINE_ENUM_CLASS(DnsStatus, records, nxdomain, nodata, servfail, bogus, timeout)

template <class Record>
struct DnsAnswer {
  DnsStatus status = DnsStatus::servfail;
  std::string reason = {};  // in words, when there are no records
  std::vector<Record> records = {};
  std::string canonical_name = {};  // the end of a CNAME chain, when there was one
  bool authenticated = false;       // DNSSEC proved it
};

// "no such name", "found no records", ... for messages.
std::string_view to_text(DnsStatus status);

// Looks names up. Calls block until the answer is there or the time is over, and may come from any
// thread.
class Resolver {
 public:
  using Milliseconds = std::chrono::milliseconds;

  virtual ~Resolver() = default;

  // AAAA and A, asked at the same time; IPv6 first. Fails only when both failed.
  virtual DnsAnswer<IpAddress> addresses(std::string_view name, Milliseconds time) = 0;

  // Each record with its strings joined (RFC 8555, section 8.4, via RFC 1035, section 3.3.14).
  virtual DnsAnswer<std::string> texts(std::string_view name, Milliseconds time) = 0;

  // The records at this very name, CNAMEs followed.
  virtual DnsAnswer<core::acme::CaaRecord> caa(std::string_view name, Milliseconds time) = 0;
};

}  // namespace net
