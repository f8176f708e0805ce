#include "der/writer.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "der/oids.h"
#include "der/reader.h"

namespace der {
namespace {

template <class Body>
std::string written(Body body) {
  Writer writer;
  body(writer);
  return base::to_hex(writer.bytes());
}

base::Time time(std::string_view text) {
  return base::time_from_text(text).value();
}

TEST(Writer, WritesLengthsInTheFewestOctets) {
  for (const std::size_t size : {0u, 1u, 127u, 128u, 255u, 256u, 65535u, 65536u}) {
    for (const std::size_t expected : {std::size_t{0}, size, std::size_t{200'000}}) {
      Writer writer;
      writer.constructed(tag::sequence, [&] { writer.octet_string(base::Bytes(size)); }, expected);
      const auto outer = read_only_element(writer.bytes());
      ASSERT_TRUE(outer) << size << " expected " << expected;
      EXPECT_EQ(Reader{outer->content}.octet_string().value().size(), size);
    }
  }
}

TEST(Writer, WritesIntegersWithoutASurplusOctet) {
  EXPECT_EQ(written([](Writer& w) { w.integer(0); }), "020100");
  EXPECT_EQ(written([](Writer& w) { w.integer(127); }), "02017f");
  EXPECT_EQ(written([](Writer& w) { w.integer(128); }), "02020080");
  EXPECT_EQ(written([](Writer& w) { w.integer(~std::uint64_t{0}); }), "020900ffffffffffffffff");
  const base::Bytes padded{0, 0, 0x80};
  EXPECT_EQ(written([&](Writer& w) { w.unsigned_integer(padded); }), "02020080");
}

TEST(Writer, DropsTrailingZeroBits) {
  // keyCertSign and cRLSign, as every CA certificate has them: 03 02 01 06.
  EXPECT_EQ(written([](Writer& w) { w.named_bits(0x60); }), "03020106");
  EXPECT_EQ(written([](Writer& w) { w.named_bits(0x01); }), "03020780");
  EXPECT_EQ(written([](Writer& w) { w.named_bits(0x100); }), "0303070080");
  EXPECT_EQ(written([](Writer& w) { w.named_bits(0); }), "030100");
}

TEST(Writer, ChangesTheFormOfTimeIn2050) {
  EXPECT_EQ(written([](Writer& w) { w.time(time("2049-12-31T23:59:59Z")); }),
            "170d3439313233313233353935395a");
  EXPECT_EQ(written([](Writer& w) { w.time(time("2050-01-01T00:00:00Z")); }),
            "180f32303530303130313030303030305a");
  EXPECT_EQ(written([](Writer& w) { w.time(time("1949-12-31T00:00:00Z")); }).substr(0, 2), "18");
}

TEST(Writer, RefusesAYearOfFiveDigits) {
  EXPECT_THROW(written([](Writer& w) { w.time(time("9999-12-31T23:59:59Z") + base::Seconds{1}); }),
               base::Error);
}

TEST(Writer, NestsWhatItIsGiven) {
  const auto hex = written([](Writer& w) {
    w.sequence([&] {
      w.oid(oids::common_name);
      w.context(0, [&] { w.utf8_string("a"); });
      w.boolean(true);
      w.null();
    });
  });
  EXPECT_EQ(hex, "300f0603550403a0030c01610101ff0500");
}

}  // namespace
}  // namespace der
