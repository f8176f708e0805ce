#include "base/clock.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Time, IsWrittenAndReadAsRfc3339) {
  const auto time = time_from_text("2026-03-01T12:00:05Z").value();
  EXPECT_EQ(to_text(time), "2026-03-01T12:00:05Z");
  EXPECT_EQ(time.time_since_epoch().count(), 1772366405);  // date -d 2026-03-01T12:00:05Z +%s
}

TEST(Time, ReadsOffsetsFractionsAndBareDates) {
  const auto time = time_from_text("2026-03-01T12:00:05Z").value();
  EXPECT_EQ(time_from_text("2026-03-01T13:00:05+01:00").value(), time);
  EXPECT_EQ(time_from_text("2026-03-01T12:00:05.123456Z").value(), time);
  EXPECT_EQ(to_text(time_from_text("2026-03-01").value()), "2026-03-01T00:00:00Z");
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const auto* text :
       {"", "2026", "2026-13-01", "2026-02-30", "2026-03-01T25:00:00Z", "2026-03-01T12:00:05",
        "2026-03-01T12:00:05.Z", "2026-03-01T12:00:05+1"}) {
    EXPECT_FALSE(time_from_text(text)) << text;
  }
}

}  // namespace
}  // namespace base
