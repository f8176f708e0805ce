#include "db/sqlite_session.h"

namespace db {
namespace {

template <class T>
T& of_writing_work(T* part) {
  if (part == nullptr) {
    throw base::Error{base::ErrorCode::internal, "reading work cannot write"};
  }
  return *part;
}

}  // namespace

void SqliteSession::bookkeeping(std::string_view) {
  of_writing_work(journal_).bookkeeping();
}

std::int64_t SqliteSession::change(std::string_view sql, std::span<const Value> values) {
  return connection_.change(sql, values);
}

void SqliteSession::read(std::string_view sql, std::span<const Value> values, const Row& row) {
  connection_.read(sql, values, row);
}

std::int64_t SqliteSession::next_id(std::string_view table) {
  return of_writing_work(ids_).next(table);
}

void SqliteSession::keep(std::string_view type, std::int64_t id, std::string_view name,
                         std::string details, bool success) {
  of_writing_work(journal_).keep(type, id, name, std::move(details), success);
}

}  // namespace db
