#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/tag.h"
#include "db/session.h"

namespace storage {

// The tags that there are, and which certificates have them.
class TagStore {
 public:
  explicit TagStore(db::Session& session) : session_{session} {}

  // Sorted.
  std::vector<core::Tag> of(const core::CertificateId& id) const;
  // Of all of a page, in one statement. Who has none is left out.
  std::map<core::CertificateId, std::vector<core::Tag>> of(
      const std::vector<core::CertificateId>& ids) const;

  void add(const core::CertificateId& id, const std::vector<core::Tag>& tags);
  void remove(const core::CertificateId& id, const std::vector<core::Tag>& tags);
  // What a certificate has, its successor gets.
  void hand_down(const core::CertificateId& from, const core::CertificateId& to);

  // Their ids; those that are new come into being.
  std::vector<core::TagId> ids_of(const std::vector<core::Tag>& tags);

  // Those that a certificate has or a restriction names, in the order of the alphabet.
  std::vector<core::Tag> list(std::string_view prefix, const std::optional<core::Tag>& after,
                              int limit) const;

 private:
  std::vector<core::TagId> known(const std::vector<core::Tag>& tags) const;

  db::Session& session_;
};

}  // namespace storage
