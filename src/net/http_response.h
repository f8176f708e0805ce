#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"

namespace net {

// Reads one HTTP/1.x response (RFC 9112) from the pieces in which it arrives: no I/O, bounded, and
// satisfied with the beginning of a long body.
class HttpResponse {
 public:
  static constexpr std::size_t most_head_octets = 16 * 1024;

  explicit HttpResponse(std::size_t most_body_octets) : most_body_{most_body_octets} {}

  // Takes the next piece. Refuses what is not HTTP.
  std::expected<void, base::ParseError> add(std::string_view piece);

  // The other side has closed. Refuses when that cuts the response off.
  std::expected<void, base::ParseError> end();

  // The response is there, or as much of its body as was wanted.
  bool complete() const { return state_ == State::complete; }

  int status() const { return status_; }
  // The first header of that name, in lower case; its value without blanks around it.
  std::optional<std::string> header(std::string_view name) const;
  const std::string& body() const { return body_; }
  bool truncated() const { return truncated_; }  // there was more than was wanted

 private:
  enum class State { head, sized_body, endless_body, chunk_size, chunk, chunk_end, complete };

  std::expected<void, base::ParseError> read_head(std::string_view head);
  std::expected<void, base::ParseError> read_body();
  std::expected<bool, base::ParseError> read_chunk_size();
  void keep(std::string_view octets);

  std::size_t most_body_;
  State state_ = State::head;
  std::string pending_;  // what has arrived and is not read yet
  int status_ = 0;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
  bool truncated_ = false;
  std::uint64_t left_ = 0;  // of the body or the chunk
};

}  // namespace net
