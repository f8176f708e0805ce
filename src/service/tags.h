#pragma once

#include <vector>

#include "auth/caller.h"
#include "core/certificate.h"
#include "core/restriction.h"
#include "core/tag.h"
#include "db/database.h"

namespace service {

// The tags of certificates that exist. Whoever is restricted to tags gives and takes their own, and
// not the last one of them: the certificate would be lost to them.
class Tags {
 public:
  struct Changed {
    core::Certificate certificate;
    std::vector<core::Tag> tags;
  };

  explicit Tags(db::Database& database) : database_{database} {}

  // These throw not_found for what is out of reach, invalid_request for what nobody may do.
  Changed replace(const auth::Act& act, const core::Reach& reach, const core::CertificateId& id,
                  const std::vector<core::Tag>& tags);
  Changed change(const auth::Act& act, const core::Reach& reach, const core::CertificateId& id,
                 const core::TagChange& wanted);

 private:
  template <class Decide>
  Changed change_with(const auth::Act& act, const core::Reach& reach, const core::CertificateId& id,
                      Decide decide);

  db::Database& database_;
};

}  // namespace service
