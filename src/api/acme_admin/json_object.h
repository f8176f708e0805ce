#pragma once

#include "json/json.h"

namespace json {

// An object of a body that is kept as it was sent.
template <>
inline std::optional<Raw> read<Raw>(const boost::json::value& value, Reading& reading,
                                    const std::string& at) {
  if (!value.is_object()) {
    return reading.refuse(at, "not an object");
  }
  return Raw{boost::json::serialize(value)};
}

}  // namespace json
