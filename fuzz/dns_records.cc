#include <string>

#include "base/bytes.h"
#include "core/acme/caa.h"
#include "core/acme/dns_challenges.h"
#include "core/acme/issue_value.h"
#include "input.h"

// What name servers send for a CAA record and a TXT record of dns-persist-01: a record that is not
// for us allows nothing, whatever else it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{base::as_text({data, size})};
  const auto value = core::acme::read_issue_value(text);
  const bool is_for_us = value && value->issuer == "ca.example";

  const core::acme::CaaQuestion question{.issuer_names = {"ca.example"},
                                         .challenge_type = "http-01",
                                         .account_url = "https://ca.example/acme/acct/1"};
  const auto obstacle = core::acme::caa_obstacle({{.tag = "issue", .value = text}}, question);
  REQUIRE(obstacle.has_value() || is_for_us);
  REQUIRE(!core::acme::caa_obstacle(
      {{.tag = "issue", .value = text}, {.tag = "issue", .value = "ca.example"}}, question));

  const auto proof =
      core::acme::read_persist01({text}, {.name = "a.example",
                                          .issuer_names = {"ca.example"},
                                          .account_url = "https://ca.example/acme/acct/1",
                                          .account_key_thumbprint = "thumbprint"});
  REQUIRE(!proof || is_for_us);
  REQUIRE(proof || !proof.error().detail.empty());
  return 0;
}
