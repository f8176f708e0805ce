#include "merkle/tiles.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace merkle {
namespace {

using Kept = std::map<Tile, base::Bytes>;

Tiles over(Kept& kept) {
  return Tiles{[&kept](const Tile& tile) {
    const auto found = kept.find(tile);
    return found == kept.end() ? base::Bytes{} : found->second;
  }};
}

Hash leaf(std::uint64_t index) {
  return leaf_hash(base::as_bytes("leaf " + std::to_string(index)));
}

// Adds leaves in batches, as the log does.
void grow(Kept& kept, std::uint64_t from, std::uint64_t to, std::uint64_t batch) {
  while (from < to) {
    auto tiles = over(kept);
    for (const auto end = std::min(to, from + batch); from < end; ++from) {
      tiles.append(from, leaf(from));
    }
    for (const auto& [tile, hashes] : tiles.changed()) {
      kept[tile] = hashes;
    }
  }
}

TEST(Tiles, HaveTheRootOfTheListWhateverTheBatches) {
  for (const std::uint64_t size : {1, 2, 255, 256, 257, 511, 512, 1000, 66'000}) {
    Walk walk;
    for (std::uint64_t i = 0; i < size; ++i) {
      walk.push_leaf(leaf(i));
    }
    Kept kept;
    grow(kept, 0, size, 301);
    auto tiles = over(kept);
    EXPECT_EQ(root(size, tiles.lookup()), walk.root()) << size;
    for (const auto& [tile, hashes] : kept) {
      EXPECT_EQ(hashes.size(), 32 * width_of(tile, size)) << tile_path(tile, 256);
    }
    if (size > 300) {
      const auto proof = inclusion_proof(299, size, tiles.lookup());
      EXPECT_TRUE(verify_inclusion(leaf(299), 299, size, proof, walk.root()));
    }
  }
}

TEST(Tiles, ForgetWhatALostBatchLeftBehind) {
  Kept kept;
  grow(kept, 0, 300, 300);
  grow(kept, 290, 310, 20);
  Walk walk;
  for (std::uint64_t i = 0; i < 310; ++i) {
    walk.push_leaf(leaf(i));
  }
  auto tiles = over(kept);
  EXPECT_EQ(root(310, tiles.lookup()), walk.root());
}

TEST(Tiles, SayWhenAHashIsNotThere) {
  Kept kept;
  grow(kept, 0, 10, 10);
  auto tiles = over(kept);
  EXPECT_NO_THROW(tiles.node({1, 4}));
  EXPECT_THROW(tiles.node({0, 10}), base::Error);
  EXPECT_THROW(tiles.node({8, 0}), base::Error);
}

// The examples of C2SP tlog-tiles.
TEST(TilePath, IsThatOfTheStandard) {
  EXPECT_EQ(tile_number(1'234'067), "x001/x234/067");
  EXPECT_EQ(tile_path({0, 0}, 256), "0/000");
  EXPECT_EQ(tile_path({1, 273}, 112), "1/273.p/112");
  EXPECT_EQ(width_of({0, 273}, 70'000), 112u);
  EXPECT_EQ(width_of({1, 1}, 70'000), 17u);
  EXPECT_EQ(width_of({2, 0}, 70'000), 1u);
  EXPECT_EQ(width_of({3, 0}, 70'000), 0u);
}

TEST(TilePath, IsReadAsItIsWrittenAndInNoOtherWay) {
  for (const std::string path : {"0/000", "0/x001/x234/067", "3/255.p/1", "1/x001/000.p/255"}) {
    const auto read = parse_tile_path(path);
    ASSERT_TRUE(read) << path;
    EXPECT_EQ(tile_path(read->tile, read->width), path);
  }
  for (const std::string path : {"",
                                 "/",
                                 "0",
                                 "0/",
                                 "0/0",
                                 "0/x000/001",
                                 "0/001/",
                                 "00/001",
                                 "8/000",
                                 "-1/000",
                                 "0/00a",
                                 "0/x001",
                                 "0/001.p/0",
                                 "0/001.p/256",
                                 "0/001.p/",
                                 "0/001.p/01",
                                 "entries/000",
                                 "0/001/002",
                                 "0/x999/x999/x999/x999/x999/x999/999",
                                 "0/ 01",
                                 "0/+01"}) {
    EXPECT_FALSE(parse_tile_path(path)) << path;
  }
}

}  // namespace
}  // namespace merkle
