#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/value.h"

namespace db {

// A statement that grows: each part brings its own value, so none is ever spliced into the text.
class Query {
 public:
  explicit Query(std::string_view text) : text_{text} {}

  Query& add(std::string_view text) {
    text_.append(text);
    return *this;
  }

  template <class T>
  Query& add(std::string_view text, const T& value) {
    values_.push_back(to_value(value));
    text_.append(text).append("$").append(std::to_string(values_.size()));
    return *this;
  }

  // " column IN ($3, $4)"; an empty list matches nothing.
  template <class T>
  Query& add_any(std::string_view text, const std::vector<T>& values) {
    text_.append(text).append(" IN (");
    for (std::size_t i = 0; i < values.size(); ++i) {
      add(i == 0 ? "" : ", ", values[i]);
    }
    text_.append(values.empty() ? "NULL)" : ")");
    return *this;
  }

  const std::string& text() const { return text_; }
  const std::vector<Value>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<Value> values_;
};

// A connection within a transaction. The columns of a statement are the members of the record it
// reads or writes; placeholders are $1, $2, ... (each may occur more than once) and the text runs
// unchanged on SQLite and PostgreSQL. Statements are prepared once per connection and text.
class Session {
 public:
  virtual ~Session() = default;

  // Ids are drawn before the insert, so that what is about to exist can be named in advance.
  // They only ever grow; a rolled back one is lost.
  template <class Id>
  Id new_id(std::string_view table) {
    return Id::from_number(next_id(table)).value();
  }

  template <class Record>
  void insert(std::string_view table, const Record& record) {
    insert_members(table, record, json::MembersOf<Record>{});
  }

  // Reads records: select<Certificate>("FROM certificates WHERE issuer_id = $1 LIMIT 10", id).
  template <class Record, class... Values>
  std::vector<Record> select(std::string_view from, const Values&... values) {
    const std::vector<Value> list{to_value(values)...};
    return select_members<Record>(from, list, json::MembersOf<Record>{});
  }

  template <class Record>
  std::vector<Record> select(const Query& query) {
    return select_members<Record>(query.text(), query.values(), json::MembersOf<Record>{});
  }

  template <class Record, class... Values>
  std::optional<Record> select_one(std::string_view from, const Values&... values) {
    auto records = select<Record>(from, values...);
    return records.empty() ? std::nullopt : std::optional{std::move(records.front())};
  }

  // Any statement that answers rows, with its columns by position; each row is lent to the
  // callback for the time of the call.
  template <class... Values>
  void each(std::string_view sql, const std::function<void(std::span<const Value>)>& row,
            const Values&... values) {
    read(sql, std::vector<Value>{to_value(values)...}, row);
  }
  void each(const Query& query, const std::function<void(std::span<const Value>)>& row) {
    read(query.text(), query.values(), row);
  }

  // One number: number("SELECT COUNT(*) FROM users"). Nothing and NULL are 0.
  template <class... Values>
  std::int64_t number(std::string_view sql, const Values&... values) {
    return first_number(sql, std::vector<Value>{to_value(values)...});
  }
  std::int64_t number(const Query& query) { return first_number(query.text(), query.values()); }

  // Returns the number of rows changed.
  template <class... Values>
  std::int64_t execute(std::string_view sql, const Values&... values) {
    return change(sql, std::vector<Value>{to_value(values)...});
  }
  std::int64_t execute(const Query& query) { return change(query.text(), query.values()); }

  // The same for a change whose rows nobody counts. PostgreSQL gets it together with what comes
  // after it, and a failure shows there: with the next answer, or when the transaction commits. So
  // it does for insert().
  template <class... Values>
  void send(std::string_view sql, const Values&... values) {
    change_later(sql, std::vector<Value>{to_value(values)...});
  }
  void send(const Query& query) { change_later(query.text(), query.values()); }

  // Says what the transaction did to which thing. The audit log, which is the queue of events as
  // well, keeps it together with the act of the transaction.
  template <base::NumberValue Id, class Details>
  void record(std::string_view type, const Id& id, std::string_view name, const Details& details) {
    keep(type, id.to_number(), name, json::to_text(details), true);
  }

  // Keeps an attempt that was refused or failed: wrong password, missing right. With the id of what
  // it was about, when that exists.
  template <base::NumberValue Id, class Details>
  void record_refusal(std::string_view type, const Id& id, std::string_view name,
                      const Details& details) {
    keep(type, id.to_number(), name, json::to_text(details), false);
  }
  template <class Details>
  void record_refusal(std::string_view type, std::string_view name, const Details& details) {
    keep(type, 0, name, json::to_text(details), false);
  }

  // Says that this transaction changes only the server's own bookkeeping (a counter, a lease, the
  // time a session was last seen), which leaves no audit entry. The reason is for the reader.
  virtual void bookkeeping(std::string_view reason) = 0;

 private:
  virtual std::int64_t change(std::string_view sql, std::span<const Value> values) = 0;
  virtual void change_later(std::string_view sql, std::span<const Value> values) {
    change(sql, values);
  }
  virtual void read(std::string_view sql, std::span<const Value> values,
                    const std::function<void(std::span<const Value>)>& row) = 0;
  virtual std::int64_t next_id(std::string_view table) = 0;
  virtual void keep(std::string_view type, std::int64_t id, std::string_view name,
                    std::string details, bool success) = 0;

  std::int64_t first_number(std::string_view sql, std::span<const Value> values) {
    std::int64_t result = 0;
    read(sql, values, [&](std::span<const Value> row) {
      const auto* truth = std::get_if<bool>(&row[0]);  // EXISTS is a number on SQLite only
      result = truth != nullptr
                   ? static_cast<std::int64_t>(*truth)
                   : from_value<std::optional<std::int64_t>>(row[0], "number").value_or(0);
    });
    return result;
  }

  template <class... Members>
  static std::string columns() {
    std::string list;
    ((list += (list.empty() ? "" : ", ") + std::string{Members::name}), ...);
    return list;
  }

  template <class Record, class... Members>
  void insert_members(std::string_view table, const Record& record,
                      boost::mp11::mp_list<Members...>) {
    static const std::string tail = [] {
      std::string placeholders;
      for (std::size_t i = 1; i <= sizeof...(Members); ++i) {
        placeholders += (i == 1 ? "$" : ", $") + std::to_string(i);
      }
      return " (" + columns<Members...>() + ") VALUES (" + placeholders + ")";
    }();
    change_later("INSERT INTO " + std::string{table} + tail,
                 std::vector<Value>{to_value(record.*Members::pointer)...});
  }

  template <class Record, class... Members>
  std::vector<Record> select_members(std::string_view from, std::span<const Value> values,
                                     boost::mp11::mp_list<Members...>) {
    static const std::string head = "SELECT " + columns<Members...>() + " ";
    std::vector<Record> records;
    read(head + std::string{from}, values, [&](std::span<const Value> row) {
      std::size_t column = 0;
      // In braces, so that the columns are read from left to right.
      records.push_back(
          Record{from_value<json::MemberType<Record, Members>>(row[column++], Members::name)...});
    });
    return records;
  }
};

}  // namespace db
