#include "net/dns_rdata.h"

#include <gtest/gtest.h>

namespace net {
namespace {

using namespace std::string_view_literals;

TEST(DnsRdata, JoinsTheStringsOfATxtRecord) {
  EXPECT_EQ(read_txt(base::as_bytes("\5hello"sv)), "hello");
  EXPECT_EQ(read_txt(base::as_bytes("\3hel\0\2lo"sv)), "hello");
  EXPECT_FALSE(read_txt(base::as_bytes("\6hello"sv)));
}

TEST(DnsRdata, ReadsCaa) {
  const auto record = read_caa(base::as_bytes("\x80\x05IssueCA.example; x=y"sv)).value();
  EXPECT_EQ(record, (core::acme::CaaRecord{true, "issue", "CA.example; x=y"}));
  EXPECT_EQ(read_caa(base::as_bytes("\0\5issue"sv))->value, "");
  EXPECT_FALSE(read_caa(base::as_bytes("\0"sv)));
  EXPECT_FALSE(read_caa(base::as_bytes("\0\0x"sv)));
  EXPECT_FALSE(read_caa(base::as_bytes("\0\7issue"sv)));
  EXPECT_FALSE(read_caa(base::as_bytes("\0\5iss-e"sv)));
}

}  // namespace
}  // namespace net
