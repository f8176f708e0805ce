#pragma once

#include <optional>
#include <string>
#include <vector>

// Certification authority authorization (RFC 8659): whose name may stand in a certificate of ours.
namespace core::acme {

struct CaaRecord {
  bool critical = false;
  std::string tag;  // lower case
  std::string value;

  bool operator==(const CaaRecord&) const = default;
};

struct CaaQuestion {
  std::vector<std::string> issuer_names;  // ours, lower case: any of them will do
  bool wildcard = false;
  std::string challenge_type;  // for validationmethods (RFC 8657, section 4)
  std::string account_url;     // for accounturi (RFC 8657, section 3)
};

// Why the records of one name forbid the certificate; nothing when they allow it.
std::optional<std::string> caa_obstacle(const std::vector<CaaRecord>& records,
                                        const CaaQuestion& question);

}  // namespace core::acme
