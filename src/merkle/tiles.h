#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "merkle/tree.h"

// The layout of C2SP tlog-tiles: the hashes of the tree in files of up to 256 of one level, every
// eighth level. Any proof needs a few of them, and a full one never changes.
namespace merkle {

inline constexpr int tile_height = 8;
inline constexpr std::uint64_t tile_width = 256;

struct Tile {
  int level;
  std::uint64_t index;

  auto operator<=>(const Tile&) const = default;
};

// How many hashes a tile has in a tree of that size.
std::uint64_t width_of(const Tile& tile, std::uint64_t tree_size);

// "0/x001/234" and "0/x001/234.p/17", below the log's tile/; `width` is 256 for a full tile.
std::string tile_path(const Tile& tile, std::uint64_t width);

struct TileRequest {
  Tile tile;
  std::uint64_t width;
};
std::expected<TileRequest, base::ParseError> parse_tile_path(std::string_view path);

// "x001/234": a number in the path of a tile.
std::string tile_number(std::uint64_t number);

// The tiles of a tree, fetched when they are needed and kept for as long as this lives.
class Tiles {
 public:
  // Answers the hashes of a tile, 32 octets each; empty when it does not exist.
  using Load = std::function<base::Bytes(const Tile&)>;

  explicit Tiles(Load load) : load_{std::move(load)} {}

  // Throws base::Error{internal} when the hash is not there.
  Hash node(const Node& node);
  Lookup lookup() {
    return [this](const Node& node) { return this->node(node); };
  }

  // Adds the next leaf of a tree that has `size` of them. What changed waits in changed().
  void append(std::uint64_t size, const Hash& leaf);
  const std::map<Tile, base::Bytes>& changed() const { return changed_; }

 private:
  const base::Bytes& tile(const Tile& tile);

  Load load_;
  std::map<Tile, base::Bytes> loaded_;
  std::map<Tile, base::Bytes> changed_;
};

}  // namespace merkle
