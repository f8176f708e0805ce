#include "net/http_response.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace net {
namespace {

std::unexpected<base::ParseError> refuse(std::string reason) {
  return std::unexpected(base::ParseError{std::move(reason)});
}

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

template <class Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value{};
  const auto* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value, base);
  return error == std::errc{} && end == last ? std::optional{value} : std::nullopt;
}

// status-line = HTTP-version SP status-code SP [ reason-phrase ]  (RFC 9112, section 4)
std::optional<int> read_status(std::string_view line) {
  const bool is_http = line.starts_with("HTTP/1.0 ") || line.starts_with("HTTP/1.1 ");
  if (!is_http || line.size() < 12 || (line.size() > 12 && line[12] != ' ' && line[12] != '\r')) {
    return std::nullopt;
  }
  const auto status = number<int>(line.substr(9, 3), 10);
  return status && *status >= 100 && *status <= 599 ? status : std::nullopt;
}

// The blank line, with or without carriage returns: where the head ends, and the body begins.
std::optional<std::pair<std::size_t, std::size_t>> end_of_head(std::string_view text) {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (text.substr(at + 1).starts_with("\n")) {
      return std::pair{at, at + 2};
    }
    if (text.substr(at + 1).starts_with("\r\n")) {
      return std::pair{at, at + 3};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers_, [&](const auto& header) { return header.first == name; });
  return found == headers_.end() ? std::nullopt : std::optional{found->second};
}

void HttpResponse::keep(std::string_view octets) {
  const auto wanted = std::min(octets.size(), most_body_ - body_.size());
  body_ += octets.substr(0, wanted);
  if (wanted < octets.size()) {
    truncated_ = true;
    state_ = State::complete;
  }
}

std::expected<void, base::ParseError> HttpResponse::add(std::string_view piece) {
  pending_ += piece;
  while (state_ == State::head) {
    const auto end = end_of_head(pending_);
    if (!end) {
      return pending_.size() > most_head_octets
                 ? std::expected<void, base::ParseError>{refuse("its head is too long")}
                 : std::expected<void, base::ParseError>{};
    }
    const auto head = pending_.substr(0, end->first);
    pending_.erase(0, end->second);
    if (const auto read = read_head(head); !read) {
      return read;
    }
  }
  return read_body();
}

std::expected<void, base::ParseError> HttpResponse::read_head(std::string_view head) {
  const auto status = read_status(head.substr(0, head.find('\n')));
  if (!status) {
    return refuse("it does not speak HTTP/1.1");
  }
  status_ = *status;
  headers_.clear();
  for (auto at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at)) {
    ++at;
    const auto line = head.substr(at, std::min(head.find('\n', at), head.size()) - at);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
      return refuse("a header line has no colon");
    }
    headers_.emplace_back(base::lower(trim(line.substr(0, colon))), trim(line.substr(colon + 1)));
  }
  if (status_ < 200) {
    return {};  // an interim response: the real one follows
  }
  // RFC 9112, section 6.3.
  if (status_ == 204 || status_ == 304) {
    state_ = State::complete;
  } else if (const auto coding = header("transfer-encoding")) {
    if (base::lower(*coding) != "chunked") {
      return refuse("it uses the transfer coding " + *coding);
    }
    state_ = State::chunk_size;
  } else if (const auto length = header("content-length")) {
    const auto octets = number<std::uint64_t>(*length, 10);
    if (!octets) {
      return refuse("its Content-Length is not a number");
    }
    left_ = *octets;
    state_ = left_ == 0 ? State::complete : State::sized_body;
  } else {
    state_ = State::endless_body;
  }
  return {};
}

// Returns false when the line is not there yet.
std::expected<bool, base::ParseError> HttpResponse::read_chunk_size() {
  constexpr std::size_t longest_line = 256;
  const auto end = pending_.find('\n');
  if (end == std::string::npos) {
    if (pending_.size() > longest_line) {
      return refuse("a chunk has no size");
    }
    return false;
  }
  const auto line = std::string_view{pending_}.substr(0, end);
  const auto size = number<std::uint64_t>(trim(line.substr(0, line.find(';'))), 16);
  if (!size || *size > INT32_MAX) {
    return refuse("a chunk has no size");
  }
  pending_.erase(0, end + 1);
  left_ = *size;
  state_ = left_ == 0 ? State::complete : State::chunk;  // trailers are of no interest
  return true;
}

std::expected<void, base::ParseError> HttpResponse::read_body() {
  while (!pending_.empty() && state_ != State::complete) {
    if (state_ == State::endless_body) {
      const auto octets = std::exchange(pending_, {});
      keep(octets);
    } else if (state_ == State::sized_body || state_ == State::chunk) {
      const auto octets = pending_.substr(0, std::min<std::uint64_t>(left_, pending_.size()));
      pending_.erase(0, octets.size());
      left_ -= octets.size();
      if (left_ == 0) {
        state_ = state_ == State::chunk ? State::chunk_end : State::complete;
      }
      keep(octets);
    } else if (state_ == State::chunk_end) {
      const auto end = pending_.find('\n');
      if (end == std::string::npos && pending_.size() < 2) {
        return {};
      }
      if (end == std::string::npos || end > 1) {
        return refuse("a chunk is longer than it says");
      }
      pending_.erase(0, end + 1);
      state_ = State::chunk_size;
    } else {
      const auto read = read_chunk_size();
      if (!read) {
        return std::unexpected(read.error());
      }
      if (!*read) {
        return {};
      }
    }
  }
  return {};
}

std::expected<void, base::ParseError> HttpResponse::end() {
  if (state_ == State::endless_body) {
    state_ = State::complete;
  }
  if (state_ != State::complete) {
    return refuse(status_ == 0 ? "it closed the connection without an answer"
                               : "it closed the connection before the end of its answer");
  }
  return {};
}

}  // namespace net
