#include "api/v2/acme_statistics.h"

#include <algorithm>
#include <map>

#include "auth/permission.h"
#include "storage/acme_service_store.h"
#include "storage/acme_statistics_store.h"

namespace api::v2 {
namespace {

using storage::AcmeStatisticsStore;

constexpr int most_days = 90;
constexpr int most_services = 1000;
constexpr std::size_t most_clients = 50;

struct StatisticsQuery {
  int days = 30;
};
BOOST_DESCRIBE_STRUCT(StatisticsQuery, (), (days))

struct ServiceDayView {
  std::string date;
  std::string service;
  std::int64_t orders;
  std::int64_t certificates;
  std::int64_t failures;
};
BOOST_DESCRIBE_STRUCT(ServiceDayView, (), (date, service, orders, certificates, failures))

struct ProofView {
  std::string challenge;
  std::int64_t succeeded;
  std::int64_t retried;  // attempts that decided nothing
  std::int64_t failed;
};
BOOST_DESCRIBE_STRUCT(ProofView, (), (challenge, succeeded, retried, failed))

struct ClientView {
  std::string client;  // without its version; empty: it did not say
  std::int64_t orders;
};
BOOST_DESCRIBE_STRUCT(ClientView, (), (client, orders))

struct StatisticsView {
  int days;
  bool complete;  // otherwise only the newest 100,000 orders are counted
  std::vector<ServiceDayView> per_day;
  std::vector<ProofView> proofs;
  std::vector<ClientView> clients;
};
BOOST_DESCRIBE_STRUCT(StatisticsView, (), (days, complete, per_day, proofs, clients))

struct Statistics {
  db::Database& database;

  StatisticsView read(const http::Call& call, const StatisticsQuery& query) const;
};

}  // namespace

void add_acme_statistics(http::Surface& surface, db::Database& database) {
  http::Resource statistics{surface, "ACME server", Statistics{database}};

  statistics.add(http::Endpoint{.method = http::get,
                                .path = "/acme/statistics",
                                .summary = "Count orders by day and service, proofs and clients",
                                .access = auth::read_acme,
                                .handler = &Statistics::read});
}

namespace {

std::map<core::acme::ServiceId, std::string> names_of_services(db::Session& session) {
  std::map<core::acme::ServiceId, std::string> names;
  for (const auto& service : storage::AcmeServiceStore{session}.services(most_services)) {
    names.emplace(service.id, service.name);
  }
  return names;
}

// "certbot/2.1.0 (...)" is certbot.
std::string client_of(std::string_view user_agent) {
  return std::string{user_agent.substr(0, user_agent.find_first_of(" \t/(;"))};
}

std::vector<ClientView> by_client(const std::vector<storage::AcmeClientOrders>& orders) {
  std::map<std::string, std::int64_t> numbers;
  for (const auto& each : orders) {
    numbers[client_of(each.user_agent)] += each.orders;
  }
  std::vector<ClientView> clients;
  for (const auto& [client, number] : numbers) {
    clients.push_back({client, number});
  }
  std::ranges::stable_sort(clients, std::ranges::greater{}, &ClientView::orders);
  clients.resize(std::min(clients.size(), most_clients));
  return clients;
}

StatisticsView Statistics::read(const http::Call& call, const StatisticsQuery& query) const {
  if (query.days < 1 || query.days > most_days) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"days", "not between 1 and 90"}}};
  }
  // Whole days, today being the last one.
  const base::Time since =
      std::chrono::floor<std::chrono::days>(call.now) - std::chrono::days{query.days - 1};
  StatisticsView view{.days = query.days, .complete = true};
  database.read([&](db::Session& session) {
    const AcmeStatisticsStore store{session};
    const auto names = names_of_services(session);
    std::int64_t counted = 0;
    for (const auto& day : store.days(since)) {
      const auto name = day.service_id ? names.find(*day.service_id) : names.end();
      view.per_day.push_back(
          {.date = base::to_text(base::Time{std::chrono::days{day.day}}).substr(0, 10),
           .service = !day.service_id       ? std::string{core::acme::default_service}
                      : name == names.end() ? std::to_string(day.service_id->to_number())
                                            : name->second,
           .orders = day.orders,
           .certificates = day.certificates,
           .failures = day.failures});
      counted += day.orders;
    }
    view.complete = counted < AcmeStatisticsStore::most_orders;
    for (const auto& proof : store.proofs(since)) {
      view.proofs.push_back(
          {.challenge = std::string{core::acme::wire_name(proof.challenge)},
           .succeeded = proof.succeeded,
           .retried = std::max<std::int64_t>(proof.attempts - proof.succeeded - proof.failed, 0),
           .failed = proof.failed});
    }
    view.clients = by_client(store.clients(since));
  });
  return view;
}

}  // namespace
}  // namespace api::v2
