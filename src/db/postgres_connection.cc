#include "db/postgres_connection.h"

#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "db/sql_text.h"

namespace db {
namespace {

constexpr std::size_t kept_statements = 200;
constexpr int oldest_server = 130000;

// Time limits hold for every statement: one that waits longer is a fault, and would keep its
// connection from all others. What is reported as committed is on disk.
constexpr const char* session_settings =
    "SET timezone = 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '10s'; "
    "SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = 'warning'; "
    "SET standard_conforming_strings = on; SET jit = off; "
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'";

// The parameters of a statement as libpq takes them. Numbers and truth go as text, which the
// server reads as whatever type their place has; bytes go as they are.
class Parameters {
 public:
  explicit Parameters(std::span<const Value> values)
      : pointers_(values.size()),
        lengths_(values.size()),
        formats_(values.size()),
        numbers_(values.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      add(i, values[i]);
    }
  }

  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void add(std::size_t i, const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      pointers_[i] = text->c_str();
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      auto& digits = numbers_[i];
      *std::to_chars(digits.data(), digits.data() + digits.size() - 1, *number).ptr = '\0';
      pointers_[i] = digits.data();
    } else if (const auto* truth = std::get_if<bool>(&value)) {
      pointers_[i] = *truth ? "t" : "f";
    } else if (const auto* bytes = std::get_if<base::Bytes>(&value)) {
      pointers_[i] = bytes->empty() ? "" : reinterpret_cast<const char*>(bytes->data());
      lengths_[i] = static_cast<int>(bytes->size());
      formats_[i] = 1;
    }
  }

  std::vector<const char*> pointers_;  // null for NULL
  std::vector<int> lengths_;           // of bytes only
  std::vector<int> formats_;
  std::vector<std::array<char, 24>> numbers_;
};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

}  // namespace

PostgresAddress::PostgresAddress(std::string url) : url_{std::move(url)} {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options{
      PQconninfoParse(url_.c_str(), &message)};
  PQfreemem(message);  // it repeats the address, password and all
  if (!options) {
    throw base::Error{base::ErrorCode::unavailable,
                      "the database's address is not of the form "
                      "postgresql://user:password@host:port/name"};
  }
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (std::string_view{option->keyword} == "password" && option->val != nullptr) {
      password_ = option->val;
    }
  }
}

std::string PostgresAddress::without_password(std::string text) const {
  for (auto at = text.find(password_); !password_.empty() && at != std::string::npos;
       at = text.find(password_, at + 3)) {
    text.replace(at, password_.size(), "***");
  }
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text;
}

base::Error PostgresAddress::unavailable(std::string detail, int retry_after) const {
  return base::Error{base::ErrorCode::unavailable, without_password(std::move(detail))}.retry_after(
      retry_after);
}

void PostgresConnection::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

PostgresConnection::PostgresConnection(const PostgresAddress& address)
    : address_{address}, statements_{kept_statements} {
  open();
  configure();
}

void PostgresConnection::open() {
  // What stands before dbname gives way to the address, what stands behind does not.
  constexpr const char* names[] = {"connect_timeout",
                                   "application_name",
                                   "keepalives_idle",
                                   "tcp_user_timeout",
                                   "dbname",
                                   "client_encoding",
                                   nullptr};
  const char* const values[] = {"5",    "certwright", "30", "30000", address_.url().c_str(),
                                "UTF8", nullptr};
  connection_.reset(PQconnectdbParams(names, values, 1));
  auto* const connection = connection_.get();
  if (PQstatus(connection) != CONNECTION_OK) {
    throw address_.unavailable(std::string{"PostgreSQL cannot be reached: "} +
                                   PQerrorMessage(connection) +
                                   "\ncheck that it runs, and the address, user and password in "
                                   "the database setting",
                               5);
  }
  if (PQserverVersion(connection) < oldest_server) {
    throw address_.unavailable(
        "PostgreSQL " + server_version() + " is too old: version 13 or newer is needed", 0);
  }
  if (const char* encoding = PQparameterStatus(connection, "server_encoding");
      encoding == nullptr || std::string_view{encoding} != "UTF8") {
    throw address_.unavailable(
        "the database does not keep UTF-8: create it with ENCODING 'UTF8' TEMPLATE template0", 0);
  }
}

void PostgresConnection::configure() {
  auto* const connection = connection_.get();
  PQsetNoticeProcessor(
      connection,
      [](void*, const char* notice) {
        base::log_debug("notice of PostgreSQL", {{"text", notice}});
      },
      nullptr);
  const PostgresResult set{PQexec(connection, session_settings)};
  if (PQresultStatus(set.result_.get()) != PGRES_TUPLES_OK ||
      PQenterPipelineMode(connection) == 0) {
    throw address_.unavailable(
        std::string{"PostgreSQL refuses its settings: "} + PQerrorMessage(connection), 5);
  }
}

std::string PostgresConnection::server_version() const {
  const char* version = PQparameterStatus(connection_.get(), "server_version");
  return version == nullptr ? "" : version;
}

bool PostgresConnection::broken() const {
  return PQstatus(connection_.get()) != CONNECTION_OK;
}

base::Error PostgresConnection::lost() const {
  return address_.unavailable(
      std::string{"the connection to PostgreSQL was lost: "} + PQerrorMessage(connection_.get()),
      2);
}

void PostgresConnection::await(Awaited what, std::string_view sql, int sent) {
  if (sent == 0) {
    state_.clear();
    if (broken()) {
      throw lost();
    }
    throw base::Error{
        base::ErrorCode::internal,
        address_.without_password(PQerrorMessage(connection_.get())) + ": " + std::string{sql}};
  }
  awaited_.push_back({what, std::string{sql}});
}

const std::string& PostgresConnection::prepared(std::string_view sql) {
  if (const auto* known = statements_.find(sql)) {
    return known->name;
  }
  auto* const connection = connection_.get();
  auto name = "s" + std::to_string(++last_name_);
  await(Awaited::prepare, sql,
        PQsendPrepare(connection, name.c_str(), std::string{sql}.c_str(), 0, nullptr));
  return statements_
      .add(sql, Statement{std::move(name)},
           [&](const Statement& evicted) { forgotten_.push_back(evicted.name); })
      .name;
}

void PostgresConnection::queue(std::string_view sql, std::span<const Value> values) {
  check_storable(values);
  const Parameters parameters{values};
  const auto& name = prepared(sql);
  constexpr int binary = 1;
  await(Awaited::execute, sql,
        PQsendQueryPrepared(connection_.get(), name.c_str(), parameters.count(),
                            parameters.pointers(), parameters.lengths(), parameters.formats(),
                            binary));
}

// Behind everything else, since BEGIN must be the first.
void PostgresConnection::forget_evicted() {
  for (const auto& name : std::exchange(forgotten_, {})) {
    const auto sql = "DEALLOCATE " + name;
    await(Awaited::forget, name,
          PQsendQueryParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                            0));
  }
}

void PostgresConnection::send() {
  forget_evicted();
  await(Awaited::sync, {}, PQpipelineSync(connection_.get()));
}

PostgresResult PostgresConnection::exchange() {
  send();
  PostgresResult last{nullptr};
  std::optional<base::Error> failure;
  changed_rows_ = false;
  for (const auto& answer : std::exchange(awaited_, {})) {
    read_answer(answer, last, failure);
  }
  if (failure) {
    throw *std::move(failure);
  }
  state_.clear();
  return last;
}

void PostgresConnection::read_answer(const Answer& answer, PostgresResult& last,
                                     std::optional<base::Error>& failure) {
  auto* const connection = connection_.get();
  PostgresResult result{PQgetResult(connection)};
  const auto status = PQresultStatus(result.result_.get());
  if (answer.what == Awaited::sync) {
    if (status != PGRES_PIPELINE_SYNC && !failure) {
      state_.clear();
      failure = lost();
    }
    return;
  }
  // Each command's answers end with a null; a lost connection might answer for ever.
  for (PostgresResult more{PQgetResult(connection)}; more.result_ != nullptr && !broken();) {
    more = PostgresResult{PQgetResult(connection)};
  }
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
    if (answer.what == Awaited::execute) {
      changed_rows_ = changed_rows_ || result.changed_rows() > 0;
      last = std::move(result);
    }
    return;
  }
  if (answer.what == Awaited::prepare) {
    statements_.remove(answer.sql);
  }
  if (answer.what == Awaited::forget && status == PGRES_PIPELINE_ABORTED) {
    forgotten_.push_back(answer.sql);  // it was not run
  }
  if (!failure) {
    failure = error_of(result.result_.get(), answer.sql);
  }
}

base::Error PostgresConnection::error_of(const pg_result* result, const std::string& sql) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  state_ = state == nullptr ? "" : state;
  const char* primary =
      result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string message = primary == nullptr ? "no answer" : primary;
  if (broken()) {
    state_.clear();
    return lost();
  }
  if (state_ == "23505") {
    return {base::ErrorCode::conflict, "this exists already"};
  }
  if (state_ == "23503") {
    return {base::ErrorCode::conflict,
            "something that this refers to is missing, or is still referred to"};
  }
  if (state_ == "40P01" || state_ == "40001" || state_ == "55P03") {
    return address_.unavailable("the database is busy with the same things: try again", 1);
  }
  if (state_ == "57014") {
    return address_.unavailable("the database took too long to answer", 10);
  }
  if (state_.starts_with("53")) {
    return address_.unavailable(
        "PostgreSQL is short of room (" + message + "): look at its disk, memory and connections",
        30);
  }
  if (state_.starts_with("57P") || state_.starts_with("08") || state_.starts_with("58")) {
    return address_.unavailable("PostgreSQL is not ready (" + message + ")", 5);
  }
  return {base::ErrorCode::internal, address_.without_password(message + ": " + sql)};
}

}  // namespace db
