#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "storage/certificate_store.h"
#include "x509/revocation_reason.h"

namespace api::v2 {

// "All that match": the filters of the list of certificates, in a body.
struct CertificateMatch {
  static constexpr json::Alias aliases[] = {{"tags", "tag"}};
  std::optional<std::vector<std::string>> status;
  std::optional<core::AuthorityId> ca_id;
  std::optional<std::vector<core::Source>> source;
  std::optional<std::string> search;
  std::optional<base::Time> expires_after;
  std::optional<base::Time> expires_before;
  std::optional<std::vector<core::Tag>> tag;  // any of them
};
BOOST_DESCRIBE_STRUCT(CertificateMatch, (),
                      (status, ca_id, source, search, expires_after, expires_before, tag))

storage::CertificateFilter to_filter(const CertificateMatch& match);
bool matches_everything(const storage::CertificateFilter& filter);

// The contract's words for a status; `active` is all that is in force.
std::vector<core::CertificateStatus> statuses(const std::vector<std::string>& words);

// Of a query: "web", or several with commas between them.
std::vector<core::Tag> tags_in(const std::vector<std::string>& texts);

// `unspecified` when there is none.
x509::RevocationReason reason_of(const std::optional<std::string>& text);

// All that match, the oldest first. Throws invalid_request, at `field`, when they are more than
// `most`.
std::vector<core::Certificate> matching(db::Session& session,
                                        const storage::CertificateFilter& filter, std::int64_t most,
                                        const char* field, base::Time now);

}  // namespace api::v2
