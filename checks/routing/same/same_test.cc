#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "checks/routing/same/two_ingresses_test.h"

namespace ingress_check {

namespace checks {
extern const Check same;
}

namespace {

using practice::two_apps;
using practice::TwoIngresses;

Examination compare(const std::string& yaml, const TwoIngresses& two,
                    const std::function<void(Subject&)>& change = {}) {
  return practice::compare(checks::same, yaml, two, change);
}

/// Changes the answers of requests for that path.
std::function<void(const Request&, Exchange&)> on(const std::string& path,
                                                  std::function<void(Exchange&)> change) {
  return [path, change](const Request& request, Exchange& exchange) {
    if (request.url.path == path) change(exchange);
  };
}

void become(Exchange& exchange, const FakePage& page) {
  exchange.status = page.status;
  exchange.headers = page.headers;
  exchange.body = page.body;
  exchange.body_size = page.body.size();
  exchange.who = {};
  exchange.seen.reset();
}

/// One difference: what the requests are, what is otherwise on either side, and its cause.
struct Planted {
  std::string cause;
  std::string yaml;
  std::function<void(TwoIngresses&)> plant;
};

void twist_new(TwoIngresses& two, const std::string& path, std::function<void(Exchange&)> change) {
  two.fresh.twist = on(path, std::move(change));
}

void add_to_old(TwoIngresses& two, const std::string& name, const std::string& value) {
  two.old.twist = on("/app1", [=](Exchange& exchange) { exchange.headers.add(name, value); });
}

void add_to_new(TwoIngresses& two, const std::string& name, const std::string& value) {
  two.fresh.twist = on("/app1", [=](Exchange& exchange) { exchange.headers.add(name, value); });
}

void other_host(FakeConfig& config) {
  config.rules.hosts.push_back({"other.dev", {{"/app1", FakePathType::prefix, "app1"}}});
}

void case_insensitive(FakeConfig& config) {
  config.rules.hosts[0].paths[0].type = FakePathType::regex;
}

void redirecting(TwoIngresses& two, int status) {
  two.old.rules.hosts[0].redirect_to_https = two.fresh.rules.hosts[0].redirect_to_https = true;
  two.fresh.redirect_status = status;
}

const std::string two_requests = "requests: [/app1, /app2]";

std::vector<Planted> of_routes() {
  return {
      {"no-answer", two_requests,
       [](auto& two) { twist_new(two, "/app2", [](auto& e) { e.outcome = Outcome::reset; }); }},
      {"timeout-differs", two_requests,
       [](auto& two) { twist_new(two, "/app2", [](auto& e) { become(e, nginx_page(504)); }); }},
      {"body-limit-differs", "requests: [/app1, {method: POST, path: /app2, body: {size: 2MiB}}]",
       [](auto& two) { twist_new(two, "/app2", [](auto& e) { become(e, nginx_page(413)); }); }},
      {"host-matched-differently",
       "requests: [/app1, {url: \"http://other.dev/app1\"}, {url: \"http://other.dev/app1/x\"}]",
       [](auto& two) { other_host(two.old); }},
      {"path-normalised", "requests: [/app1/x, /app1//x]",
       [](auto& two) { twist_new(two, "/app1//x", [](auto& e) { become(e, nginx_page(404)); }); }},
      {"case-of-path", "requests: [/app1, /APP1]", [](auto& two) { case_insensitive(two.old); }},
      {"trailing-slash", "requests: [/app1, /app2]",
       [](auto& two) {
         two.old.rules.hosts[0].paths[0].path = two.fresh.rules.hosts[0].paths[0].path = "/app1/";
         two.fresh.rules.slash_redirects = true;
       }},
      {"route-missing", two_requests, [](auto& two) { two.fresh.rules.hosts[0].paths.pop_back(); }},
      {"another-service", two_requests,
       [](auto& two) { two.fresh.rules.hosts[0].paths[1].service = "app1"; }},
      {"https-redirect-differs", two_requests,
       [](auto& two) { two.fresh.rules.hosts[0].redirect_to_https = true; }},
      {"redirect-changes-method", two_requests, [](auto& two) { redirecting(two, 301); }},
      {"status-differs", two_requests,
       [](auto& two) { twist_new(two, "/app2", [](auto& e) { e.status = 500; }); }},
      {"redirect-target-differs", two_requests,
       [](auto& two) {
         redirecting(two, 308);
         twist_new(two, "/app2",
                   [](auto& e) { e.headers.set("Location", "https://frieza.dev:8443/app2"); });
       }},
  };
}

std::vector<Planted> of_details() {
  return {
      {"cors-differs", two_requests,
       [](auto& two) { add_to_old(two, "Access-Control-Allow-Origin", "https://shop.example"); }},
      {"cookie-set-differs", two_requests,
       [](auto& two) { add_to_old(two, "Set-Cookie", "INGRESSCOOKIE=1; Path=/"); }},
      {"cookie-attributes-differ", two_requests,
       [](auto& two) {
         add_to_old(two, "Set-Cookie", "session=1; Path=/; HttpOnly");
         add_to_new(two, "Set-Cookie", "session=2; Path=/");
       }},
      {"header-missing", two_requests,
       [](auto& two) { add_to_old(two, "X-Frame-Options", "DENY"); }},
      {"header-added", two_requests, [](auto& two) { add_to_new(two, "X-Powered-By", "me"); }},
      {"header-doubled", two_requests,
       [](auto& two) {
         add_to_old(two, "X-Frame-Options", "DENY");
         twist_new(two, "/app1", [](auto& e) {
           e.headers.add("X-Frame-Options", "DENY");
           e.headers.add("X-Frame-Options", "DENY");
         });
       }},
      {"header-differs", two_requests,
       [](auto& two) {
         add_to_old(two, "Cache-Control", "no-store");
         add_to_new(two, "Cache-Control", "max-age=60");
       }},
      {"compression-differs", two_requests,
       [](auto& two) {
         twist_new(two, "/app1", [](auto& e) {
           e.headers.add("Content-Encoding", "gzip");
           e.headers.add("Vary", "Accept-Encoding");
         });
       }},
      {"error-page-differs", "requests: [/app1, /nowhere]",
       [](auto& two) {
         two.fresh.no_route = {404, "default backend - 404", {{{"Content-Type", "text/plain"}}}};
       }},
      {"body-differs", two_requests,
       [](auto& two) {
         two.old.sees = two.fresh.sees = false;
         two.fresh.rules.services[0].body = "HELLO";
       }},
      {"request-arrives-changed", two_requests,
       [](auto& two) { two.fresh.rules.forwarded_proto = false; }},
  };
}

class SameCause : public testing::TestWithParam<Planted> {};

TEST_P(SameCause, IsNamedFirst) {
  TwoIngresses two;
  GetParam().plant(two);
  const auto done = compare(GetParam().yaml, two);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::fail) << practice::told(done.verdict);
  ASSERT_FALSE(done.verdict.diagnoses.empty()) << practice::told(done.verdict);
  EXPECT_EQ(done.verdict.diagnoses[0].cause, GetParam().cause) << practice::told(done.verdict);
  EXPECT_EQ(done.verdict.diagnoses.size(), 1U) << practice::told(done.verdict);
  ASSERT_FALSE(done.verdict.findings.empty());
  const auto& finding = done.verdict.findings[0];
  EXPECT_TRUE(finding.place.known());
  EXPECT_TRUE(finding.request && finding.of_reference);
  EXPECT_NE(finding.expected, finding.actual);
}

std::string name_of(const testing::TestParamInfo<Planted>& info) {
  std::string name = info.param.cause;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Routes, SameCause, testing::ValuesIn(of_routes()), name_of);
INSTANTIATE_TEST_SUITE_P(Details, SameCause, testing::ValuesIn(of_details()), name_of);

TEST(Same, EveryCauseIsReached) {
  std::set<std::string> reached, known;
  for (const auto& one : of_routes()) reached.insert(one.cause);
  for (const auto& one : of_details()) reached.insert(one.cause);
  for (const auto& cause : checks::same.causes) known.insert(cause.id);
  EXPECT_EQ(reached, known);
}

TEST(Same, ThePageOfARedirectIsToldAndNotJudged) {
  TwoIngresses two;
  redirecting(two, 308);
  twist_new(two, "/app2", [](auto& e) { e.body = "<a href=x>moved</a>", e.body_size = 19; });
  const auto done = compare(two_requests, two);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::pass) << practice::told(done.verdict);
  EXPECT_TRUE(std::ranges::any_of(done.verdict.not_shown, [](const auto& line) {
    return line.starts_with("the pages that come with redirects");
  }));
}

TEST(Same, AGoodPairPassesWithTwoRequestsToEach) {
  const auto done =
      compare("requests: [/app1, /app2, /nowhere, {path: /app1, method: HEAD}]", TwoIngresses{});
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::pass) << practice::told(done.verdict);
  EXPECT_EQ(done.sent, 16U);
  EXPECT_EQ(done.verdict.summary, "4 requests answered alike by old and new");
  EXPECT_EQ(done.phases,
            (std::vector<std::string>{"old, first", "new, first", "new, second", "old, second"}));
}

TEST(Same, GroupsAreCountedWithOneExample) {
  TwoIngresses two;
  two.fresh.twist = [](const Request&, Exchange& exchange) {
    exchange.headers.add("X-Powered-By", "me");
  };
  const auto done =
      compare("requests: [/app1, /app2, /app1/x, /app1/y, /app2/z, /app1/q, /app2/r]", two);
  ASSERT_EQ(done.verdict.findings.size(), 1U) << practice::told(done.verdict);
  EXPECT_EQ(done.verdict.findings[0].broke, 7U) << "also those that were not asked again";
  EXPECT_EQ(done.sent, 7U * 4 + 5U * 28) << "five of a group are asked again";
  EXPECT_EQ(done.verdict.findings[0].expected, "no header x-powered-by, as old answers");
  EXPECT_EQ(done.verdict.summary,
            "7 of 7 requests answered otherwise by new than by old: header-added");
}

TEST(Same, BothCausesWhereTheAnswersCannotTell) {
  TwoIngresses two;
  twist_new(two, "/app1/", [](auto& e) { become(e, nginx_page(404)); });
  const auto unsure = compare("requests: [/app2, /app1/]", two);
  ASSERT_EQ(unsure.verdict.diagnoses.size(), 2U) << practice::told(unsure.verdict);
  EXPECT_EQ(unsure.verdict.diagnoses[0].cause, "trailing-slash");
  EXPECT_EQ(unsure.verdict.diagnoses[1].cause, "route-missing");
  EXPECT_NE(unsure.verdict.diagnoses[0].separates.find("compare /app1 too"), std::string::npos);
  // The same path without the slash is the same: it is the slash.
  const auto sure = compare("requests: [/app1, /app1/]", two);
  ASSERT_EQ(sure.verdict.diagnoses.size(), 1U) << practice::told(sure.verdict);
  EXPECT_EQ(sure.verdict.diagnoses[0].cause, "trailing-slash");
  // It differs as well: it is the route.
  two.fresh.twist = [](const Request& request, Exchange& exchange) {
    if (request.url.path.starts_with("/app1")) become(exchange, nginx_page(404));
  };
  const auto route = compare("requests: [/app1, /app1/]", two);
  ASSERT_EQ(route.verdict.diagnoses.size(), 1U) << practice::told(route.verdict);
  EXPECT_EQ(route.verdict.diagnoses[0].cause, "route-missing");
}

/// The answer to a HEAD has no page by which the ingress could be known.
TEST(Same, AHeadIsLikeItsGet) {
  TwoIngresses two;
  two.fresh.rules.hosts[0].paths.pop_back();
  two.fresh.twist = [](const Request& request, Exchange& exchange) {
    if (request.method == "HEAD") exchange.body.clear(), exchange.body_size = 0;
  };
  const auto done = compare("requests: [/app1, {path: /app2, method: HEAD}, /app2]", two);
  ASSERT_EQ(done.verdict.diagnoses.size(), 1U) << practice::told(done.verdict);
  EXPECT_EQ(done.verdict.diagnoses[0].cause, "route-missing");
}

TEST(Same, WhatProfilesPredictIsSaid) {
  TwoIngresses two;
  redirecting(two, 301);
  const auto done = compare(two_requests, two, [](Subject& subject) {
    subject.controller.traits["redirect.status"] = {"301", "made up", true};
  });
  ASSERT_FALSE(done.verdict.diagnoses.empty());
  EXPECT_NE(done.verdict.diagnoses[0].text.find("predict this: redirect.status is 308"),
            std::string::npos)
      << practice::told(done.verdict);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::fail) << "foreseen is not the same";
}

TEST(Same, WhoCannotBeAskedIsNeverTheSame) {
  for (const auto outcome : {Outcome::unresolved, Outcome::local, Outcome::unreachable}) {
    TwoIngresses two;
    twist_new(two, "/app2", [=](auto& e) { e.outcome = outcome; });
    const auto done = compare(two_requests, two);
    EXPECT_EQ(done.verdict.kind, Verdict::Kind::inconclusive) << practice::told(done.verdict);
    EXPECT_NE(done.verdict.summary.find("1 of 2 requests could not be compared"), std::string::npos)
        << done.verdict.summary;
  }
}

TEST(Same, TwoThatDoNotAnswerAreNotTheSame) {
  TwoIngresses two;
  two.old.down = two.fresh.down = Outcome::timeout;
  const auto done = compare(two_requests, two);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::inconclusive) << practice::told(done.verdict);
  EXPECT_NE(done.verdict.summary.find("neither of the two answers"), std::string::npos);
}

TEST(Same, AnswersThatComeAndGoDecideNothing) {
  TwoIngresses two;
  two.fresh.twist = [asked = 0](const Request&, Exchange& exchange) mutable {
    if (++asked % 2 == 0) become(exchange, nginx_page(502));
  };
  const auto done = compare("requests: [/app1]", two);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::inconclusive) << practice::told(done.verdict);
  EXPECT_NE(done.verdict.findings.at(0).actual.find("502 (8 of 16)"), std::string::npos)
      << practice::told(done.verdict);
}

TEST(Same, OnlyWhatIsComparedCounts) {
  TwoIngresses two;
  two.fresh.twist = [](const Request&, Exchange& exchange) {
    exchange.headers.add("X-Powered-By", "me");
    exchange.headers.set("Content-Type", "text/html");
  };
  EXPECT_EQ(compare("requests: [/app1]\ncompare: [status, service]", two).verdict.kind,
            Verdict::Kind::pass);
  const auto ignored =
      compare("requests: [/app1]\nignore: {headers: [x-powered-by, Content-Type]}", two);
  EXPECT_EQ(ignored.verdict.kind, Verdict::Kind::pass) << practice::told(ignored.verdict);
  EXPECT_NE(ignored.verdict.not_shown.at(0).find("x-powered-by"), std::string::npos);
  EXPECT_EQ(compare("requests: [/app1]\ncompare: headers", two).verdict.findings.size(), 2U);
}

TEST(Same, EachHasItsOwnHost) {
  TwoIngresses two;
  two.old_url = "http://old.example:8080";
  two.new_url = "http://new.example";
  two.old.rules.hosts[0].host = "old.example";
  two.fresh.rules.hosts[0].host = "new.example";
  two.old.sees = two.fresh.sees = false;
  const auto link = [](const Request& request, Exchange& exchange) {
    exchange.headers.add("Location", to_string(with_path(request.url, "/there")));
    exchange.headers.add("Link", "<http://" + request.url.authority() + "/style.css>");
    exchange.body = "<base href=//" + request.url.host + ">";
    exchange.body_size = exchange.body.size();
  };
  two.old.twist = two.fresh.twist = link;
  const auto done = compare(two_requests, two);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::pass) << practice::told(done.verdict);
}

TEST(Same, AServerThatNamesEndlessThingsIsCutShort) {
  TwoIngresses two;
  two.fresh.twist = [](const Request& request, Exchange& exchange) {
    for (int i = 0; i < 200; ++i)
      exchange.headers.add(fmt::format("X-{}-{}", i, request.url.path.substr(1)), "1");
    exchange.headers.add(std::string(10'000, 'x'), std::string(10'000, 'y'));
  };
  const auto done = compare(two_requests, two);
  EXPECT_EQ(done.verdict.findings.size(), 50U);
  EXPECT_EQ(done.verdict.not_shown.at(0), "351 more kinds of differences, not told one by one");
  for (const auto& finding : done.verdict.findings) EXPECT_LT(finding.actual.size(), 1000U);
}

TEST(Same, WhatOpensDoorsIsNotShown) {
  TwoIngresses two;
  two.fresh.twist = [](const Request&, Exchange& exchange) {
    exchange.headers.add("X-Auth-Token", "second-of-all-tokens");
    exchange.headers.add("X-Copy", "it is second-of-all-tokens");
  };
  two.old.twist = [](const Request&, Exchange& exchange) {
    exchange.headers.add("X-Auth-Token", "first-of-all-tokens");
    exchange.headers.add("X-Copy", "it is first-of-all-tokens");
  };
  const auto done = compare(two_requests, two);
  ASSERT_EQ(done.verdict.findings.size(), 2U) << practice::told(done.verdict);
  EXPECT_EQ(practice::told(done.verdict).find("of-all-tokens"), std::string::npos)
      << practice::told(done.verdict);
}

/// "old" and "new" stand in many words, and a pod may be called like half of one.
TEST(Same, NamesAreReplacedOnlyAsNames) {
  TwoIngresses two;
  two.old_url = "http://old";
  two.new_url = "http://new";
  two.old.rules.hosts[0].host = "old";
  two.fresh.rules.hosts[0].host = "new";
  two.old.sees = two.fresh.sees = false;
  two.old.twist = two.fresh.twist = [](const Request& request, Exchange& exchange) {
    exchange.body = "gold news app1-abc old-shop new_shop sub.old sub.new //" + request.url.host +
                    "/ by " + exchange.who.pod;
    exchange.body_size = exchange.body.size();
  };
  const auto done = compare(two_requests, two);
  EXPECT_EQ(done.verdict.kind, Verdict::Kind::pass) << practice::told(done.verdict);
}

TEST(Same, Mistakes) {
  const auto mistakes = [](const std::string& yaml) {
    return practice::mistakes(checks::same, yaml);
  };
  EXPECT_EQ(mistakes("requests: []").at(0).what, "no request to compare");
  EXPECT_EQ(mistakes("requests: [/app1]\ncompare: []").at(0).what, "nothing is compared");
  EXPECT_EQ(mistakes("requests: [app1]").size(), 1U);
  EXPECT_EQ(mistakes("requests: [{path: /a, method: \"G T\"}]").size(), 1U);
  EXPECT_EQ(mistakes("requests: [/a]\nignore: {patterns: [\"(\"]}").size(), 1U);
  EXPECT_EQ(mistakes("requests: [/a]\ncompare: [colour]").size(), 1U);
}

}  // namespace
}  // namespace ingress_check
