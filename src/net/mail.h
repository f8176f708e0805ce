#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/secret.h"
#include "base/value.h"

namespace net {

// How the connection to the mail server is protected. With `starttls` and `tls` nothing is said in
// the clear, whatever the server offers.
BOOST_DEFINE_ENUM_CLASS(MailSecurity, none, starttls, tls)

struct MailServer {
  std::string host;
  int port = 587;
  MailSecurity security = MailSecurity::starttls;
  std::string trust_pem = {};  // authorities to trust instead of the system's
  std::string username = {};   // empty: none is sent
  base::Secret password = {};
  std::chrono::milliseconds time = std::chrono::seconds{30};
};

BOOST_DEFINE_ENUM_CLASS(MailContent, text, html, both)

struct Mail {
  std::string from;  // an address
  std::string from_name = {};
  std::string to;
  std::string subject;
  std::string text;
  MailContent content = MailContent::text;
  std::string message_id;  // without brackets
  base::Time at;
};

// The message as it goes over the wire (RFC 5322, RFC 2045). What comes from people is encoded, so
// that none of it becomes a header or an address of its own.
std::string to_mime(const Mail& mail);

// What became of it: `refused` will not become better by trying again.
BOOST_DEFINE_ENUM_CLASS(MailVerdict, sent, refused, failed)

struct MailOutcome {
  MailVerdict verdict = MailVerdict::sent;
  std::string reason = {};
};

// Hands the message to the server (RFC 5321), which then has it. Blocks the calling thread.
MailOutcome send(const MailServer& server, const Mail& mail);

}  // namespace net
