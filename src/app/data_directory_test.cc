#include "app/data_directory.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/peers_for_test.h"

namespace app {
namespace {

class DataDirectoryTest : public testing::Test {
 protected:
  DataDirectoryTest() {
    path = shop.run("pwd").output;
    path.pop_back();
    settings.data = path + "/deep/it's data";
  }

  // Why it does not open; empty when it does.
  std::string refusal() {
    try {
      DataDirectory{settings, random}.master_key(settings);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::unavailable);
      return error.what();
    }
    return "";
  }
  std::string mode(const std::string& name) {
    return shop.run("stat -c %a \"deep/it's data" + name + "\"").output;
  }

  crypto::Workshop shop;
  crypto::SystemRandom random;
  std::string path;
  Settings settings;
};

TEST_F(DataDirectoryTest, IsMadeForItsOwnerAlone) {
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(mode(""), "700\n");
  EXPECT_EQ(mode("/master.key"), "600\n");
  EXPECT_EQ(mode("/node"), "600\n");
}

TEST_F(DataDirectoryTest, IsRefusedWhenOthersCanReadItWithTheCommandThatMendsIt) {
  EXPECT_EQ(refusal(), "");
  for (const auto* wide : {"750", "701", "777"}) {
    shop.run("chmod " + std::string{wide} + " \"deep/it's data\"");
    const auto text = refusal();
    const auto command = text.find("chmod 700 ");
    ASSERT_NE(command, std::string::npos) << text;
    EXPECT_EQ(shop.run(text.substr(command)).status, 0) << text;  // as it is printed
    EXPECT_EQ(refusal(), "");
  }
  shop.run("chmod 640 \"deep/it's data/master.key\"");
  const auto text = refusal();
  ASSERT_NE(text.find("chmod 600 "), std::string::npos) << text;
  EXPECT_EQ(shop.run(text.substr(text.find("chmod 600 "))).status, 0);
  EXPECT_EQ(refusal(), "");
}

TEST_F(DataDirectoryTest, KeepsItsKeyAndItsName) {
  const DataDirectory first{settings, random};
  const auto key = first.master_key(settings);
  EXPECT_EQ(key.reveal().size(), 32u);
  const DataDirectory again{settings, random};
  EXPECT_EQ(again.master_key(settings).reveal(), key.reveal());
  EXPECT_EQ(again.node(), first.node());
  EXPECT_EQ(first.node().size(), 16u);
}

TEST_F(DataDirectoryTest, TakesTheKeyFromTheSettings) {
  settings.master_key = base::Secret{std::string(64, 'a')};
  EXPECT_EQ(DataDirectory(settings, random).master_key(settings).reveal(), std::string(32, '\xaa'));
  EXPECT_EQ(shop.run("test -e \"deep/it's data/master.key\"").status, 1) << "none is written";
  for (const std::string& bad :
       {std::string(63, 'a'), std::string(66, 'a'), std::string(64, 'g')}) {
    settings.master_key = base::Secret{bad};
    const auto text = refusal();
    EXPECT_NE(text.find("64 hexadecimal digits"), std::string::npos);
    EXPECT_EQ(text.find(bad), std::string::npos) << "the key is not shown";
  }
  settings.master_key = {};
  settings.master_key_file = path + "/other.key";
  EXPECT_NE(refusal().find("is not there"), std::string::npos);
  shop.run("umask 077 && printf '%064d\\n' 0 > other.key");
  EXPECT_EQ(DataDirectory(settings, random).master_key(settings).reveal(), std::string(32, '\0'));
}

TEST_F(DataDirectoryTest, DoesNotMakeANewKeyForAnOldDatabase) {
  const DataDirectory directory{settings, random};
  directory.master_key(settings);
  shop.run("cd \"deep/it's data\" && rm master.key && touch certwright.db");
  EXPECT_NE(refusal().find("missing"), std::string::npos);
  EXPECT_EQ(shop.run("test -e \"deep/it's data/master.key\"").status, 1);
}

TEST_F(DataDirectoryTest, LetsOneServerIn) {
  DataDirectory first{settings, random};
  DataDirectory second{settings, random};
  first.lock();
  try {
    second.lock();
    ADD_FAILURE() << "both";
  } catch (const base::Error& error) {
    EXPECT_NE(std::string{error.what()}.find("another server"), std::string::npos);
  }
}

TEST_F(DataDirectoryTest, IsADirectory) {
  shop.put("file", std::string{"x"});
  settings.data = path + "/file";
  EXPECT_NE(refusal().find("is not a directory"), std::string::npos);
}

}  // namespace
}  // namespace app
