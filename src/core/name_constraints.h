#pragma once

#include <optional>
#include <string>
#include <vector>

#include "x509/extensions.h"
#include "x509/general_name.h"
#include "x509/name.h"

namespace core {

// What of a certificate lies outside of the constraints of its authority (RFC 5280, section
// 4.2.1.10): the alternative names, the subject as a directory name, and the e-mail addresses in
// the subject. Where clients differ, the stricter reading counts: what we issue, all of them take.
std::vector<std::string> outside_of(const x509::NameConstraints& constraints,
                                    const x509::Name& subject,
                                    const std::vector<x509::GeneralName>& names);

}  // namespace core
