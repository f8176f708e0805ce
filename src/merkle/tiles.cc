#include "merkle/tiles.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace merkle {
namespace {

constexpr std::size_t hash_octets = 32;
constexpr int highest_tile_level = 7;  // 2^64 leaves are beyond it

Hash hash_at(const base::Bytes& tile, std::uint64_t position) {
  Hash hash;
  std::copy_n(tile.begin() + static_cast<std::ptrdiff_t>(position * hash_octets), hash_octets,
              hash.begin());
  return hash;
}

// The root of `count` hashes, a power of two, from `begin` on.
Hash combine(const base::Bytes& tile, std::uint64_t begin, std::uint64_t count) {
  std::vector<Hash> hashes;
  for (std::uint64_t i = 0; i < count; ++i) {
    hashes.push_back(hash_at(tile, begin + i));
  }
  for (; hashes.size() > 1; hashes.resize(hashes.size() / 2)) {
    for (std::size_t i = 0; i < hashes.size() / 2; ++i) {
      hashes[i] = node_hash(hashes[2 * i], hashes[2 * i + 1]);
    }
  }
  return hashes.front();
}

std::expected<std::uint64_t, base::ParseError> digits(std::string_view text, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number > most) {
    return std::unexpected(base::ParseError{"not a number of a tile"});
  }
  return number;
}

}  // namespace

std::uint64_t width_of(const Tile& tile, std::uint64_t tree_size) {
  const auto hashes = tree_size >> (tile.level * tile_height);
  const auto begin = tile.index * tile_width;
  return hashes <= begin ? 0 : std::min(tile_width, hashes - begin);
}

std::string tile_number(std::uint64_t number) {
  const auto three = [](std::uint64_t part) {
    const auto text = std::to_string(part);
    return std::string(3 - text.size(), '0') + text;
  };
  auto path = three(number % 1000);
  for (number /= 1000; number > 0; number /= 1000) {
    path = "x" + three(number % 1000) + "/" + path;
  }
  return path;
}

std::string tile_path(const Tile& tile, std::uint64_t width) {
  auto path = std::to_string(tile.level) + "/" + tile_number(tile.index);
  if (width < tile_width) {
    path += ".p/" + std::to_string(width);
  }
  return path;
}

std::expected<TileRequest, base::ParseError> parse_tile_path(std::string_view path) {
  const auto asked = path;
  const std::unexpected refused{base::ParseError{"there is no such tile"}};
  TileRequest request{.tile = {0, 0}, .width = tile_width};
  if (const auto partial = path.find(".p/"); partial != std::string_view::npos) {
    const auto width = digits(path.substr(partial + 3), tile_width - 1);
    if (!width || *width == 0) {
      return refused;
    }
    request.width = *width;
    path = path.substr(0, partial);
  }
  auto slash = path.find('/');
  const auto level = digits(path.substr(0, slash), highest_tile_level);
  if (!level || slash == std::string_view::npos) {
    return refused;
  }
  request.tile.level = static_cast<int>(*level);
  path.remove_prefix(slash + 1);
  for (bool last = false; !last;) {
    slash = path.find('/');
    last = slash == std::string_view::npos;
    auto part = path.substr(0, slash);
    if (part.starts_with('x') == last) {
      return refused;
    }
    part.remove_prefix(last ? 0 : 1);
    const auto number = digits(part, 999);
    if (!number || part.size() != 3 || request.tile.index > 1'000'000'000'000) {
      return refused;
    }
    request.tile.index = request.tile.index * 1000 + *number;
    path.remove_prefix(last ? path.size() : slash + 1);
  }
  // One tile has one path: "x000/001" is none.
  if (tile_path(request.tile, request.width) != asked) {
    return refused;
  }
  return request;
}

const base::Bytes& Tiles::tile(const Tile& tile) {
  if (const auto found = changed_.find(tile); found != changed_.end()) {
    return found->second;
  }
  auto found = loaded_.find(tile);
  if (found == loaded_.end()) {
    found = loaded_.emplace(tile, load_(tile)).first;
  }
  return found->second;
}

Hash Tiles::node(const Node& node) {
  const int level = node.level / tile_height;
  const int within = node.level % tile_height;
  const auto first = node.index << within;
  const auto count = std::uint64_t{1} << within;
  const Tile wanted{level, first / tile_width};
  const auto& hashes = tile(wanted);
  const auto begin = first % tile_width;
  if (hashes.size() < (begin + count) * hash_octets) {
    throw base::Error{base::ErrorCode::internal,
                      "the audit log's tree lacks tile " + tile_path(wanted, tile_width)};
  }
  return combine(hashes, begin, count);
}

void Tiles::append(std::uint64_t size, const Hash& leaf) {
  auto index = size;
  auto hash = leaf;
  for (int level = 0;; ++level) {
    const Tile last{level, index / tile_width};
    auto found = changed_.find(last);
    if (found == changed_.end()) {
      // A tile that begins here has nothing yet.
      found = changed_.emplace(last, index % tile_width == 0 ? base::Bytes{} : tile(last)).first;
    }
    auto& hashes = found->second;
    // What a lost batch left behind this place does not count.
    hashes.resize(static_cast<std::size_t>(index % tile_width) * hash_octets);
    hashes.insert(hashes.end(), hash.begin(), hash.end());
    if (hashes.size() < tile_width * hash_octets) {
      return;
    }
    hash = combine(hashes, 0, tile_width);
    index /= tile_width;
  }
}

}  // namespace merkle
