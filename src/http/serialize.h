#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace http {

// Which of the headers that harden a browser an answer carries. `machine` is for answers that no
// browser renders, such as OCSP over plain HTTP: only nosniff.
enum class Hardening { full, machine };

// Serializes an answer once, for Response::prepared: status line, headers and body. The server adds
// Date, and Connection where it must, when it sends it. `secure` adds Strict-Transport-Security.
std::shared_ptr<const std::string> prepare(const Response& response,
                                           Hardening hardening = Hardening::full,
                                           bool secure = false);

// What the server knows about an exchange and an answer's head says.
struct Delivery {
  bool secure = false;
  bool keep_alive = true;
  bool head = false;  // answers HEAD: Content-Length without content
  int version = 11;
  std::string_view date;        // RFC 9110, section 5.6.7
  std::string_view request_id;  // may be empty
};

// Appends the head, and the body unless it is prepared and longer than `copy_limit`; the rest that
// is still to be sent is returned.
std::string_view append(std::string& out, const Response& response, const Delivery& delivery,
                        std::size_t copy_limit = 32 * 1024);

std::string_view reason_phrase(int status);

}  // namespace http
