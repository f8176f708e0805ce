#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace http {

// Reads one request after the other into the same Request, whose memory is kept. Stricter than
// Beast where two readers of the same bytes might disagree (request smuggling).
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  // `spare` keeps the memory of header fields from request to request.
  RequestParser(Request& request, std::vector<Header>& spare, std::size_t header_limit);

  // Fewer bytes are not worth a put(): Beast asserts that the end of a chunked body, "0\r\n\r\n",
  // is not looked at again with less.
  std::size_t least_input() const { return in_trailer_ && chunked() ? 5 : 1; }

  int version() const { return version_; }
  bool method_is_known() const { return method_is_known_; }
  bool expects_continue() const { return expects_continue_; }
  bool expects_other() const { return expects_other_; }

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;
  using Field = boost::beast::http::field;

  void on_request_impl(boost::beast::http::verb verb, Text method, Text target, int version,
                       Error& error) override;
  void on_response_impl(int, Text, int, Error&) override {}
  void on_field_impl(Field field, Text name, Text value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error& error) override;
  std::size_t on_body_impl(Text body, Error& error) override;
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t remain, Text body, Error& error) override;
  void on_finish_impl(Error&) override {}

  Request& request_;
  std::vector<Header>& spare_;
  int version_ = 11;
  int hosts_ = 0;
  int lengths_ = 0;
  bool in_trailer_ = false;
  bool method_is_known_ = true;
  bool expects_continue_ = false;
  bool expects_other_ = false;
};

// The status that a parser's refusal is answered with.
int status_of(const boost::beast::error_code& error);

}  // namespace http
