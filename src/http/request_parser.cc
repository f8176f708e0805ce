#include "http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

#include "base/text.h"

namespace http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using beast::http::field;
using beast::http::verb;

constexpr std::size_t most_fields = 100;
constexpr std::size_t reserved_body = 64 * 1024;

std::optional<Method> method_of(verb sent, std::string_view name) {
  switch (sent) {
    case verb::get:
      return Method::get;
    case verb::head:
      return Method::head;
    case verb::post:
      return Method::post;
    case verb::put:
      return Method::put;
    case verb::patch:
      return Method::patch;
    case verb::delete_:
      return Method::delete_;
    case verb::options:
      return Method::options;
    case verb::unknown:
      // Newer than the library.
      return name == "QUERY" ? std::optional{Method::other} : std::nullopt;
    default:
      return Method::other;
  }
}

// A name, an address or "[::1]", and perhaps a port.
bool is_host(std::string_view text) {
  return text.size() <= 300 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' ||
                  c == '-' || c == '_' || c == ':' || c == '[' || c == ']' || c == '%' || c == '~';
         });
}

}  // namespace

RequestParser::RequestParser(Request& request, std::vector<Header>& spare,
                             std::size_t header_limit_bytes)
    : request_{request}, spare_{spare} {
  header_limit(static_cast<std::uint32_t>(header_limit_bytes));
  body_limit(boost::none);  // known once the route is
  while (!request_.headers.empty()) {
    spare_.push_back(std::move(request_.headers.back()));
    request_.headers.pop_back();
  }
  request_.host.clear();
  request_.body.clear();
  if (request_.body.capacity() > reserved_body) {
    request_.body.shrink_to_fit();
  }
}

void RequestParser::on_request_impl(verb sent, Text name, Text target, int version, Error&) {
  version_ = version;
  const auto method = method_of(sent, {name.data(), name.size()});
  method_is_known_ = method.has_value();
  request_.method = method.value_or(Method::get);
  request_.target.assign(target.data(), target.size());
}

void RequestParser::on_field_impl(Field known, Text name, Text value, Error& refused) {
  if (in_trailer_) {
    return;  // RFC 9110, section 6.5.1: a trailer must not pass for a header
  }
  if (request_.headers.size() == most_fields) {
    refused = error::header_limit;
    return;
  }
  // RFC 9112, section 6.1: what is not plainly "chunked", or comes with HTTP/1.0, is where servers
  // and proxies disagree about the length.
  if (known == field::transfer_encoding &&
      (version_ != 11 || !base::equal_ignoring_case(value, "chunked"))) {
    refused = error::bad_transfer_encoding;
    return;
  }
  // RFC 9112, section 6.3 allows to take equal lengths for one; refusing them is safer.
  if (known == field::content_length &&
      (++lengths_ > 1 || value.find(',') != std::string_view::npos)) {
    refused = error::multiple_content_length;
    return;
  }
  if (known == field::host) {
    if (++hosts_ > 1 || !is_host(value)) {
      refused = error::bad_value;
      return;
    }
    request_.host.assign(value.data(), value.size());
  }
  if (known == field::expect) {
    expects_continue_ = base::equal_ignoring_case(value, "100-continue");
    expects_other_ = !expects_continue_;
  }
  if (spare_.empty()) {
    request_.headers.emplace_back();
  } else {
    request_.headers.push_back(std::move(spare_.back()));
    spare_.pop_back();
  }
  auto& [lower, kept] = request_.headers.back();
  lower.resize(name.size());
  std::ranges::transform(name, lower.begin(), [](char c) { return base::lower(c); });
  kept.assign(value.data(), value.size());
}

void RequestParser::on_header_impl(Error& refused) {
  in_trailer_ = true;
  // RFC 9112, section 3.2: exactly one Host with HTTP/1.1.
  if (version_ == 11 && hosts_ != 1) {
    refused = error::bad_value;
  }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) {
  request_.body.reserve(std::min<std::uint64_t>(length.value_or(0), reserved_body));
}

std::size_t RequestParser::on_body_impl(Text body, Error&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text body, Error&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

int status_of(const beast::error_code& refused) {
  if (refused == error::header_limit) {
    return 431;
  }
  if (refused == error::body_limit) {
    return 413;
  }
  return refused == error::bad_version ? 505 : 400;
}

}  // namespace http
