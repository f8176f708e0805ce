// What a server does when there is much to do, or when it has to stop.
#include "http/server_for_test.h"

namespace http {
namespace {

TEST_F(ServerTest, SaysThatItIsBusyWhenTheQueueIsFull) {
  options.workers = 1;
  options.queue = 1;
  start();
  Client first{port()};
  first.send(get("/wait", close_after));
  wait_for(1);
  Client second{port()};
  second.send(get("/wait", close_after));
  while (metrics.render().find("http_queue_length 1") == std::string::npos) {
    std::this_thread::sleep_for(milliseconds{5});
  }
  const auto refused = ask(get("/address", close_after));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
  EXPECT_EQ(count(refused, "Retry-After: 1\r\n"), 1U) << refused;
  // What needs no worker is answered all the same.
  EXPECT_TRUE(ask(get("/hot", close_after)).ends_with("prepared"));
  gate.count_down();
  EXPECT_TRUE(first.read_all().ends_with("waited"));
  EXPECT_TRUE(second.read_all().ends_with("waited"));
}

TEST_F(ServerTest, TurnsAwayMoreConnectionsThanItMayHave) {
  options.max_connections = 2;
  start();
  Client first{port()};
  Client second{port()};
  first.send(get("/hot")).read_until("prepared");
  second.send(get("/hot")).read_until("prepared");
  EXPECT_TRUE(Client{port()}.read_all().starts_with("HTTP/1.1 503 "));
}

TEST_F(ServerTest, FinishesWhatIsInFlightWhenItStops) {
  start();
  Client busy{port()};
  busy.send(get("/wait"));
  wait_for(1);
  Client idle{port()};
  idle.send(get("/hot")).read_until("prepared");
  std::thread release{[&] {
    std::this_thread::sleep_for(milliseconds{300});
    gate.count_down();
  }};
  EXPECT_TRUE(server->stop());
  release.join();
  const auto answer = busy.read_all();
  EXPECT_TRUE(answer.ends_with("waited"));
  EXPECT_EQ(count(answer, "Connection: close\r\n"), 1U);
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_FALSE(Client{port()}.connected());
}

TEST_F(ServerTest, GivesUpOnWhatTakesTooLongToStop) {
  start();
  Client busy{port()};
  busy.send(get("/wait"));
  wait_for(1);
  EXPECT_FALSE(server->stop(milliseconds{100}));
}

TEST_F(ServerTest, KeepsNoThreadForQuickRequestsThatWait) {
  options.threads = 1;
  options.workers = 1;
  options.quick_on_loops = true;
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<Client>(port()));
    clients.back()->send("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }
  wait_for(50);
  EXPECT_EQ(waiting, 50);
  EXPECT_NE(ask("GET /hot HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").find("prepared"),
            std::string::npos);
  wake_quick();
  for (const auto& client : clients) {
    EXPECT_NE(client->read_all().find("on a fiber"), std::string::npos);
  }
}

TEST_F(ServerTest, LetsQuickRequestsEndBeforeItGoes) {
  options.quick_on_loops = true;
  start();
  Client client{port()};
  client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
  wait_for(1);
  std::thread waker{[&] {
    std::this_thread::sleep_for(milliseconds{100});
    wake_quick();
  }};
  server.reset();  // whoever wakes them would find nobody otherwise
  waker.join();
  EXPECT_TRUE(quick_waits.empty());
}

TEST_F(ServerTest, RunsQuickRequestsOnWorkersWhereTheDatabaseIsFar) {
  start();
  Client client{port()};
  client.send("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  wait_for(1);
  wake_quick();
  EXPECT_NE(client.read_all().find("on a worker"), std::string::npos);
}

}  // namespace
}  // namespace http
