#include <libpq-fe.h>

#include <charconv>
#include <cstring>

#include "db/postgres_connection.h"

namespace db {
namespace {

// The types that the schema and the usual functions yield, by the numbers of the server's
// pg_type.dat; they never change.
enum : Oid {
  type_bool = 16,
  type_bytea = 17,
  type_name = 19,
  type_int8 = 20,
  type_int2 = 21,
  type_int4 = 23,
  type_text = 25,
  type_unknown = 705,
  type_varchar = 1043,
  type_numeric = 1700,
};

std::uint64_t big_endian(base::ByteView bytes) {
  std::uint64_t number = 0;
  for (const auto byte : bytes) {
    number = number << 8 | byte;
  }
  return number;
}

// A NUMERIC, as SUM yields it, in its binary form: the count of digits, the weight of the first,
// the sign, the scale, and the digits to the base 10000 from the highest on.
std::optional<std::int64_t> whole_number(base::ByteView bytes) {
  constexpr std::size_t header = 8;
  constexpr std::int64_t negative = 0x4000;
  if (bytes.size() < header) {
    return std::nullopt;
  }
  const auto part = [&](std::size_t i) {
    return static_cast<std::int64_t>(
        static_cast<std::int16_t>(big_endian(bytes.subspan(2 * i, 2))));
  };
  const auto digits = part(0);
  const auto weight = part(1);
  const auto sign = part(2);
  if ((sign != 0 && sign != negative) || digits > weight + 1 ||
      bytes.size() != header + 2 * static_cast<std::size_t>(digits)) {
    return std::nullopt;
  }
  std::int64_t number = 0;  // kept negative, where there is room for one more
  for (std::int64_t i = 0; i <= weight && digits > 0; ++i) {
    const auto digit = i < digits ? part(4 + static_cast<std::size_t>(i)) : 0;
    if (__builtin_mul_overflow(number, 10'000, &number) ||
        __builtin_sub_overflow(number, digit, &number)) {
      return std::nullopt;
    }
  }
  if (sign == negative) {
    return number;
  }
  return __builtin_sub_overflow(std::int64_t{0}, number, &number) ? std::nullopt
                                                                  : std::optional{number};
}

template <class Held, class Bytes>
void hold(Value& value, const Bytes& bytes) {
  auto* held = std::get_if<Held>(&value);
  if (held == nullptr) {
    held = &value.emplace<Held>();
  }
  held->assign(bytes.begin(), bytes.end());
}

void load(const PGresult* result, int row, int column, Value& value) {
  if (PQgetisnull(result, row, column) != 0) {
    value = std::monostate{};
    return;
  }
  const std::string_view text{PQgetvalue(result, row, column),
                              static_cast<std::size_t>(PQgetlength(result, row, column))};
  const auto bytes = base::as_bytes(text);
  switch (PQftype(result, column)) {
    case type_bool:
      value = bytes.size() == 1 && bytes[0] != 0;
      return;
    case type_int2:
      value = std::int64_t{static_cast<std::int16_t>(big_endian(bytes))};
      return;
    case type_int4:
      value = std::int64_t{static_cast<std::int32_t>(big_endian(bytes))};
      return;
    case type_int8:
      value = static_cast<std::int64_t>(big_endian(bytes));
      return;
    case type_bytea:
      hold<base::Bytes>(value, bytes);
      return;
    case type_text:
    case type_varchar:
    case type_name:
    case type_unknown:
      hold<std::string>(value, text);
      return;
    case type_numeric:
      if (const auto number = whole_number(bytes)) {
        value = *number;
        return;
      }
      refuse_column(PQfname(result, column), "is no whole number of 64 bits");
    default:
      refuse_column(PQfname(result, column), "has a type that is not used here");
  }
}

}  // namespace

void PostgresResult::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

std::int64_t PostgresResult::changed_rows() const {
  const std::string_view tag = PQcmdStatus(result_.get());
  if (!tag.starts_with("INSERT") && !tag.starts_with("UPDATE") && !tag.starts_with("DELETE")) {
    return 0;
  }
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

bool PostgresResult::committed() const {
  return std::string_view{PQcmdStatus(result_.get())} == "COMMIT";
}

void PostgresResult::each(const Row& row) const {
  const auto* const result = result_.get();
  std::vector<Value> columns(static_cast<std::size_t>(PQnfields(result)));
  for (int i = 0; i < PQntuples(result); ++i) {
    for (std::size_t column = 0; column < columns.size(); ++column) {
      load(result, i, static_cast<int>(column), columns[column]);
    }
    row(columns);
  }
}

}  // namespace db
