#include "merkle/tree.h"

#include <gtest/gtest.h>

namespace merkle {
namespace {

// The leaves and roots of the reference tests of Certificate Transparency (RFC 6962).
const std::vector<std::string> leaves{"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Hash leaf(std::size_t index) {
  if (index < leaves.size()) {
    return leaf_hash(base::from_hex(leaves[index]).value());
  }
  return leaf_hash(base::as_bytes("leaf " + std::to_string(index)));
}

// By the definition of RFC 6962, section 2.1.
Hash defined_root(std::size_t begin, std::size_t end) {
  if (begin == end) {
    return empty_root();
  }
  if (end - begin == 1) {
    return leaf(begin);
  }
  std::size_t k = 1;
  while (k * 2 < end - begin) {
    k *= 2;
  }
  return node_hash(defined_root(begin, begin + k), defined_root(begin + k, end));
}

Hash lookup(const Node& node) {
  return defined_root(node.index << node.level, (node.index + 1) << node.level);
}

std::string hex(const Hash& hash) {
  return base::to_hex(hash);
}

TEST(Tree, HasTheRootsOfTheReference) {
  for (std::size_t size = 0; size < roots.size(); ++size) {
    EXPECT_EQ(hex(root(size, lookup)), roots[size]);
    Walk walk;
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_TRUE(walk.push_leaf(leaf(i)));
    }
    EXPECT_EQ(hex(walk.root()), roots[size]);
  }
}

TEST(Tree, CoversAPartWithTheLargestSubtrees) {
  EXPECT_EQ(cover(0, 7), (std::vector<Node>{{2, 0}, {1, 2}, {0, 6}}));
  EXPECT_EQ(cover(3, 8), (std::vector<Node>{{0, 3}, {2, 1}}));
  EXPECT_EQ(cover(5, 5), std::vector<Node>{});
}

TEST(Tree, ProvesEachLeafOfEachSize) {
  for (std::uint64_t size = 1; size <= 40; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      auto proof = inclusion_proof(index, size, lookup);
      const auto whole = defined_root(0, size);
      EXPECT_TRUE(verify_inclusion(leaf(index), index, size, proof, whole)) << index << " " << size;
      EXPECT_FALSE(verify_inclusion(leaf(index + 1), index, size, proof, whole));
      EXPECT_FALSE(verify_inclusion(leaf(index), size, size, proof, whole));
      if (size > 1) {
        EXPECT_FALSE(verify_inclusion(leaf(index), (index + 1) % size, size, proof, whole));
        proof.pop_back();
        EXPECT_FALSE(verify_inclusion(leaf(index), index, size, proof, whole));
      }
    }
  }
}

TEST(Tree, ProvesThatEachSizeContinuesEachSmallerOne) {
  for (std::uint64_t second = 1; second <= 40; ++second) {
    for (std::uint64_t first = 1; first <= second; ++first) {
      auto proof = consistency_proof(first, second, lookup);
      const auto before = defined_root(0, first);
      const auto after = defined_root(0, second);
      EXPECT_TRUE(verify_consistency(first, second, proof, before, after))
          << first << " " << second;
      if (first < second) {
        EXPECT_FALSE(verify_consistency(first, second, proof, after, after));
        EXPECT_FALSE(verify_consistency(first, second, proof, before, before));
        proof.push_back(before);
        EXPECT_FALSE(verify_consistency(first, second, proof, before, after));
      }
    }
  }
}

// The proof of RFC 6962, section 2.1.3: d0 in a tree of seven is [b, h, l].
TEST(Tree, ProvesWhatTheStandardShows) {
  const auto proof = inclusion_proof(0, 7, lookup);
  ASSERT_EQ(proof.size(), 3u);
  EXPECT_EQ(proof[0], leaf(1));
  EXPECT_EQ(proof[1], defined_root(2, 4));
  EXPECT_EQ(proof[2], defined_root(4, 7));
  EXPECT_EQ(consistency_proof(4, 7, lookup), (std::vector<Hash>{defined_root(4, 7)}));
  EXPECT_EQ(consistency_proof(3, 7, lookup).size(), 4u);
}

TEST(Walk, GoesOnFromSubtreesOnBothSides) {
  for (std::uint64_t size = 1; size <= 24; ++size) {
    for (std::uint64_t begin = 0; begin <= size; ++begin) {
      for (std::uint64_t end = begin; end <= size; ++end) {
        Walk walk;
        for (const auto& node : cover(0, begin)) {
          ASSERT_TRUE(walk.push(node, lookup(node)));
        }
        for (auto i = begin; i < end; ++i) {
          ASSERT_TRUE(walk.push_leaf(leaf(i)));
        }
        for (const auto& node : cover(end, size)) {
          ASSERT_TRUE(walk.push(node, lookup(node)));
        }
        EXPECT_EQ(walk.root(), defined_root(0, size)) << begin << " " << end << " " << size;
      }
    }
  }
}

TEST(Walk, RefusesWhatDoesNotLieNext) {
  Walk walk;
  EXPECT_FALSE(walk.push({0, 1}, leaf(1)));
  EXPECT_TRUE(walk.push({0, 0}, leaf(0)));
  EXPECT_FALSE(walk.push({1, 0}, leaf(0)));
  EXPECT_FALSE(walk.push({-1, 2}, leaf(0)));
  EXPECT_EQ(walk.size(), 1u);
}

}  // namespace
}  // namespace merkle
