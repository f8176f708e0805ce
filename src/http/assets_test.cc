#include "http/assets.h"

#include <gtest/gtest.h>

#include "http/serialize.h"

namespace http {
namespace {

const EmbeddedFile files[] = {
    {.path = "/index.html", .etag = "\"i1\"", .identity = "<html>", .gzip = "GZ", .brotli = "BR"},
    {.path = "/assets/index-B4k3_x9Z.js",
     .etag = "\"j1\"",
     .identity = "js",
     .gzip = {},
     .brotli = {}},
    {.path = "/favicon.svg", .etag = "\"f1\"", .identity = "<svg>", .gzip = "GZ", .brotli = {}},
};

class AssetsTest : public testing::Test {
 protected:
  std::string ask(std::string_view path, std::vector<Header> headers = {}) {
    Request request;
    request.secure = true;
    request.headers = std::move(headers);
    const auto response = assets.answer(path, request);
    if (!response) {
      return "";
    }
    std::string text;
    append(text, *response, {.date = "now"});
    return text;
  }

  Assets assets{files};
};

bool has(std::string_view text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

TEST_F(AssetsTest, NegotiatesTheEncoding) {
  const auto encoded = [&](std::string accepted) {
    const auto text = ask("/index.html", {{"accept-encoding", std::move(accepted)}});
    return text.substr(text.find("\r\n\r\n") + 4);
  };
  EXPECT_EQ(encoded("gzip, deflate, br"), "BR");
  EXPECT_EQ(encoded("gzip"), "GZ");
  EXPECT_EQ(encoded("br;q=0.2, gzip;q=0.8"), "GZ");
  EXPECT_EQ(encoded("br;q=0"), "<html>");
  EXPECT_EQ(encoded("*"), "BR");
  EXPECT_EQ(encoded("*;q=0, gzip"), "GZ");
  EXPECT_EQ(encoded(""), "<html>");
  EXPECT_EQ(encoded("identity"), "<html>");
}

TEST_F(AssetsTest, SaysWhatItSends) {
  const auto text = ask("/index.html", {{"accept-encoding", "br"}});
  for (const auto* field :
       {"HTTP/1.1 200 OK\r\n", "Content-Type: text/html; charset=utf-8\r\n",
        "Content-Encoding: br\r\n", "ETag: \"i1-br\"\r\n", "Vary: Accept-Encoding\r\n",
        "Cache-Control: no-cache\r\n", "Content-Length: 2\r\n", "X-Frame-Options: DENY\r\n",
        "Strict-Transport-Security: ", "Date: now\r\n"}) {
    EXPECT_TRUE(has(text, field)) << field << text;
  }
}

TEST_F(AssetsTest, LetsHashedNamesBeKeptForGood) {
  const auto text = ask("/assets/index-B4k3_x9Z.js", {{"accept-encoding", "br"}});
  EXPECT_TRUE(has(text, "Cache-Control: public, max-age=31536000, immutable\r\n")) << text;
  EXPECT_TRUE(has(text, "ETag: \"j1\"\r\n")) << text;
  EXPECT_FALSE(has(text, "Content-Encoding")) << text;
  EXPECT_TRUE(has(ask("/favicon.svg"), "Cache-Control: no-cache\r\n"));
}

TEST_F(AssetsTest, Answers304ForWhatTheClientHas) {
  const auto text =
      ask("/index.html", {{"if-none-match", "\"x\", W/\"i1-gz\""}, {"accept-encoding", "gzip"}});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 304 Not Modified\r\n")) << text;
  EXPECT_TRUE(has(text, "ETag: \"i1-gz\"\r\n")) << text;
  EXPECT_FALSE(has(text, "Content-Length")) << text;
  EXPECT_TRUE(ask("/index.html", {{"if-none-match", "\"i1-gz\""}}).starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(ask("/index.html", {{"if-none-match", "*"}}).starts_with("HTTP/1.1 304 "));
}

TEST_F(AssetsTest, HasARoutePerFileAndOneForTheDirectory) {
  std::vector<std::string> paths;
  for (const auto& route : Assets{files, "/x"}.routes()) {
    paths.push_back(route.path);
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"/x/assets/index-B4k3_x9Z.js", "/x/favicon.svg",
                                             "/x/index.html", "/x"}));
  EXPECT_EQ(ask("/nothing"), "");
}

TEST_F(AssetsTest, SaysWhenThereIsNoConsole) {
  Request request;
  request.path = "/";
  EXPECT_TRUE(has(console_page(Assets{{}}, request).body, "built without its console"));
  request.path = "/certificates";
  EXPECT_EQ(console_page(Assets{{}}, request).status, 404);
  EXPECT_TRUE(console_page(assets, request).prepared);
}

TEST(EmbeddedFiles, HoldTheApiBrowser) {
  bool has_page = false;
  for (const auto& file : swagger_files()) {
    has_page = has_page || file.path == "/index.html";
    EXPECT_FALSE(file.identity.empty()) << file.path;
    EXPECT_LT(file.brotli.size(), file.identity.size()) << file.path;
  }
  EXPECT_TRUE(has_page);
}

}  // namespace
}  // namespace http
