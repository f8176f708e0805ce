#include "net/http_response.h"

#include <gtest/gtest.h>

namespace net {
namespace {

// Feeds the text in pieces of that size, then the end.
std::expected<HttpResponse, base::ParseError> read(std::string_view text, std::size_t piece,
                                                   std::size_t most = 100) {
  HttpResponse response{most};
  while (!text.empty() && !response.complete()) {
    const auto size = std::min(piece, text.size());
    if (auto added = response.add(text.substr(0, size)); !added) {
      return std::unexpected(added.error());
    }
    text.remove_prefix(size);
  }
  if (!response.complete()) {
    if (auto ended = response.end(); !ended) {
      return std::unexpected(ended.error());
    }
  }
  return response;
}

TEST(HttpResponse, IsReadInPiecesOfAnySize) {
  const struct {
    const char* text;
    const char* body;
  } cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", "hello"},
      {"HTTP/1.0 200\r\n\r\nhello", "hello"},
      {"HTTP/1.1 200 OK\n\nhello", "hello"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n",
       "hello"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", ""},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
  };
  for (const auto& [text, body] : cases) {
    for (std::size_t piece = 1; piece < 100; ++piece) {
      const auto response = read(text, piece);
      ASSERT_TRUE(response) << text << response.error().reason;
      EXPECT_EQ(response->body(), body) << text << " in pieces of " << piece;
    }
  }
}

TEST(HttpResponse, HasHeadersInAnyCase) {
  const auto response =
      read("HTTP/1.1 301 Moved\r\nLOCATION:  /x \r\nContent-Length: 0\r\n\r\n", 1000);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status(), 301);
  EXPECT_EQ(response->header("location"), "/x");
  EXPECT_FALSE(response->header("server"));
}

TEST(HttpResponse, StopsWhereEnoughIsRead) {
  const std::string body(1000, 'x');
  for (const auto& head :
       {std::string{"HTTP/1.1 200 OK\r\n\r\n"},
        std::string{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"},
        std::string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n"}}) {
    const auto response = read(head + body, 7);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body(), std::string(100, 'x'));
    EXPECT_TRUE(response->truncated());
  }
}

TEST(HttpResponse, IsRefusedWhenItIsNone) {
  for (const auto* text :
       {"", "\r\n\r\n", "rubbish\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 999 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 100 Go\r\n\r\n"}) {
    EXPECT_FALSE(read(text, 3)) << text;
  }
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'), 500));
}

}  // namespace
}  // namespace net
