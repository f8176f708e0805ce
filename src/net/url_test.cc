#include "net/url.h"

#include <gtest/gtest.h>

namespace net {
namespace {

TEST(Url, IsReadIntoItsParts) {
  const auto url = Url::parse("HTTPS://A.Example:8443/x/y?z#fragment").value();
  EXPECT_TRUE(url.secure);
  EXPECT_EQ(url.host, "a.example");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.target, "/x/y?z");
  EXPECT_EQ(url.to_string(), "https://a.example:8443/x/y?z");
  EXPECT_EQ(Url::parse("http://a.example:80")->to_string(), "http://a.example/");
  EXPECT_EQ(Url::parse("http://a.example?q")->target, "/?q");
  EXPECT_EQ(Url::parse("http://[2001:DB8::1]:81/")->authority(), "[2001:db8::1]:81");
}

TEST(Url, IsRefusedWhenItIsNotPlain) {
  for (const auto* text : {"",
                           "/",
                           "a.example",
                           "ftp://a.example/",
                           "file:///etc/passwd",
                           "javascript:alert(1)",
                           "http://",
                           "http:///x",
                           "http://user@a.example/",
                           "http://user:pw@127.0.0.1/",
                           "http://a.example:0/",
                           "http://a.example:99999/",
                           "http://a.example:x/",
                           "http://a example/",
                           "http://a.example/\r\nX: y",
                           "http://a.example/\xc3\xa4",
                           "http://[::1/",
                           "http://[a.example]/",
                           "http://[::1]x/",
                           "http://a.example%00/"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
  EXPECT_FALSE(Url::parse("http://a.example/" + std::string(5000, 'x')));
}

// Examples of RFC 3986, section 5.4, as far as http has them.
TEST(Url, ResolvesWhatARedirectSays) {
  const auto base = Url::parse("http://a/b/c/d;p?q").value();
  const struct {
    const char* reference;
    const char* target;
  } cases[] = {
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q"},
      {"g#s", "http://a/b/c/g"},
      {";x", "http://a/b/c/;x"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"https://h/x", "https://h/x"},
  };
  for (const auto& [reference, target] : cases) {
    const auto resolved = base.resolve(reference);
    ASSERT_TRUE(resolved) << reference;
    EXPECT_EQ(resolved->to_string(), target) << reference;
  }
  for (const auto* reference : {"", "gopher://a/", "javascript:x", "x y", "http:g"}) {
    EXPECT_FALSE(base.resolve(reference)) << reference;
  }
}

}  // namespace
}  // namespace net
