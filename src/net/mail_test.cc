#include "net/mail.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace net {
namespace {

Mail mail() {
  return {.from = "ca@example.com",
          .from_name = "Certwright",
          .to = "bob@example.com",
          .subject = "Reset your password",
          .text = "Hello\n\nhttps://ca.example.com/x#token=a&b\n",
          .message_id = "1@ca.example.com",
          .at = base::time_from_text("2026-03-01T12:00:00Z").value()};
}

std::string decoded_body(const std::string& mime) {
  const auto at = mime.find("\r\n\r\n");
  return std::string{base::as_text(base::from_base64(mime.substr(at + 4)).value())};
}

TEST(Mail, IsWrittenAsTheStandardSays) {
  const auto mime = to_mime(mail());
  EXPECT_EQ(mime.substr(0, mime.find("\r\n\r\n")),
            "Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n"
            "From: \"Certwright\" <ca@example.com>\r\n"
            "To: <bob@example.com>\r\n"
            "Subject: Reset your password\r\n"
            "Message-ID: <1@ca.example.com>\r\n"
            "MIME-Version: 1.0\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: base64");
  EXPECT_EQ(decoded_body(mime), "Hello\r\n\r\nhttps://ca.example.com/x#token=a&b\r\n");
}

// Whoever names a thing must not name further recipients by it.
TEST(Mail, KeepsLineBreaksOfPeopleOutOfItsHeaders) {
  auto forged = mail();
  forged.subject = "Hello\r\nBcc: eve@example.com";
  forged.from_name = "A \"B\"\nBcc: eve@example.com";
  const auto mime = to_mime(forged);
  EXPECT_EQ(mime.find("\nBcc"), std::string::npos);
  EXPECT_NE(mime.find("Subject: HelloBcc: eve@example.com\r\n"), std::string::npos);
  EXPECT_NE(mime.find("From: \"A \\\"B\\\"Bcc: eve@example.com\" <"), std::string::npos);
}

TEST(Mail, EncodesWhatIsNotAsciiBetweenCharacters) {
  auto foreign = mail();
  foreign.subject = "";
  for (int i = 0; i < 30; ++i) {
    foreign.subject += "\xc3\xa4";
  }
  const auto mime = to_mime(foreign);
  // By python: base64 of 21 and of 9 times U+00E4.
  EXPECT_NE(
      mime.find("Subject: =?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOk?=\r\n"
                " =?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOk?=\r\n"),
      std::string::npos)
      << mime;
}

TEST(Mail, ShowsItsTextAsHtmlWithoutTakingItForMarkup) {
  auto rich = mail();
  rich.text = "<b>\n\nhttps://ca.example.com/#t=1\n";
  rich.content = MailContent::html;
  EXPECT_EQ(decoded_body(to_mime(rich)),
            "<!doctype html><html><body style=\"font-family:sans-serif\"><p>&lt;b&gt;</p>"
            "<p><a href=\"https://ca.example.com/#t=1\">https://ca.example.com/#t=1</a></p>"
            "</body></html>");
}

TEST(Mail, FailsForNowWhenNobodyListens) {
  MailServer nobody{.host = "127.0.0.1", .port = 1, .security = MailSecurity::none};
  const auto outcome = send(nobody, mail());
  EXPECT_EQ(outcome.verdict, MailVerdict::failed);
  EXPECT_FALSE(outcome.reason.empty());
}

}  // namespace
}  // namespace net
