#include "http/serialize.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace http {
namespace {

// Scripts come from this server only and never inline; styles may be inline, since the console's
// components set them. `wss:` is for the live events in browsers that do not count it as 'self'.
constexpr std::string_view full_hardening =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: strict-origin-when-cross-origin\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=()\r\n"
    "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self' "
    "'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' wss:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n";
constexpr std::string_view machine_hardening = "X-Content-Type-Options: nosniff\r\n";
constexpr std::string_view transport_security =
    "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";

void append_number(std::string& out, std::size_t number) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// Text of ours that came from outside, such as a file's name, must not end a header field.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const auto unsafe = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  };
  if (std::ranges::none_of(value, unsafe)) {
    out.append(value);
  } else {
    std::ranges::remove_copy_if(value, std::back_inserter(out), unsafe);
  }
  out.append("\r\n");
}

// RFC 9110, sections 6.4.1 and 8.6: no content, and no length of it either.
bool has_no_content(int status) {
  return status < 200 || status == 204 || status == 304;
}

void append_status(std::string& out, int status) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(status));
  out.append(" ").append(reason_phrase(status)).append("\r\n");
}

void append_connection(std::string& out, const Delivery& delivery) {
  out.append("Date: ").append(delivery.date).append("\r\n");
  if (!delivery.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (delivery.version == 10) {
    out.append("Connection: keep-alive\r\n");
  }
}

void append_length(std::string& out, const Response& response, int version) {
  if (has_no_content(response.status)) {
    return;
  }
  if (response.parts) {
    // RFC 9112, section 6.3: HTTP/1.0 knows the end of the connection only.
    out.append(version == 11 ? "Transfer-Encoding: chunked\r\n" : "");
    return;
  }
  out.append("Content-Length: ");
  append_number(out, response.body.size());
  out.append("\r\n");
}

void append_fields(std::string& out, const Response& response, Hardening hardening, bool secure,
                   int version) {
  bool has_cache_control = false;
  bool has_policy = false;
  for (const auto& [name, value] : response.headers) {
    has_cache_control = has_cache_control || base::equal_ignoring_case(name, "cache-control");
    has_policy = has_policy || base::equal_ignoring_case(name, "content-security-policy");
    append_field(out, name, value);
  }
  if (!response.content_type.empty()) {
    append_field(out, "Content-Type", response.content_type);
  }
  append_length(out, response, version);
  if (!has_cache_control) {
    out.append("Cache-Control: no-store\r\n");
  }
  if (hardening == Hardening::machine || has_policy) {
    out.append(machine_hardening);
  } else {
    out.append(full_hardening);
  }
  if (secure) {
    out.append(transport_security);
  }
}

std::string_view append_prepared(std::string& out, std::string_view prepared,
                                 const Delivery& delivery, std::size_t copy_limit) {
  const auto after_status = prepared.find("\r\n") + 2;
  out.append(prepared.substr(0, after_status));
  append_connection(out, delivery);
  auto rest = prepared.substr(after_status);
  if (delivery.head) {
    rest = rest.substr(0, rest.find("\r\n\r\n") + 4);
  }
  if (rest.size() > copy_limit) {
    return rest;
  }
  out.append(rest);
  return {};
}

}  // namespace

std::shared_ptr<const std::string> prepare(const Response& response, Hardening hardening,
                                           bool secure) {
  auto text = std::make_shared<std::string>();
  text->reserve(1024 + response.body.size());
  append_status(*text, response.status);
  append_fields(*text, response, hardening, secure, 11);
  text->append("\r\n");
  if (!has_no_content(response.status)) {
    text->append(response.body);
  }
  return text;
}

std::string_view append(std::string& out, const Response& response, const Delivery& delivery,
                        std::size_t copy_limit) {
  if (response.prepared) {
    return append_prepared(out, *response.prepared, delivery, copy_limit);
  }
  append_status(out, response.status);
  append_connection(out, delivery);
  append_fields(out, response, Hardening::full, delivery.secure, delivery.version);
  if (!delivery.request_id.empty()) {
    append_field(out, "X-Request-Id", delivery.request_id);
  }
  out.append("\r\n");
  if (delivery.head || has_no_content(response.status)) {
    return {};
  }
  if (response.body.size() > copy_limit) {
    return response.body;
  }
  out.append(response.body);
  return {};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

}  // namespace http
