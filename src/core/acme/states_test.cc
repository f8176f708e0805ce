// The state machines of RFC 8555, section 7.1.6.
#include <gtest/gtest.h>

#include "core/acme/account.h"
#include "core/acme/authorization.h"
#include "core/acme/order.h"
#include "core/acme/subdomains.h"

namespace core::acme {
namespace {

const base::Time now{std::chrono::seconds{1'800'000'000}};
const auto week = std::chrono::days{7};

Authorization authorization(AuthorizationStatus status = AuthorizationStatus::pending) {
  return {.id = AuthorizationId::from_number(1).value(),
          .secret = "AAAAAAAAAAAAAAAA",
          .account_id = AccountId::from_number(1).value(),
          .order_id = OrderId::from_number(1).value(),
          .identifier_type = IdentifierType::dns,
          .identifier = "example.com",
          .wildcard = false,
          .status = status,
          .token = "token",
          .challenges = "http-01 dns-01",
          .attempted = std::nullopt,
          .attempts = 0,
          .attempted_at = std::nullopt,
          .next_attempt_at = std::nullopt,
          .validated_at = std::nullopt,
          .error = std::nullopt,
          .trace = "[]",
          .expires_at = now + week,
          .created_at = now};
}

TEST(AuthorizationState, StartsWithTheChallengeTheClientChose) {
  auto open = authorization();
  EXPECT_EQ(challenge_response(open, ChallengeType::dns_01, now), Response::start);
  open.attempted = ChallengeType::dns_01;
  EXPECT_EQ(challenge_status(open, ChallengeType::dns_01), ChallengeStatus::processing);
  EXPECT_EQ(challenge_status(open, ChallengeType::http_01), ChallengeStatus::pending);
  EXPECT_EQ(challenge_response(open, ChallengeType::dns_01, now), Response::already_under_way);
  EXPECT_FALSE(challenge_response(open, ChallengeType::http_01, now));
  EXPECT_EQ(visible_challenges(open).size(), 2u);
}

TEST(AuthorizationState, IsDecidedByItsChallenge) {
  auto good = authorization();
  good.attempted = ChallengeType::http_01;
  fulfil(good, now, now + week);
  EXPECT_EQ(good.status, AuthorizationStatus::valid);
  EXPECT_EQ(challenge_status(good, ChallengeType::http_01), ChallengeStatus::valid);
  EXPECT_EQ(visible_challenges(good), std::vector{ChallengeType::http_01});
  EXPECT_EQ(challenge_response(good, ChallengeType::http_01, now), Response::already_under_way);

  auto bad = authorization();
  bad.attempted = ChallengeType::http_01;
  fail(bad, {.type = ProblemType::dns, .detail = "no such name"});
  EXPECT_EQ(bad.status, AuthorizationStatus::invalid);
  EXPECT_EQ(challenge_status(bad, ChallengeType::http_01), ChallengeStatus::invalid);
  EXPECT_EQ(*bad.error,
            R"({"type":"urn:ietf:params:acme:error:dns","detail":"no such name","status":400})");
  EXPECT_FALSE(challenge_response(bad, ChallengeType::dns_01, now));
}

TEST(AuthorizationState, ExpiresWhenPendingOrValid) {
  const auto later = now + week;
  EXPECT_EQ(status_at(authorization(), later), AuthorizationStatus::expired);
  EXPECT_EQ(status_at(authorization(AuthorizationStatus::valid), later),
            AuthorizationStatus::expired);
  EXPECT_EQ(status_at(authorization(AuthorizationStatus::invalid), later),
            AuthorizationStatus::invalid);
  EXPECT_FALSE(challenge_response(authorization(), ChallengeType::http_01, later));
}

TEST(AuthorizationState, CanBeGivenUpWhilePendingOrValid) {
  for (const auto status : {AuthorizationStatus::pending, AuthorizationStatus::valid}) {
    auto given_up = authorization(status);
    EXPECT_TRUE(deactivate(given_up, now));
    EXPECT_EQ(given_up.status, AuthorizationStatus::deactivated);
    EXPECT_FALSE(deactivate(given_up, now));
  }
  auto invalid = authorization(AuthorizationStatus::invalid);
  EXPECT_FALSE(deactivate(invalid, now));
}

TEST(AuthorizationState, IsTriedAgainForAWhile) {
  auto tried = authorization();
  tried.attempted = ChallengeType::http_01;
  tried.attempted_at = now;
  int attempts = 1;
  auto at = now;
  for (tried.attempts = 1; const auto next = next_attempt(tried, at); ++tried.attempts) {
    EXPECT_GT(*next, at);
    at = *next;
    ++attempts;
  }
  EXPECT_EQ(attempts, 4);
  EXPECT_LE(at, now + attempts_last);
}

TEST(AuthorizationState, CoversTheNamesBelowWhenItSaysSo) {
  auto proof = authorization();  // of example.com
  const auto covered = [&](const char* name) { return covers(proof, {.value = name}); };
  EXPECT_TRUE(covered("example.com"));
  EXPECT_FALSE(covered("a.example.com"));
  EXPECT_FALSE(covered("*.example.com"));
  proof.subdomains = true;
  for (const auto* name : {"example.com", "a.example.com", "*.example.com", "*.a.example.com"}) {
    EXPECT_TRUE(covered(name)) << name;
  }
  EXPECT_FALSE(covered("an-example.com"));
  EXPECT_FALSE(covered("com"));
  EXPECT_FALSE(covers(proof, {.type = IdentifierType::ip, .value = "192.0.2.1"}));
}

TEST(OrderState, FollowsItsAuthorizations) {
  using enum AuthorizationStatus;
  const auto status = [](const std::vector<AuthorizationStatus>& statuses) {
    std::vector<Authorization> list;
    for (const auto one : statuses) {
      list.push_back(authorization(one));
    }
    return status_by(list, now);
  };
  EXPECT_EQ(status({pending, pending}), OrderStatus::pending);
  EXPECT_EQ(status({valid, pending}), OrderStatus::pending);
  EXPECT_EQ(status({valid, valid}), OrderStatus::ready);
  EXPECT_EQ(status({valid, invalid, pending}), OrderStatus::invalid);
  EXPECT_EQ(status({valid, deactivated}), OrderStatus::invalid);
  EXPECT_EQ(status({valid, revoked}), OrderStatus::invalid);
  EXPECT_EQ(status({}), OrderStatus::invalid);
}

TEST(OrderState, IsFinalizedOnlyWhenReady) {
  EXPECT_FALSE(finalize_obstacle(OrderStatus::ready));
  for (const auto status :
       {OrderStatus::pending, OrderStatus::processing, OrderStatus::valid, OrderStatus::invalid}) {
    const auto obstacle = finalize_obstacle(status);
    ASSERT_TRUE(obstacle);
    EXPECT_EQ(obstacle->type, ProblemType::orderNotReady);
    EXPECT_EQ(status_of(*obstacle), 403);
  }
}

TEST(OrderState, WantsDatesThatMakeSense) {
  EXPECT_TRUE(check_validity(std::nullopt, std::nullopt, now));
  EXPECT_TRUE(check_validity(now, now + week, now));
  EXPECT_FALSE(check_validity(std::nullopt, now, now));
  EXPECT_FALSE(check_validity(now + week, now + std::chrono::days{1}, now));
}

TEST(AccountState, MayActOnlyWhileValid) {
  EXPECT_FALSE(account_obstacle(AccountStatus::valid));
  EXPECT_EQ(status_of(*account_obstacle(AccountStatus::deactivated)), 401);
  EXPECT_EQ(account_obstacle(AccountStatus::revoked)->type, ProblemType::unauthorized);
}

TEST(Contacts, ArePlainMailAddresses) {
  EXPECT_TRUE(check_contacts({}));
  EXPECT_TRUE(check_contacts({"mailto:admin@example.com", "MAILTO:a.b+c@example.com"}));
  const struct {
    const char* contact;
    ProblemType type;
  } cases[] = {
      {"tel:+12025551212", ProblemType::unsupportedContact},
      {"https://example.com/", ProblemType::unsupportedContact},
      {"admin@example.com", ProblemType::invalidContact},
      {"", ProblemType::invalidContact},
      {"mailto:", ProblemType::invalidContact},
      {"mailto:admin", ProblemType::invalidContact},
      {"mailto:a@example.com,b@example.com", ProblemType::invalidContact},
      {"mailto:a@example.com?subject=x", ProblemType::invalidContact},
      {"mailto:a%40example.com", ProblemType::invalidContact},
      {"mailto:a b@example.com", ProblemType::invalidContact},
      {"mailto:\xc3\xa4@example.com", ProblemType::invalidContact},
  };
  for (const auto& [contact, type] : cases) {
    const auto checked = check_contacts({contact});
    ASSERT_FALSE(checked) << contact;
    EXPECT_EQ(checked.error().type, type) << contact;
  }
  EXPECT_FALSE(check_contacts(std::vector<std::string>(11, "mailto:a@example.com")));
}

TEST(Reference, FindsItsRowAndNothingElse) {
  const AuthorizationReference reference{AuthorizationId::from_number(42).value(),
                                         "abcdefghijklmnop"};
  const auto text = reference.to_string();
  EXPECT_EQ(text, "AAAAAAAqabcdefghijklmnop");
  EXPECT_EQ(AuthorizationReference::parse(text), reference);
  for (const auto* other : {"", "AAAAAAAqabcdefghijklmno", "AAAAAAAqabcdefghijklmnopq",
                            "AAAAAAAAabcdefghijklmnop", "AAAAAAAq%bcdefghijklmnop"}) {
    EXPECT_FALSE(AuthorizationReference::parse(other)) << other;
  }
}

TEST(Challenges, FitTheIdentifier) {
  using Types = std::vector<ChallengeType>;
  EXPECT_EQ(challenges_for({.value = "example.com"}),
            (Types{ChallengeType::http_01, ChallengeType::dns_01, ChallengeType::tls_alpn_01,
                   ChallengeType::dns_account_01, ChallengeType::dns_persist_01}));
  EXPECT_EQ(
      challenges_for({.value = "*.example.com"}),
      (Types{ChallengeType::dns_01, ChallengeType::dns_account_01, ChallengeType::dns_persist_01}));
  EXPECT_EQ(challenges_for({.type = IdentifierType::ip, .value = "192.0.2.1"}),
            (Types{ChallengeType::http_01, ChallengeType::tls_alpn_01}));
}

}  // namespace
}  // namespace core::acme
