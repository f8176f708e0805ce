#include "http/form.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/secret.h"

namespace http {
namespace {

struct Import {
  static constexpr bool is_form = true;
  static constexpr json::Alias aliases[] = {{"pem_content", "pem"}};
  std::optional<std::string> pem;
  std::optional<Upload> file;
  std::optional<bool> import_key;
  std::optional<base::Secret> password;
};
BOOST_DESCRIBE_STRUCT(Import, (), (pem, file, import_key, password))

constexpr std::string_view type = "multipart/form-data; boundary=XX";

Request request(std::string_view content_type, std::string body) {
  Request made;
  made.headers = {{"content-type", std::string{content_type}}};
  made.body = std::move(body);
  return made;
}

Import read(std::string_view content_type, std::string body) {
  return read_form<Import>(request(content_type, std::move(body)), json::Unknown::refuse);
}

template <class Work>
base::ErrorCode code_of(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error.code();
  }
  return base::ErrorCode::internal;
}

TEST(Forms, AreReadAsBrowsersSendThem) {
  // RFC 7578, section 4; the file holds what looks like a line of the form.
  const std::string content{"\x30\x00\xff\r\n--X\r\n", 10};
  const auto form = read(type,
                         "--XX\r\nContent-Disposition: form-data; name=\"pem_content\"\r\n\r\n"
                         "text\r\n--XX\r\n"
                         "Content-Disposition: form-data; name=\"file\"; filename=\"a\\\"b.p12\""
                         "\r\nContent-Type: application/octet-stream\r\n\r\n" +
                             content +
                             "\r\n--XX\r\ncontent-disposition: form-data; name=import_key"
                             "\r\n\r\ntrue\r\n--XX--\r\n");
  EXPECT_EQ(form.pem, "text");
  ASSERT_TRUE(form.file);
  EXPECT_EQ(base::as_text(form.file->bytes()), content);
  EXPECT_EQ(form.import_key, true);
  EXPECT_FALSE(form.password);
}

TEST(Forms, LeaveOutAFileThatNobodyChose) {
  const auto form = read(
      type,
      "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--XX--\r\n");
  EXPECT_FALSE(form.file);
}

TEST(Forms, AreReadFromJsonAndUrlEncodingToo) {
  const auto json = read("application/json; charset=utf-8", R"({"pem": "a", "file": "MAA="})");
  EXPECT_EQ(json.pem, "a");
  EXPECT_EQ(json.file->bytes().size(), 2u);
  const auto encoded = read("application/x-www-form-urlencoded", "pem_content=a+b%2B&password=p");
  EXPECT_EQ(encoded.pem, "a b+");
  EXPECT_EQ(encoded.password->reveal(), "p");
  EXPECT_FALSE(read("", "").pem);
}

TEST(Forms, RefuseWhatTheyDoNotKnow) {
  EXPECT_EQ(code_of([] { read("text/plain", "a"); }), base::ErrorCode::unsupported_media_type);
  EXPECT_EQ(code_of([] { read("application/x-www-form-urlencoded", "other=1"); }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(code_of([] { read("application/x-www-form-urlencoded", "pem=1&pem_content=2"); }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(code_of([] { read("application/x-www-form-urlencoded", "import_key=maybe"); }),
            base::ErrorCode::invalid_request);
}

TEST(Forms, RefuseWhatIsBroken) {
  const std::string part = "\r\nContent-Disposition: form-data; name=\"pem\"\r\n\r\nx";
  for (const std::string& body :
       {std::string{}, std::string{"--XX"}, "--XX" + part, "--XX" + part + "\r\n--XX",
        "--YY" + part + "\r\n--YY--", std::string{"--XX\r\n\r\n\r\nx\r\n--XX--"},
        std::string{"--XX\r\nno header at all\r\n--XX--"},
        std::string{"--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--"},
        std::string{"--XX\r\nContent-Disposition: form-data; name=pem\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--XX--"},
        std::string{"--XX\r\nContent-Disposition: form-data; name=pem\r\n\r\n\xff\r\n--XX--"}}) {
    EXPECT_FALSE(parse_multipart(type, body)) << body;
  }
  EXPECT_FALSE(parse_multipart("multipart/form-data", "--XX--"));
  EXPECT_TRUE(parse_multipart(type, "--XX--"));
  std::string many;
  for (int i = 0; i < 65; ++i) {
    many += "--XX" + part + "\r\n";
  }
  EXPECT_FALSE(parse_multipart(type, many + "--XX--"));
}

}  // namespace
}  // namespace http
