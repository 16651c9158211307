// What the controllers of checks/controllers answer to strangers, and what their profiles make of
// it. The answers are written from the sources that the profiles name.
#include <gtest/gtest.h>

#include <map>

#include "checks/fake_ingress.h"
#include "checks/fake_tls.h"
#include "checks/profile.h"

namespace ingress_check {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

Exchange answer(int status, std::string body, const Fields& fields = {}) {
  Exchange exchange;
  exchange.status = status;
  exchange.body = std::move(body);
  exchange.body_size = exchange.body.size();
  for (const auto& [name, value] : fields) exchange.headers.add(name, value);
  return exchange;
}

/// The same over TLS, with the certificate that strangers are shown.
Exchange showing(const std::string& subject, Exchange exchange) {
  exchange.tls = fake_certificate("any", std::chrono::system_clock::now());
  exchange.tls->chain.front().subject = subject;
  return exchange;
}

const std::string fake_name = "CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co";
const std::string kong_name =
    "CN=localhost,OU=IT Department,O=Kong,L=San Francisco,ST=California,C=US";
const std::string haproxy_404 =
    "<html><body><h1>404 Not Found</h1>\nThe requested URL was not found.\n</body></html>\n";
const std::string kong_404 = "{\n  \"message\":\"no Route matched with those values\"\n}";
const Fields date = {{"Date", "Wed, 25 Nov 2026 16:00:00 GMT"}};
const Fields envoy = {{"date", date[0].second}, {"server", "envoy"}, {"content-length", "0"}};
const Fields istio = {{"date", date[0].second}, {"server", "istio-envoy"}};

struct Stranger {
  std::string whose;  ///< the profile of whoever answered
  std::string taken;  ///< the profile that auto takes
  std::vector<Exchange> answers;
};

/// What each controller answers to a host that nobody has configured.
std::vector<Stranger> strangers() {
  const auto go = answer(404, "404 page not found\n", {{"X-Content-Type-Options", "nosniff"}});
  const auto fasthttp = answer(404, "Not Found", {{"content-type", "text/plain; charset=utf-8"}});
  const auto healthy = answer(200, "", {{"x-haproxy-ingress-controller", "healthz"}});
  const auto nginx = answer(404, nginx_page(404).body, date);
  const auto image = answer(404, "default backend - 404", date);
  const Fields old{{"Server", "nginx/1.17.10"}};
  return {
      {"traefik", "traefik", {go, showing("CN=TRAEFIK DEFAULT CERT", go)}},
      {"traefik", "generic", {go}},  // any server written in Go
      {"haproxy-ingress", "haproxy-ingress", {answer(404, haproxy_404)}},
      {"haproxy-ingress", "haproxy-ingress", {showing(fake_name, answer(404, haproxy_404))}},
      {"haproxy-ingress", "generic", {image, showing(fake_name, image)}},
      {"haproxy-technologies", "haproxy-technologies", {fasthttp, healthy}},
      {"haproxy-technologies", "generic", {fasthttp}},
      {"contour", "generic", {answer(404, "", envoy)}},  // any Envoy
      {"envoy-gateway", "generic", {answer(404, "", date)}},
      {"istio", "istio", {answer(404, "", istio)}},
      {"kong", "kong", {answer(404, kong_404, {{"Server", "kong/3.9.1"}})}},
      {"kong", "kong", {answer(404, kong_404)}},
      {"kong", "kong", {showing(kong_name, answer(404, kong_404, {{"Server", "kong/2.8.1"}}))}},
      {"aws-alb", "aws-alb", {answer(404, "", {{"Server", "awselb/2.0"}})}},
      {"ingress-nginx@1.x", "ingress-nginx@1.x", {nginx, showing(fake_name, nginx)}},
      {"ingress-nginx@0.30",
       "ingress-nginx@0.30",
       {showing(fake_name, answer(404, "default backend - 404", old))}},
  };
}

int points(const Profile& profile, const std::vector<Exchange>& answers) {
  int sum = 0;
  for (const auto& print : profile.fingerprints)
    if (std::ranges::any_of(answers, [&](const auto& one) { return fits(print, one); }))
      sum += print.points;
  return sum;
}

TEST(Controllers, AutoRecognisesEachByWhatItAnswersToStrangers) {
  for (const auto& stranger : strangers()) {
    Evidence evidence;
    evidence.exchanges = stranger.answers;
    const auto guess = guess_profile({evidence});
    EXPECT_EQ(guess.profile->name, stranger.taken)
        << stranger.whose << " answered " << stranger.answers.front().body;
    EXPECT_EQ(guess.because.empty(), stranger.taken == "generic");
  }
}

/// All against all: nobody's answer is enough for another's profile.
TEST(Controllers, NoneIsTakenForAnother) {
  for (const auto& stranger : strangers())
    for (const auto& profile : profiles()) {
      if (profile.name == stranger.whose) {
        EXPECT_GT(points(profile, stranger.answers), 0) << profile.name << " does not know its own";
        continue;
      }
      const int most = stranger.taken == "generic" ? 3 : 2;  // two that are equal: neither is taken
      EXPECT_LE(points(profile, stranger.answers), most)
          << profile.name << " for an answer of " << stranger.whose;
    }
}

TEST(Controllers, ApplicationsAreTakenForNone) {
  const Fields behind_istio{{"server", "istio-envoy"}, {"x-envoy-upstream-service-time", "3"}};
  const Fields behind_kong{{"Server", "gunicorn"}, {"Via", "kong/3.9.1"}};
  for (const auto& one :
       {answer(200, "hello", date), answer(404, "", behind_istio), answer(404, "Not Found", date),
        answer(404,
               "<h1>404 Not Found</h1>\n<p>The requested URL was not found on the server.</p>"),
        answer(404, "{\"message\":\"Not Found\"}", behind_kong),
        answer(404, "<html><body><h1>404 Not Found</h1>\nThe resource could not be found.\n")}) {
    Evidence evidence;
    evidence.exchanges = {one};
    EXPECT_EQ(guess_profile({evidence}).profile->name, "generic") << one.body;
  }
}

struct Known {
  std::string profile;
  Exchange exchange;
  Origin::By by;
  std::string meaning;
};

std::string haproxy_page(const std::string& status, const std::string& text) {
  return "<html><body><h1>" + status + "</h1>\n" + text + "\n</body></html>\n";
}

const std::string no_server =
    haproxy_page("503 Service Unavailable", "No server is available to handle this request.");
const std::string no_time =
    haproxy_page("504 Gateway Time-out", "The server didn't respond in time.");
const std::string forbidden =
    haproxy_page("403 Forbidden", "Request forbidden by administrative rules.");
const std::string too_many = haproxy_page(
    "429 Too Many Requests", "You have sent too many requests in a given amount of time.");

std::vector<Known> pages_of_traefik_kong_and_haproxy() {
  constexpr auto ingress = Origin::By::ingress;
  constexpr auto open = Origin::By::open;
  const Fields kong{{"Server", "kong/3.9.1"}};
  const auto message = [](const std::string& text) { return "{\"message\":\"" + text + "\"}"; };
  std::vector<Known> all = {
      {"traefik", answer(404, "404 page not found\n"), open, "no-route"},
      {"traefik", answer(503, "no available server\n"), ingress, "no-endpoints"},
      {"traefik", answer(429, "Too Many Requests", {{"X-Retry-In", "87ms"}}), ingress, "limited"},
      {"traefik", answer(429, "Too Many Requests"), open, ""},
      {"traefik", answer(301, "Moved Permanently"), open, "redirect"},
      {"haproxy-ingress", answer(404, haproxy_404), ingress, "no-route"},
      {"haproxy-technologies", answer(404, "Not Found"), open, "no-route"},
      {"haproxy-technologies", answer(403, forbidden), ingress, "refused"},
      {"kong", answer(404, kong_404), ingress, "no-route"},
      {"kong", answer(503, message("failure to get a peer from the ring-balancer")), ingress,
       "no-endpoints"},
      {"kong", answer(504, message("The upstream server is timing out")), ingress,
       "gateway-timeout"},
      {"kong", answer(429, message("API rate limit exceeded")), ingress, "limited"},
      {"kong", answer(426, message("Please use HTTPS protocol")), ingress, "https only"},
      {"kong", answer(301, "", kong), ingress, "redirect"},
      {"kong", answer(401, message("Unauthorized"), kong), ingress, "refused"},
      {"kong", answer(401, message("Unauthorized"), {{"Via", "kong/3.9.1"}}), open, ""},
  };
  for (const std::string profile : {"haproxy-ingress", "haproxy-technologies"}) {
    all.push_back({profile, answer(503, no_server), ingress, "no-endpoints"});
    all.push_back({profile, answer(504, no_time), ingress, "gateway-timeout"});
    all.push_back({profile, answer(429, too_many), ingress, "limited"});
    all.push_back({profile, answer(302, ""), ingress, "redirect"});
    all.push_back({profile, answer(302, "", date), open, ""});  // a server's own redirect
  }
  return all;
}

/// Envoy gives away by a header what a pod has answered, unless that is not sent (Envoy Gateway).
std::vector<Known> pages_of_envoys() {
  std::vector<Known> all;
  const std::map<std::string, std::string> servers = {
      {"contour", "envoy"}, {"istio", "istio-envoy"}, {"envoy-gateway", ""}};
  for (const auto& [profile, name] : servers) {
    const auto by = name.empty() ? Origin::By::open : Origin::By::ingress;
    const Fields own = name.empty() ? Fields{} : Fields{{"server", name}};
    Fields of_pod = own;
    of_pod.emplace_back("x-envoy-upstream-service-time", "3");
    all.push_back({profile, answer(404, "", own), by, "no-route"});
    all.push_back({profile, answer(503, "no healthy upstream", own), by, "no-endpoints"});
    all.push_back({profile,
                   answer(503,
                          "upstream connect error or disconnect/reset before headers. reset "
                          "reason: connection failure",
                          own),
                   by, "bad-gateway"});
    all.push_back({profile, answer(504, "upstream request timeout", own), by, "gateway-timeout"});
    all.push_back({profile, answer(429, "local_rate_limited", own), by, "limited"});
    all.push_back({profile, answer(404, "no such page", own), Origin::By::open, ""});
    if (name.empty()) continue;
    all.push_back({profile, answer(301, "", own), by, "redirect"});
    all.push_back({profile, answer(404, ""), Origin::By::open, "no-route"});
    all.push_back({profile, answer(404, "", of_pod), Origin::By::open, ""});
    all.push_back({profile, answer(503, "no healthy upstream", of_pod), Origin::By::open, ""});
  }
  return all;
}

TEST(Controllers, TheirPagesAreKnownAndThoseOfApplicationsAreNot) {
  auto all = pages_of_traefik_kong_and_haproxy();
  for (auto& page : pages_of_envoys()) all.push_back(std::move(page));
  for (const auto& page : all) {
    const auto* profile = find_profile(page.profile);
    ASSERT_TRUE(profile) << page.profile;
    const auto found = origin(*profile, page.exchange);
    EXPECT_TRUE(found.by == page.by && found.meaning == page.meaning)
        << page.profile << ": " << page.exchange.status << " " << page.exchange.body
        << " is taken for \"" << found.meaning << "\"";
  }
}

/// What is known of these from reports and from Envoy in general must not fail a check.
TEST(Controllers, WhatIsNotConfirmedIsNoHardExpectation) {
  const std::map<std::string, std::vector<std::string>> unconfirmed = {
      {"traefik", {"redirect.status", "no-endpoints.status", "plain-http-on-tls"}},
      {"haproxy-technologies", {"no-route.status"}},
      {"contour", {"no-route.status", "plain-http-on-tls", "cookie.set"}},
      {"envoy-gateway", {"no-route.status", "redirect.status", "limit.status", "cookie.set"}},
      {"istio", {"no-route.status", "redirect.status", "limit.status", "cookie.set"}},
      {"kong", {"plain-http-on-tls"}}};
  for (const auto& [name, keys] : unconfirmed)
    for (const auto& key : keys) {
      EXPECT_TRUE(find_profile(name)->trait(key)) << name << " " << key;
      EXPECT_EQ(find_profile(name)->confirmed_trait(key), std::nullopt) << name << " " << key;
    }
  for (const auto& [key, trait] : find_profile("istio")->traits)
    EXPECT_FALSE(trait.confirmed) << key;
  EXPECT_EQ(find_profile("kong")->trait("redirect.status"), std::nullopt) << "426 is none";
}

}  // namespace

}  // namespace ingress_check
