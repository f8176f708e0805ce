#include "db/sql_text.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <utility>

namespace db {
namespace {

bool starts_word(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_word(char c) {
  return starts_word(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool same_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
    return std::toupper(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
  });
}

std::size_t after(std::string_view sql, std::size_t from, std::string_view end) {
  const auto found = sql.find(end, from);
  return found == std::string_view::npos ? sql.size() : found + end.size();
}

// The end of a dollar quote ($$ ... $$, $name$ ... $name$) that begins here, or `begin`.
std::size_t dollar_quote_end(std::string_view sql, std::size_t begin) {
  auto tag_end = begin + 1;
  if (tag_end < sql.size() && starts_word(sql[tag_end])) {
    while (tag_end < sql.size() && is_word(sql[tag_end])) {
      ++tag_end;
    }
  }
  if (tag_end >= sql.size() || sql[tag_end] != '$') {
    return begin;
  }
  return after(sql, tag_end + 1, sql.substr(begin, tag_end + 1 - begin));
}

enum class Kind { blank, comment, literal, identifier, word, placeholder, other };

struct Token {
  Kind kind;
  std::string_view text;
};

// The token at the start of the text. A doubled quote within a literal reads as two literals side
// by side, which is all the same here.
Token first_token(std::string_view sql) {
  const auto make = [&](Kind kind, std::size_t size) { return Token{kind, sql.substr(0, size)}; };
  const auto run = [&](auto belongs) {
    std::size_t size = 1;
    while (size < sql.size() && belongs(sql[size])) {
      ++size;
    }
    return size;
  };
  const char c = sql.front();
  if (is_blank(sql.substr(0, 1))) {
    return make(Kind::blank, run([](char next) { return is_blank({&next, 1}); }));
  }
  if (c == '\'') {
    return make(Kind::literal, after(sql, 1, "'"));
  }
  if (c == '"') {
    return make(Kind::identifier, after(sql, 1, "\""));
  }
  if (sql.starts_with("--")) {
    return make(Kind::comment, after(sql, 2, "\n"));
  }
  if (sql.starts_with("/*")) {
    return make(Kind::comment, after(sql, 2, "*/"));
  }
  if (c == '$' && sql.size() > 1 && std::isdigit(static_cast<unsigned char>(sql[1])) != 0) {
    return make(Kind::placeholder,
                run([](char next) { return std::isdigit(static_cast<unsigned char>(next)) != 0; }));
  }
  if (c == '$') {
    if (const auto end = dollar_quote_end(sql, 0); end != 0) {
      return make(Kind::literal, end);
    }
  }
  if (is_word(c)) {
    return make(Kind::word, run(is_word));
  }
  return make(Kind::other, 1);
}

// A table with a key of several columns and without large values.
bool is_clustered(std::string_view create_table) {
  bool has_key = false;
  std::string_view before;
  std::string_view before_that;
  for (auto rest = create_table; !rest.empty();) {
    const auto [kind, text] = first_token(rest);
    rest.remove_prefix(text.size());
    if (kind == Kind::blank || kind == Kind::comment) {
      continue;
    }
    if (same_word(text, "BYTEA")) {
      return false;
    }
    if (text == "(" && same_word(before, "KEY") && same_word(before_that, "PRIMARY")) {
      has_key = rest.substr(0, rest.find(')')).contains(',');
    }
    before_that = std::exchange(before, text);
  }
  return has_key;
}

}  // namespace

std::string for_sqlite(std::string_view sql) {
  std::string out;
  out.reserve(sql.size() + 8);
  std::string_view word;       // the word before this token, when only blanks are between
  std::size_t word_at = 0;     // where it is in `out`
  bool creates_table = false;  // the statement began with CREATE TABLE
  int words = 0;
  for (auto rest = sql; !rest.empty();) {
    auto [kind, text] = first_token(rest);
    rest.remove_prefix(text.size());
    if (kind == Kind::placeholder) {
      out.append("?").append(text.substr(1));
    } else if (kind == Kind::identifier && text == "\"C\"" && same_word(word, "COLLATE")) {
      out += "BINARY";
    } else {
      if (creates_table && same_word(text, "PRIMARY") && same_word(word, "BIGINT")) {
        out.replace(word_at, word.size(), "INTEGER");
      }
      out += text;
    }
    if (kind == Kind::word) {
      ++words;
      creates_table =
          creates_table || (words == 2 && same_word(word, "CREATE") && same_word(text, "TABLE"));
      word = text;
      word_at = out.size() - text.size();
    } else if (kind != Kind::blank) {
      word = {};
    }
  }
  if (creates_table && is_clustered(sql)) {
    out += " WITHOUT ROWID";
  }
  return out;
}

std::vector<std::string> split_statements(std::string_view script) {
  std::vector<std::string> statements;
  std::string statement;
  bool says_something = false;  // more than blanks and comments
  const auto finish = [&] {
    if (says_something) {
      statements.push_back(std::move(statement));
    }
    statement.clear();
    says_something = false;
  };
  while (!script.empty()) {
    const auto [kind, text] = first_token(script);
    script.remove_prefix(text.size());
    const auto line_end = script.find_first_not_of(" \t\r");
    if (text == ";" && (line_end == std::string_view::npos || script[line_end] == '\n' ||
                        script.substr(line_end).starts_with("--"))) {
      finish();
      continue;
    }
    const bool is_comment = kind == Kind::comment;
    if (says_something || (!is_comment && kind != Kind::blank)) {
      statement += is_comment ? " " : text;
      says_something = true;
    }
  }
  finish();
  return statements;
}

void check_storable(std::span<const Value> values) {
  for (const auto& value : values) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) {
      continue;
    }
    // Nearly all text is ASCII: eight bytes at a time as long as none is NUL or above 0x7f.
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t tops = 0x8080808080808080;
    std::size_t plain = 0;
    for (; plain + 8 <= text->size(); plain += 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, text->data() + plain, 8);
      if (((eight | (eight - ones)) & tops) != 0) {
        break;
      }
    }
    if (!json::is_storable(std::string_view{*text}.substr(plain))) {
      throw base::Error{base::ErrorCode::invalid_request, "text that is not plain UTF-8"};
    }
  }
}

std::string storable(std::string_view text, std::size_t most) {
  if (text.size() <= most && json::is_storable(text)) {
    return std::string{text};
  }
  std::string out;
  while (!text.empty() && out.size() < most) {
    std::size_t size = 1;
    while (size < 4 && size < text.size() && !json::is_storable(text.substr(0, size))) {
      ++size;
    }
    const bool good = json::is_storable(text.substr(0, size));
    const std::string_view character =
        good ? text.substr(0, size) : std::string_view{"\xef\xbf\xbd"};
    if (out.size() + character.size() > most) {
      break;
    }
    out += character;
    text.remove_prefix(good ? size : 1);
  }
  return out;
}

std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  base::Bytes bytes;
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(hash >> shift));
  }
  return base::to_hex(bytes);
}

}  // namespace db
