#include "api/v2/csr_view.h"

#include "x509/csr.h"

namespace api::v2 {

RequestView view(const storage::StoredRequest& request) {
  const auto names = split_names(request.names);
  const auto key = key_parts(request.key_type);
  return {.id = request.id,
          .refid = request.refid,
          .descr = request.name,
          .name = request.name,
          .common_name = request.common_name,
          .cn = request.common_name,
          .subject = request.subject,
          .status = request.status,
          .source = request.origin,
          .requester = request.created_by,
          .department = request.department,
          .sans = names,
          .san_combined = request.names,
          .san_dns = names_of_type(names, "dns"),
          .san_ip = names_of_type(names, "ip"),
          .san_email = names_of_type(names, "email"),
          .san_uri = names_of_type(names, "uri"),
          .key_type = request.key_type,
          .key_algorithm = key.algorithm,
          .key_size = key.size,
          .has_private_key = request.key_id.has_value(),
          .private_key_available = request.key_id.has_value(),
          .certificate_id = request.certificate_id,
          .fingerprint = request.fingerprint,
          .created_at = request.created_at,
          .created_by = request.created_by,
          .signed_at = request.issued_at,
          .signed_by = request.issued_by};
}

RequestDetail detail(const storage::StoredRequest& request) {
  const auto csr = x509::CertificateRequest::parse(request.der).value();
  RequestDetail detail{
      view(request),
      crypto::algorithm_name(crypto::algorithm_identifier(csr.signature_algorithm())),
      {},
      csr.pem(),
      csr.pem()};
  for (const auto& extension : csr.extensions()) {
    const auto text = x509::describe(extension);
    detail.extensions.push_back({text.oid, text.name, text.critical, text.value});
  }
  return detail;
}

}  // namespace api::v2
