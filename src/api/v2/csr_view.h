#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/v2/certificate_view.h"
#include "storage/request_store.h"

namespace api::v2 {

// A request as clients of the contract know it: a certificate that is not one yet.
struct RequestView {
  storage::RequestId id;
  base::Uuid refid;
  std::string descr;
  std::string name;
  std::string common_name;
  std::string cn;
  std::string subject;
  storage::RequestStatus status;
  storage::RequestOrigin source;
  std::string requester;
  std::string department;
  std::vector<AlternativeName> sans;
  std::string san_combined;
  std::string san_dns;
  std::string san_ip;
  std::string san_email;
  std::string san_uri;
  std::string key_type;
  std::string key_algorithm;
  std::int64_t key_size;
  bool has_private_key;
  bool private_key_available;
  std::optional<core::CertificateId> certificate_id;
  std::string fingerprint;
  base::Time created_at;
  std::string created_by;
  std::optional<base::Time> signed_at;
  std::optional<std::string> signed_by;
};
BOOST_DESCRIBE_STRUCT(RequestView, (),
                      (id, refid, descr, name, common_name, cn, subject, status, source, requester,
                       department, sans, san_combined, san_dns, san_ip, san_email, san_uri,
                       key_type, key_algorithm, key_size, has_private_key, private_key_available,
                       certificate_id, fingerprint, created_at, created_by, signed_at, signed_by))

// An extension that a request asks for.
struct RequestedExtension {
  std::string oid;
  std::string name;
  bool critical;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(RequestedExtension, (), (oid, name, critical, value))

struct RequestDetail : RequestView {
  std::string signature_algorithm;
  std::vector<RequestedExtension> extensions;
  std::string csr_pem;
  std::string csr;
};
BOOST_DESCRIBE_STRUCT(RequestDetail, (RequestView), (signature_algorithm, extensions, csr_pem, csr))

RequestView view(const storage::StoredRequest& request);
RequestDetail detail(const storage::StoredRequest& request);

}  // namespace api::v2
