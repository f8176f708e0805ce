#include "json/json.h"

#include <gtest/gtest.h>

namespace json {
namespace {

BOOST_DEFINE_ENUM_CLASS(Colour, red, green)

struct Inner {
  int depth;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (depth))

struct Sample {
  static constexpr Alias aliases[] = {{"commonName", "common_name"}};
  std::string common_name;
  std::optional<int> size;
  std::optional<Colour> colour;
  std::optional<std::vector<Inner>> inner;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (common_name, size, colour, inner))

std::string complaint(std::string_view text) {
  try {
    parse<Sample>(text, Unknown::refuse);
  } catch (const base::Error& error) {
    std::string all;
    for (const auto& [field, reason] : error.fields()) {
      all += field + ": " + reason + "\n";
    }
    return all.empty() ? error.what() : all;
  }
  return "accepted";
}

TEST(Json, ReadsWhatItWrites) {
  const auto sample = parse<Sample>(
      R"({"common_name":"a\"\u000a","size":3,"colour":"green","inner":[{"depth":1}]})",
      Unknown::refuse);
  const auto text = to_text(sample);
  EXPECT_EQ(text, R"({"common_name":"a\"\n","size":3,"colour":"green","inner":[{"depth":1}]})");
  EXPECT_EQ(to_text(parse<Sample>(text, Unknown::refuse)), text);
}

TEST(Json, AcceptsTheOtherNamesOfAMember) {
  EXPECT_EQ(parse<Sample>(R"({"commonName":"x"})", Unknown::refuse).common_name, "x");
}

TEST(Json, NamesEverythingThatIsWrong) {
  EXPECT_EQ(complaint(R"({"size":"x","colour":"blue","inner":[{"depth":1},{}]})"),
            "common_name: missing\nsize: not a number in range\ncolour: not one of red, green\n"
            "inner[1].depth: missing\n");
}

TEST(Json, NamesUnknownFieldsAndTheNearestKnown) {
  EXPECT_EQ(complaint(R"({"comon_name":"x"})"),
            "comon_name: unknown field; did you mean common_name?\ncommon_name: missing\n");
  EXPECT_EQ(complaint(R"({"common_name":"x","zzz":1})"), "zzz: unknown field\n");
}

TEST(Json, RefusesWhatIsNotJson) {
  EXPECT_NE(complaint("{"), "accepted");
  EXPECT_NE(complaint(std::string(100, '[') + std::string(100, ']')), "accepted");
  EXPECT_NE(complaint("{\"common_name\":\"\xff\"}"), "accepted");
  EXPECT_NE(complaint(R"({"common_name":"a\u0000b"})"), "accepted");
}

TEST(Json, ReadsNumbersOnlyInRange) {
  EXPECT_NE(complaint(R"({"common_name":"x","size":4294967296})"), "accepted");
  EXPECT_NE(complaint(R"({"common_name":"x","size":1.5})"), "accepted");
}

TEST(Text, IsStorableWhenItIsUtf8WithoutNul) {
  EXPECT_TRUE(is_storable("grüße €  😀"));
  for (const auto text :
       {std::string_view{"a\0b", 3}, std::string_view{"\xc0\x80"}, std::string_view{"\xed\xa0\x80"},
        std::string_view{"\xf5\x80\x80\x80"}, std::string_view{"\xe2\x82"}}) {
    EXPECT_FALSE(is_storable(text));
  }
}

struct Query {
  int page = 1;
  std::vector<std::string> status;
  std::optional<bool> revoked;
};
BOOST_DESCRIBE_STRUCT(Query, (), (page, status, revoked))

TEST(Query, KeepsInitialValuesAndCollectsRepeatedOnes) {
  const auto query = read_query<Query>({{"status", {"valid", "revoked"}}, {"revoked", {"true"}}});
  EXPECT_EQ(query.page, 1);
  EXPECT_EQ(query.status.size(), 2u);
  EXPECT_EQ(query.revoked, true);
  EXPECT_THROW(read_query<Query>({{"page", {"x"}}}), base::Error);
}

TEST(Schema, DescribesWhatIsRead) {
  const auto text = boost::json::serialize(schema<Inner>());
  EXPECT_EQ(
      text,
      R"({"title":"Inner","type":"object","properties":{"depth":{"type":"integer","format":"int32"}},"required":["depth"]})");
}

}  // namespace
}  // namespace json
