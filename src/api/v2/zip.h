#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace api::v2 {

struct ZipEntry {
  std::string name;  // plain ASCII; unique within the file
  std::string content;
};

// A ZIP file (PKWARE's APPNOTE 6.3) whose entries are stored as they are: certificates and keys do
// not get smaller. Throws too_large beyond what fits without ZIP64.
std::string make_zip(const std::vector<ZipEntry>& entries, base::Time made_at);

}  // namespace api::v2
