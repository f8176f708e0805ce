#pragma once

#include "http/endpoint.h"
#include "service/certificate_sign_in.h"

namespace api::v2 {

// The client certificate of a request, in DER: of the connection, or as a trusted proxy says.
// Empty: none was shown.
base::Bytes shown_certificate(const http::Request& request);

// Signing in with a certificate, and managing one's own.
void add_mtls(http::Surface& surface, db::Database& database,
              service::CertificateSignIn& certificates, service::SignIn& sign_in);

}  // namespace api::v2
