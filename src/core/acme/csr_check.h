#pragma once

#include <span>

#include "core/acme/identifier.h"
#include "core/acme/problem.h"
#include "crypto/key.h"
#include "x509/csr.h"

namespace core::acme {

// Compares the whole CSR with the order (RFC 8555, section 7.4): its names, in the subject and in
// the alternative names together, are the order's identifiers, all of them and no other; names of
// other types are nowhere; it asks for no authority; its key is not the account's, and signed it.
// The problem is badCSR. Whether the key is good enough is decided where all ways of issuing meet.
Result<void> check_csr(const x509::CertificateRequest& request,
                       std::span<const Identifier> identifiers,
                       const crypto::PublicKey& account_key);

}  // namespace core::acme
