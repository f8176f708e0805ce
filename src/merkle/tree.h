#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/bytes.h"

// Merkle trees over an append-only list, as RFC 6962, section 2.1 defines them: hashes, proofs and
// their verification. Values only: where the hashes are kept is the caller's business.
namespace merkle {

using Hash = std::array<std::uint8_t, 32>;

Hash leaf_hash(base::ByteView data);
Hash node_hash(const Hash& left, const Hash& right);
Hash empty_root();

// A perfect subtree: level 0 are the leaves, and a node of level l at index i covers the leaves
// from i * 2^l on.
struct Node {
  int level;
  std::uint64_t index;

  auto operator<=>(const Node&) const = default;
};

// The largest perfect subtrees that cover the leaves [begin, end), from left to right.
std::vector<Node> cover(std::uint64_t begin, std::uint64_t end);

// How a hash of the tree is looked up.
using Lookup = std::function<Hash(const Node&)>;

Hash root(std::uint64_t size, const Lookup& lookup);

// RFC 6962, sections 2.1.1 and 2.1.2. The index is below the size; the first size is not 0 and not
// above the second.
std::vector<Hash> inclusion_proof(std::uint64_t index, std::uint64_t size, const Lookup& lookup);
std::vector<Hash> consistency_proof(std::uint64_t first, std::uint64_t second,
                                    const Lookup& lookup);

// RFC 9162, sections 2.1.3.2 and 2.1.4.2.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Hash>& proof, const Hash& root);
bool verify_consistency(std::uint64_t first, std::uint64_t second, const std::vector<Hash>& proof,
                        const Hash& first_root, const Hash& second_root);

// A tree that is walked from left to right, of which only the hashes on its right edge are kept:
// what recomputing the root of a long list takes.
class Walk {
 public:
  // The next subtree. False when it does not lie where the walk has come to.
  bool push(const Node& node, const Hash& hash);
  bool push_leaf(const Hash& hash) { return push({0, size_}, hash); }

  std::uint64_t size() const { return size_; }
  Hash root() const;

 private:
  struct Step {
    Node node;
    Hash hash;
  };

  std::uint64_t size_ = 0;
  std::vector<Step> edge_;
};

}  // namespace merkle
