#include "net/mail.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bytes.h"
#include "net/curl.h"

namespace net {
namespace {

constexpr std::size_t longest_line = 76;  // RFC 2045, section 6.8

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

std::string without_controls(std::string_view text) {
  std::string plain;
  std::ranges::copy_if(text, std::back_inserter(plain),
                       [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
  return plain;
}

// A header's text (RFC 2047, section 2): words of at most 75 characters, cut between characters.
std::string header_text(std::string_view from_people) {
  const auto text = without_controls(from_people);
  if (is_plain(text) && text.find("=?") == std::string::npos) {
    return text;
  }
  constexpr std::size_t most_octets = 42;
  std::string words;
  for (std::string_view rest = text; !rest.empty();) {
    auto size = std::min(most_octets, rest.size());
    while (size < rest.size() && (static_cast<unsigned char>(rest[size]) & 0xc0) == 0x80) {
      --size;
    }
    words += (words.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") +
             base::to_base64(base::as_bytes(rest.substr(0, size))) + "?=";
    rest.remove_prefix(size);
  }
  return words;
}

std::string display_name(std::string_view name) {
  const auto text = header_text(name);
  if (text.starts_with("=?")) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  }
  return quoted + "\"";
}

std::string date(base::Time at) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day civil{day};
  const auto text = base::to_text(at);  // 2026-03-01T12:00:00Z
  return std::string{days[std::chrono::weekday{day}.c_encoding()]} + ", " + text.substr(8, 2) +
         " " + months[static_cast<unsigned>(civil.month()) - 1] + " " + text.substr(0, 4) + " " +
         text.substr(11, 8) + " +0000";
}

// Text as lines of base64: no line of it is too long, or a lone dot.
std::string body(std::string_view type, std::string_view text) {
  std::string lines;
  for (const char c : text) {
    lines += c == '\n' ? std::string{"\r\n"} : std::string{c};
  }
  const auto base64 = base::to_base64(base::as_bytes(lines));
  std::string part = "Content-Type: text/" + std::string{type} +
                     "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  for (std::size_t at = 0; at < base64.size(); at += longest_line) {
    part += base64.substr(at, longest_line) + "\r\n";
  }
  return part;
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

// The same text for those who read HTML: paragraphs, and lines that are an address as links.
std::string html_of(std::string_view text) {
  std::string html = "<!doctype html><html><body style=\"font-family:sans-serif\">";
  bool in_paragraph = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = escaped(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) {
      html += in_paragraph ? "</p>" : "";
      in_paragraph = false;
      continue;
    }
    html += in_paragraph ? "<br>" : "<p>";
    in_paragraph = true;
    const bool is_link = line.starts_with("https://") && line.find_first_of(" \"'") == line.npos;
    html += is_link ? "<a href=\"" + line + "\">" + line + "</a>" : line;
  }
  return html + (in_paragraph ? "</p>" : "") + "</body></html>";
}

// What libcurl reads from.
struct Source {
  std::string_view rest;

  static std::size_t read(char* into, std::size_t size, std::size_t count, void* from) {
    auto& rest = static_cast<Source*>(from)->rest;
    const auto taken = std::min(size * count, rest.size());
    std::memcpy(into, rest.data(), taken);
    rest.remove_prefix(taken);
    return taken;
  }
};

// The last refusal of the server, in its words: libcurl gives each line to the "header" function,
// and says goodbye after a refusal.
std::size_t keep_refusal(char* line, std::size_t size, std::size_t count, void* into) {
  constexpr std::size_t longest = 200;
  const std::string_view text{line, size * count};
  if (text.starts_with('4') || text.starts_with('5')) {
    *static_cast<std::string*>(into) = without_controls(text.substr(0, longest));
  }
  return size * count;
}

// A server that says 5xx will say so again (RFC 5321, section 4.2.1); a rejected password or
// certificate may be mended by the administrator, so those are tried again.
MailOutcome outcome_of(CURLcode code, std::string_view refusal, std::string_view detail) {
  if (code == CURLE_OK) {
    return {};
  }
  if (code == CURLE_LOGIN_DENIED) {
    return {MailVerdict::failed, "the mail server refused the username and password"};
  }
  if (refusal.empty()) {
    return {MailVerdict::failed,
            std::string{detail.empty() ? std::string_view{curl_easy_strerror(code)} : detail}};
  }
  // 530, 535, 538: about passwords and TLS (RFC 4954, section 6).
  const bool is_final = refusal.starts_with('5') && !refusal.starts_with("53");
  return {is_final ? MailVerdict::refused : MailVerdict::failed,
          "the mail server said: " + std::string{refusal}};
}

std::string url_of(const MailServer& server) {
  const bool is_v6 = server.host.find(':') != std::string::npos;
  return (server.security == MailSecurity::tls ? "smtps://" : "smtp://") +
         (is_v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

}  // namespace

std::string to_mime(const Mail& mail) {
  std::string mime = "Date: " + date(mail.at) + "\r\nFrom: " +
                     (mail.from_name.empty() ? "" : display_name(mail.from_name) + " ") + "<" +
                     without_controls(mail.from) + ">\r\nTo: <" + without_controls(mail.to) +
                     ">\r\nSubject: " + header_text(mail.subject) + "\r\nMessage-ID: <" +
                     without_controls(mail.message_id) +
                     ">\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n";
  switch (mail.content) {
    case MailContent::text:
      return mime + body("plain", mail.text);
    case MailContent::html:
      return mime + body("html", html_of(mail.text));
    case MailContent::both:
      break;
  }
  // In base64 no line begins with two hyphens.
  constexpr std::string_view boundary = "certwright-part";
  const auto part = [&](const std::string& content) {
    return "--" + std::string{boundary} + "\r\n" + content;
  };
  return mime + "Content-Type: multipart/alternative; boundary=" + std::string{boundary} +
         "\r\n\r\n" + part(body("plain", mail.text)) + part(body("html", html_of(mail.text))) +
         "--" + std::string{boundary} + "--\r\n";
}

MailOutcome send(const MailServer& server, const Mail& mail) {
  const auto curl = new_curl();
  if (!curl) {
    return {MailVerdict::failed, "out of memory"};
  }
  auto* const handle = curl.get();
  const auto message = to_mime(mail);
  const auto url = url_of(server);
  const std::string password{server.password.reveal()};
  std::string trusted = server.trust_pem;
  std::string refusal;
  std::array<char, CURL_ERROR_SIZE> detail{};
  Source source{message};
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients{
      curl_slist_append(nullptr, mail.to.c_str()), curl_slist_free_all};

  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // whatever the environment says
  curl_easy_setopt(handle, CURLOPT_USE_SSL,
                   server.security == MailSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  trust(handle, trusted);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(server.time.count()));
  if (!server.username.empty()) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, server.username.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, password.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, mail.from.c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, &Source::read);
  curl_easy_setopt(handle, CURLOPT_READDATA, &source);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &keep_refusal);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &refusal);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail.data());

  const auto code = curl_easy_perform(handle);
  return outcome_of(code, refusal, detail.data());
}

}  // namespace net
