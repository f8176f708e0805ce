#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "core/ids.h"
#include "db/session.h"

namespace storage {

using RequestId = base::Id<struct StoredRequest>;

BOOST_DEFINE_ENUM_CLASS(RequestStatus, pending, issued)
// Where the key was made: elsewhere, or here.
BOOST_DEFINE_ENUM_CLASS(RequestOrigin, uploaded, generated)

// A certification request (PKCS#10) that waits for its signature, or got it.
struct StoredRequest {
  RequestId id;
  base::Uuid refid;
  std::string name;         // what people call it
  std::string common_name;  // the CN, or else the first alternative name
  std::string subject;      // RFC 4514
  std::string names;        // "DNS:a, IP:192.0.2.1"
  std::string key_type;
  std::string fingerprint;  // SHA-256, lower-case hexadecimal
  RequestOrigin origin;
  std::string department;
  RequestStatus status;
  std::optional<core::KeyId> key_id;  // while it waits; the certificate gets the key
  std::optional<core::CertificateId> certificate_id;
  base::Time created_at;
  std::string created_by;
  std::optional<base::Time> issued_at;
  std::optional<std::string> issued_by;
  base::Bytes der;
};
BOOST_DESCRIBE_STRUCT(StoredRequest, (),
                      (id, refid, name, common_name, subject, names, key_type, fingerprint, origin,
                       department, status, key_id, certificate_id, created_at, created_by,
                       issued_at, issued_by, der))

struct RequestFilter {
  std::optional<RequestStatus> status;
  std::string search;               // the start of a label of a name
  std::optional<RequestId> before;  // continues a list behind this one
};

struct RequestCounts {
  std::int64_t pending;
  std::int64_t issued;
};

// The requests and the terms that they are searched by.
class RequestStore {
 public:
  explicit RequestStore(db::Session& session) : session_{session} {}

  RequestId new_id() { return session_.new_id<RequestId>("certificate_requests"); }
  void insert(const StoredRequest& request);
  void remove(const RequestId& id);

  std::optional<StoredRequest> find(const RequestId& id) const;
  std::optional<StoredRequest> find_waiting(std::string_view fingerprint) const;

  // The newest first.
  std::vector<StoredRequest> list(const RequestFilter& filter, std::int64_t offset,
                                  int limit) const;
  std::int64_t count(const RequestFilter& filter) const;  // exact up to 10,000
  RequestCounts counts() const;

  void set_key(const RequestId& id, const core::KeyId& key);
  // Its key is no longer its own. Returns false when it does not wait (any more).
  [[nodiscard]] bool mark_issued(const RequestId& id, const core::CertificateId& certificate,
                                 base::Time now, std::string_view by);

 private:
  db::Session& session_;
};

}  // namespace storage
