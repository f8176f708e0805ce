#pragma once

#include <vector>

#include "service/authorities.h"

namespace service {

// Builds the chain again over keys that are thrown away, with a certificate of each purpose below
// it, and asks OpenSSL. What the candidate would issue is so tried before any key is touched.
std::vector<Authorities::Trial> try_chain(const x509::Certificate& candidate,
                                          const std::vector<x509::Certificate>& above,
                                          base::Time now);

}  // namespace service
