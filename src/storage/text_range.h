#pragma once

#include <string>
#include <string_view>

namespace storage {

// The end of the range of texts that begin with `prefix`, in the order of their bytes: what comes
// before it and not before the prefix has the prefix. Ends with the last code point, which is
// valid UTF-8, as PostgreSQL wants it.
inline std::string end_of_prefix(std::string_view prefix) {
  return std::string{prefix} + "\xf4\x8f\xbf\xbf";
}

}  // namespace storage
