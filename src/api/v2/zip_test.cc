#include "api/v2/zip.h"

#include <gtest/gtest.h>

#include "crypto/peers_for_test.h"

namespace api::v2 {
namespace {

const base::Time made_at{std::chrono::seconds{1'700'000'000}};  // 2023-11-14 22:13:20

TEST(ZipFiles, AreReadByPython) {
  const crypto::Workshop shop;
  shop.put("a.zip",
           make_zip({{"one.pem", "first"}, {"two.p12", std::string{"\0\xff\n", 3}}, {"e", ""}},
                    made_at));
  const auto read = shop.run(
      "python3 -c \"import zipfile; z = zipfile.ZipFile('a.zip'); assert z.testzip() is None;"
      " print([(i.filename, i.date_time, z.read(i)) for i in z.infolist()])\"");
  EXPECT_EQ(read.status, 0) << read.output;
  EXPECT_EQ(read.output,
            "[('one.pem', (2023, 11, 14, 22, 13, 20), b'first'), "
            "('two.p12', (2023, 11, 14, 22, 13, 20), b'\\x00\\xff\\n'), "
            "('e', (2023, 11, 14, 22, 13, 20), b'')]\n");
}

TEST(ZipFiles, MayBeEmpty) {
  const crypto::Workshop shop;
  shop.put("a.zip", make_zip({}, made_at));
  const auto read =
      shop.run("python3 -c \"import zipfile; print(zipfile.ZipFile('a.zip').namelist())\"");
  EXPECT_EQ(read.output, "[]\n");
}

}  // namespace
}  // namespace api::v2
