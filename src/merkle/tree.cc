#include "merkle/tree.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "crypto/digest.h"

namespace merkle {
namespace {

constexpr int most_levels = 63;

// The largest power of two below `count`, which is 2 or more.
std::uint64_t split(std::uint64_t count) {
  return std::bit_floor(count - 1);
}

Hash fold(const std::vector<Hash>& subtrees) {
  auto hash = subtrees.back();
  for (auto left = std::next(subtrees.rbegin()); left != subtrees.rend(); ++left) {
    hash = node_hash(*left, hash);
  }
  return hash;
}

// The hash of the leaves [begin, end), which are a subtree of some tree.
Hash subtree(std::uint64_t begin, std::uint64_t end, const Lookup& lookup) {
  std::vector<Hash> hashes;
  std::ranges::transform(cover(begin, end), std::back_inserter(hashes), lookup);
  return fold(hashes);
}

}  // namespace

Hash leaf_hash(base::ByteView data) {
  base::Bytes bytes{0x00};
  bytes.insert(bytes.end(), data.begin(), data.end());
  return crypto::sha256(bytes);
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> bytes;
  bytes[0] = 0x01;
  std::ranges::copy(left, bytes.begin() + 1);
  std::ranges::copy(right, bytes.begin() + 33);
  return crypto::sha256(bytes);
}

Hash empty_root() {
  return crypto::sha256({});
}

std::vector<Node> cover(std::uint64_t begin, std::uint64_t end) {
  std::vector<Node> nodes;
  while (begin < end) {
    const int fits = std::bit_width(end - begin) - 1;
    const int aligned = begin == 0 ? most_levels : std::countr_zero(begin);
    const int level = std::min(fits, aligned);
    nodes.push_back({level, begin >> level});
    begin += std::uint64_t{1} << level;
  }
  return nodes;
}

Hash root(std::uint64_t size, const Lookup& lookup) {
  return size == 0 ? empty_root() : subtree(0, size, lookup);
}

std::vector<Hash> inclusion_proof(std::uint64_t index, std::uint64_t size, const Lookup& lookup) {
  std::vector<Hash> proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const auto middle = begin + split(end - begin);
    if (index < middle) {
      proof.push_back(subtree(middle, end, lookup));
      end = middle;
    } else {
      proof.push_back(subtree(begin, middle, lookup));
      begin = middle;
    }
  }
  std::ranges::reverse(proof);
  return proof;
}

std::vector<Hash> consistency_proof(std::uint64_t first, std::uint64_t second,
                                    const Lookup& lookup) {
  std::vector<Hash> proof;
  std::uint64_t begin = 0;
  std::uint64_t end = second;
  while (first != end) {
    const auto middle = begin + split(end - begin);
    if (first <= middle) {
      proof.push_back(subtree(middle, end, lookup));
      end = middle;
    } else {
      proof.push_back(subtree(begin, middle, lookup));
      begin = middle;
    }
  }
  // The old tree's own root is known to whoever asks, unless it is only a part of it.
  if (begin != 0) {
    proof.push_back(subtree(begin, end, lookup));
  }
  std::ranges::reverse(proof);
  return proof;
}

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Hash>& proof, const Hash& root) {
  if (index >= size) {
    return false;
  }
  auto here = index;
  auto last = size - 1;
  auto hash = leaf;
  for (const auto& other : proof) {
    if (last == 0) {
      return false;
    }
    if ((here & 1) != 0 || here == last) {
      hash = node_hash(other, hash);
      while ((here & 1) == 0 && here != 0) {
        here >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, other);
    }
    here >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool verify_consistency(std::uint64_t first, std::uint64_t second, const std::vector<Hash>& proof,
                        const Hash& first_root, const Hash& second_root) {
  if (first == 0 || first > second) {
    return false;
  }
  if (first == second) {
    return proof.empty() && first_root == second_root;
  }
  auto hashes = proof;
  if (std::has_single_bit(first)) {
    hashes.insert(hashes.begin(), first_root);
  }
  if (hashes.empty()) {
    return false;
  }
  auto here = first - 1;
  auto last = second - 1;
  while ((here & 1) != 0) {
    here >>= 1;
    last >>= 1;
  }
  auto old_hash = hashes.front();
  auto new_hash = hashes.front();
  for (std::size_t i = 1; i < hashes.size(); ++i) {
    if (last == 0) {
      return false;
    }
    if ((here & 1) != 0 || here == last) {
      old_hash = node_hash(hashes[i], old_hash);
      new_hash = node_hash(hashes[i], new_hash);
      while ((here & 1) == 0 && here != 0) {
        here >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, hashes[i]);
    }
    here >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == first_root && new_hash == second_root;
}

bool Walk::push(const Node& node, const Hash& hash) {
  if (node.level < 0 || node.level > most_levels || node.index << node.level != size_ ||
      (node.index << node.level) >> node.level != node.index) {
    return false;
  }
  edge_.push_back({node, hash});
  size_ += std::uint64_t{1} << node.level;
  while (edge_.size() > 1) {
    const auto& right = edge_.back();
    const auto& left = edge_[edge_.size() - 2];
    if (left.node.level != right.node.level) {
      break;
    }
    const Step parent{{left.node.level + 1, left.node.index >> 1},
                      node_hash(left.hash, right.hash)};
    edge_.resize(edge_.size() - 2);
    edge_.push_back(parent);
  }
  return true;
}

Hash Walk::root() const {
  if (edge_.empty()) {
    return empty_root();
  }
  std::vector<Hash> hashes;
  std::ranges::transform(edge_, std::back_inserter(hashes), &Step::hash);
  return fold(hashes);
}

}  // namespace merkle
