#include "json/json.h"

#include "base/bytes.h"
#include "input.h"

namespace {

BOOST_DEFINE_ENUM_CLASS(Colour, red, green)

struct Inner {
  std::int64_t depth;
  std::optional<base::Time> at;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (depth, at))

struct Body {
  static constexpr json::Alias aliases[] = {{"commonName", "common_name"}};
  std::string common_name;
  std::optional<bool> truth;
  std::optional<Colour> colour;
  std::optional<std::vector<Inner>> inner;
};
BOOST_DESCRIBE_STRUCT(Body, (), (common_name, truth, colour, inner))

}  // namespace

// The body of a request: what is taken is written and read again as it was, what is refused names
// no more than it should.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = base::as_text({data, size});
  for (const auto unknown : {json::Unknown::refuse, json::Unknown::ignore}) {
    try {
      const auto body = json::parse<Body>(text, unknown);
      const auto written = json::to_text(body);
      REQUIRE(json::to_text(json::parse<Body>(written, json::Unknown::refuse)) == written);
    } catch (const base::Error& error) {
      REQUIRE(error.code() == base::ErrorCode::invalid_request);
    }
  }
  return 0;
}
