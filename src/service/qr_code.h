#pragma once

#include <string>
#include <string_view>

namespace service {

// A QR code of the text as "data:image/png;base64,...", for an <img>.
std::string qr_code_uri(std::string_view text);

}  // namespace service
