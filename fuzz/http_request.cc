#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <string>

#include "http/request_parser.h"
#include "input.h"

namespace {

struct Outcome {
  http::Request request;
  int status = 0;  // of a refusal
  bool done = false;
  std::size_t used = 0;
};

// Reads as a connection does, with so many new bytes at a time.
Outcome read(std::string_view bytes, std::size_t step) {
  Outcome outcome;
  std::vector<http::Header> spare;
  http::RequestParser parser{outcome.request, spare, 1024};
  parser.eager(true);
  std::size_t available = 0;
  while (available < bytes.size()) {
    available = std::min(bytes.size(), available + step);
    boost::system::error_code error;
    while (!error && !parser.is_done() && available - outcome.used >= parser.least_input()) {
      outcome.used += parser.put({bytes.data() + outcome.used, available - outcome.used}, error);
    }
    if (parser.is_done()) {
      outcome.done = true;
      return outcome;
    }
    if (error && error != boost::beast::http::error::need_more) {
      outcome.status = http::status_of(error);
      return outcome;
    }
  }
  return outcome;
}

}  // namespace

// Where a request ends, and what it says, does not depend on how its bytes arrive: a server that
// answers differently to two packets than to one can be made to see a request that nobody sent.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto whole = read(bytes, bytes.size() + 1);
  const auto slow = read(bytes, 1);
  if (!whole.done) {
    REQUIRE(!slow.done);
    return 0;
  }
  if (!slow.done) {
    // A header that just fits is counted while it comes: it may be refused, but never misread.
    REQUIRE(slow.status == 431);
    return 0;
  }
  REQUIRE(slow.used == whole.used);
  REQUIRE(slow.request.method == whole.request.method);
  REQUIRE(slow.request.target == whole.request.target);
  REQUIRE(slow.request.headers == whole.request.headers);
  REQUIRE(slow.request.body == whole.request.body);
  const bool chunked = !whole.request.header("transfer-encoding").empty();
  REQUIRE(!chunked || whole.request.header("content-length").empty());
  return 0;
}
