#include "checks/profile.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "checks/fake_tls.h"
#include "checks/practice_test.h"

namespace ingress_check {

namespace {

TEST(profile, all_files_are_read_and_every_trait_is_in_the_vocabulary) {
  EXPECT_EQ(profiles().size(), controller_files().size());
  for (const auto& profile : profiles())
    for (const auto& [key, trait] : profile.traits) {
      EXPECT_TRUE(std::ranges::any_of(
          trait_keys(), [&, &key = key](const auto& known) { return known.first == key; }))
          << profile.name << " " << key;
      EXPECT_FALSE(trait.source.empty()) << profile.name << " " << key;
      EXPECT_FALSE(trait.source == "not confirmed" && trait.confirmed)
          << profile.name << " " << key;
    }
}

TEST(profile, every_pattern_compiles) {
  const auto compiles = [](const std::string& pattern) {
    return RE2(pattern.substr(pattern.starts_with("Server: ") ? 8 : 0), RE2::Quiet).ok();
  };
  for (const auto& profile : profiles()) {
    for (const auto& page : profile.pages) {
      EXPECT_TRUE(compiles(page.body)) << page.body;
      EXPECT_TRUE(compiles(page.header)) << page.header;
      EXPECT_FALSE(page.source.empty());
    }
    for (const auto& print : profile.fingerprints)
      EXPECT_TRUE(compiles(print.body) && compiles(print.certificate) && compiles(print.header));
  }
}

TEST(profile, the_vocabulary_is_documented) {
  std::ifstream file(std::string(SOURCE_DIR) + "/checks/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto& [key, meaning] : trait_keys())
    EXPECT_NE(text.str().find("`" + key + "`"), std::string::npos) << key;
}

TEST(profile, without_a_version_the_newest_is_meant) {
  EXPECT_EQ(find_profile("ingress-nginx")->name, "ingress-nginx@1.x");
  EXPECT_EQ(find_profile("ingress-nginx@0.30")->name, "ingress-nginx@0.30");
  EXPECT_EQ(find_profile("nginx"), nullptr);
}

TEST(profile, overrides_are_written_with_dashes_and_checked) {
  const auto profile = *find_profile("ingress-nginx");
  const auto other = with_overrides(profile, {{"limit-status", "429"}});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->trait("limit.status"), "429");
  const auto wrong = with_overrides(profile, {{"limit-statuss", "429"}});
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().hint.find("limit-status"), std::string::npos);
}

TEST(profile, what_is_not_confirmed_is_no_hard_expectation) {
  const auto& profile = *find_profile("ingress-nginx@1.x");
  EXPECT_EQ(profile.trait("hsts.max-age"), "31536000");
  EXPECT_EQ(profile.confirmed_trait("hsts.max-age"), std::nullopt);
  EXPECT_EQ(profile.confirmed_trait("redirect.status"), "308");
}

TEST(profile, mistakes_of_a_file_are_reported_with_their_place) {
  const auto wrong =
      read_profile("profile: x\nabout: y\npages: [{meaning: z, statuss: 404}]\n", "f");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().front().place.line, 3);
}

Exchange answer(int status, std::string body, Headers headers = {}) {
  Exchange exchange;
  exchange.status = status;
  exchange.body = std::move(body);
  exchange.body_size = exchange.body.size();
  exchange.headers = std::move(headers);
  return exchange;
}

TEST(origin, knows_the_ingress_by_its_page_and_the_application_by_its_name) {
  const auto& nginx = *find_profile("ingress-nginx@1.x");
  auto page = answer(404, nginx_page(404).body);
  EXPECT_EQ(origin(nginx, page).by, Origin::By::ingress);
  EXPECT_EQ(origin(nginx, page).meaning, "no-route");
  page.who.pod = "app1-a";
  EXPECT_EQ(origin(nginx, page).by, Origin::By::app);
  EXPECT_EQ(origin(nginx, answer(404, "<h1>no such article</h1>")).by, Origin::By::open);
  EXPECT_EQ(origin(nginx, answer(503, nginx_page(503).body)).meaning, "no-endpoints");
  // The page of an application's own nginx, which tells its version.
  EXPECT_EQ(origin(nginx, answer(404,
                                 "<center><h1>404 Not Found</h1></center>\r\n"
                                 "<hr><center>nginx/1.27.0</center>"))
                .by,
            Origin::By::open);
}

TEST(origin, a_page_that_applications_send_as_well_stays_open) {
  const auto found = origin(generic_profile(), answer(404, "404 page not found\n"));
  EXPECT_EQ(found.by, Origin::By::open);
  EXPECT_EQ(found.meaning, "Go page");
}

TEST(origin, of_a_balancer_by_its_header) {
  const auto& alb = *find_profile("aws-alb");
  EXPECT_EQ(origin(alb, answer(503, "", {{{"Server", "awselb/2.0"}}})).meaning, "no-endpoints");
  EXPECT_EQ(origin(alb, answer(503, "")).by, Origin::By::open);
}

Guess guess(Exchange http, std::optional<TlsFacts> tls = {}) {
  Evidence evidence;
  evidence.exchanges = {std::move(http)};
  if (tls) {
    Exchange https;
    https.outcome = Outcome::tls_error;
    https.tls = std::move(tls);
    evidence.exchanges.push_back(std::move(https));
  }
  return guess_profile({evidence});
}

TEST(guess, finds_the_controller_by_its_fingerprints) {
  auto fake = fake_certificate("Kubernetes Ingress Controller Fake Certificate",
                               std::chrono::system_clock::now());
  const auto newest = guess(answer(404, nginx_page(404).body), fake);
  EXPECT_EQ(newest.profile->name, "ingress-nginx@1.x");
  EXPECT_EQ(newest.because.size(), 2U);
  EXPECT_EQ(guess(answer(404, nginx_page(404).body)).profile->name, "ingress-nginx@1.x");
  const Headers server{{{"Server", "nginx/1.17.10"}}};
  EXPECT_EQ(guess(answer(404, "default backend - 404", server), fake).profile->name,
            "ingress-nginx@0.30");
  EXPECT_EQ(guess(answer(404, "", {{{"Server", "awselb/2.0"}}})).profile->name, "aws-alb");
}

TEST(guess, takes_the_generic_profile_where_too_little_speaks) {
  EXPECT_EQ(guess(answer(200, "hello")).profile->name, "generic");
  EXPECT_EQ(guess(answer(404, nginx_page(404).body, {{{"Server", "nginx"}}})).profile->name,
            "generic");
  // HAProxy Ingress shows the same certificate: alone it proves nothing.
  auto fake = fake_certificate("Kubernetes Ingress Controller Fake Certificate",
                               std::chrono::system_clock::now());
  EXPECT_EQ(guess(answer(404, "<h1>404 Not Found</h1>"), fake).profile->name, "generic");
}

TEST(guess, asks_only_the_ports_that_the_target_has) {
  const auto requests = [](const std::string& url, std::vector<Redirection> address = {}) {
    Target target;
    target.url = practice::url(url);
    target.address = std::move(address);
    const auto traffic = fingerprint_traffic(target);
    std::string schemes;
    for (const auto& request : std::get<Http>(traffic.send).requests)
      if (request.url.path == "/ingress-check") schemes += request.url.https ? "s" : "h";
    EXPECT_EQ(traffic.count(), 2 * schemes.size()) << "each is asked for /healthz as well";
    return schemes;
  };
  EXPECT_EQ(requests("http://frieza.dev"), "hs");
  EXPECT_EQ(requests("https://frieza.dev"), "hs");
  EXPECT_EQ(requests("http://frieza.dev:8080"), "h");
  EXPECT_EQ(requests("http://frieza.dev", {{0, "127.0.0.1", 8080}}), "h");
  EXPECT_EQ(requests("http://frieza.dev", {{80, "127.0.0.1", 8080}, {443, "127.0.0.1", 8443}}),
            "hs");
}

}  // namespace

}  // namespace ingress_check
