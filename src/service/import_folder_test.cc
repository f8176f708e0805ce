#include "service/import_folder.h"

#include <gtest/gtest.h>

namespace service {
namespace {

// Lines as `openssl ca` writes them.
TEST(ImportFolder, ReadsAnIndexOfOpenssl) {
  const auto entries = read_index(
      "V\t260101000000Z\t\t1000\tunknown\t/CN=a\n"
      "R\t260101000000Z\t250601120000Z,keyCompromise\t0A0B\tunknown\t/CN=b\r\n"
      "R\t20510101000000Z\t20500601120000Z\t1002\tunknown\t/CN=c\n"
      "R\t260101000000Z\t250601120000Z,holdInstruction,1.2.840.10040.2.2\t1003\tx\t/CN=d\n"
      "R\t260101000000Z\t250601120000Z,CAkeyTime,20250101000000Z\t1004\tx\t/CN=e\n"
      "\nE\t200101000000Z\t\t00FF\tunknown\t/CN=f\n");
  ASSERT_TRUE(entries) << entries.error().reason;
  ASSERT_EQ(entries->size(), 6u);
  EXPECT_EQ((*entries)[0].serial_number, "1000");
  EXPECT_FALSE((*entries)[0].revoked);
  EXPECT_EQ((*entries)[1].serial_number, "a0b");
  EXPECT_EQ((*entries)[1].revoked->reason, x509::RevocationReason::keyCompromise);
  EXPECT_EQ((*entries)[1].revoked->at, base::time_from_text("2025-06-01T12:00:00Z").value());
  EXPECT_EQ((*entries)[2].revoked->at, base::time_from_text("2050-06-01T12:00:00Z").value());
  EXPECT_EQ((*entries)[2].revoked->reason, x509::RevocationReason::unspecified);
  EXPECT_EQ((*entries)[3].revoked->reason, x509::RevocationReason::certificateHold);
  EXPECT_EQ((*entries)[4].revoked->reason, x509::RevocationReason::caCompromise);
  EXPECT_EQ((*entries)[5].serial_number, "ff");
}

TEST(ImportFolder, RefusesWhatIsNoIndex) {
  for (const auto* text :
       {"V\t260101000000Z\t\t1000\tunknown", "X\t260101000000Z\t\t1000\tunknown\t/CN=a",
        "R\t260101000000Z\t\t1000\tunknown\t/CN=a", "R\t2601\t25x601120000Z\t1\tu\t/CN=a",
        "an index of something else"}) {
    EXPECT_FALSE(read_index(text)) << text;
  }
}

TEST(ImportFolder, ReadsTheNumberOfTheLastList) {
  EXPECT_EQ(read_crl_number("1000\n").value(), 0xfff);
  EXPECT_EQ(read_crl_number("01").value(), 0);
  EXPECT_EQ(read_crl_number("0A\r\n").value(), 9);
  for (const auto* text : {"", "\n", "0", "-1", "x", "10 11", "0x10", "4000000000000001",
                           "ffffffffffffffffffffffff"}) {
    EXPECT_FALSE(read_crl_number(text)) << text;
  }
}

TEST(ImportFolder, SaysThatThereIsNoFolder) {
  EXPECT_THROW(read_folder("/nowhere/at/all", {}), base::Error);
}

}  // namespace
}  // namespace service
