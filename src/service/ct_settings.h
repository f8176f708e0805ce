#pragma once

#include <string>
#include <vector>

#include "service/general_settings.h"

namespace service {

// A log of Certificate Transparency (RFC 6962).
struct CtLog {
  std::string name;
  std::string url;         // without "/ct/v1/..."
  std::string public_key;  // its SubjectPublicKeyInfo in PEM, by which its promises are checked
};
BOOST_DESCRIBE_STRUCT(CtLog, (), (name, url, public_key))

// Which certificates are submitted to which logs before they are issued.
struct CtSettings {
  bool enabled = false;
  std::vector<CtLog> logs = {};
  std::int64_t required = 1;                    // so many logs must promise, or nothing is issued
  std::int64_t timeout_seconds = 10;            // for all logs together: they are asked at once
  std::vector<std::int64_t> ca_ids = {};        // of these authorities; empty: of all
  std::vector<std::int64_t> template_ids = {};  // made by these templates; empty: by any or none
  std::string ca_certificate = {};              // PEM; of the logs' HTTPS; empty: the system's
};
BOOST_DESCRIBE_STRUCT(CtSettings, (),
                      (enabled, logs, required, timeout_seconds, ca_ids, template_ids,
                       ca_certificate))

extern template class StoredSettings<CtSettings>;

}  // namespace service
