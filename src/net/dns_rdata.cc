#include "net/dns_rdata.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace net {

std::expected<std::string, base::ParseError> read_txt(base::ByteView rdata) {
  std::string text;
  while (!rdata.empty()) {
    const std::size_t length = rdata.front();
    rdata = rdata.subspan(1);
    if (length > rdata.size()) {
      return std::unexpected(base::ParseError{"a string of the TXT record is cut off"});
    }
    text += base::as_text(rdata.first(length));
    rdata = rdata.subspan(length);
  }
  return text;
}

std::expected<core::acme::CaaRecord, base::ParseError> read_caa(base::ByteView rdata) {
  constexpr std::uint8_t critical = 0x80;
  if (rdata.size() < 2 || rdata[1] == 0 || rdata.size() < 2u + rdata[1]) {
    return std::unexpected(base::ParseError{"the CAA record is cut off"});
  }
  core::acme::CaaRecord record{
      .critical = (rdata[0] & critical) != 0,
      .tag = std::string{base::as_text(rdata.subspan(2, rdata[1]))},
      .value = std::string{base::as_text(rdata.subspan(2u + rdata[1]))},
  };
  if (!std::ranges::all_of(record.tag, [](unsigned char c) { return std::isalnum(c) != 0; })) {
    return std::unexpected(base::ParseError{"the tag of the CAA record is not alphanumeric"});
  }
  record.tag = base::lower(record.tag);
  return record;
}

}  // namespace net
