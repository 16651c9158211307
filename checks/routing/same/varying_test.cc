// What varies by itself never becomes a difference, however it varies; how often it might is
// bounded.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "checks/routing/same/judged.h"
#include "checks/routing/same/two_ingresses_test.h"

namespace ingress_check {

namespace checks {
extern const Check same;
}

namespace {

using practice::TwoIngresses;

Verdict compare(const std::string& yaml, const TwoIngresses& two) {
  return practice::compare(checks::same, yaml, two).verdict;
}

const std::string four_requests = "requests: [/app1, /app2, /app1/x, /app2/x]";

/// Both sides set the header to what `value` says of each answer.
using Header = std::function<std::string(const Exchange&)>;

TwoIngresses with_header(const Header& value) {
  TwoIngresses two;
  const auto twist = [value](const Request&, Exchange& exchange) {
    exchange.headers.add("X-Which", value(exchange));
  };
  two.old.twist = two.fresh.twist = twist;
  two.old.seed = 17;
  return two;
}

bool mentions(const Verdict& verdict, const std::string& text) {
  return std::ranges::any_of(verdict.not_shown, [&](const std::string& line) {
    return line.find(text) != std::string::npos;
  });
}

TEST(SameVarying, NoncesAreNoDifferenceAndAreNamed) {
  auto two = with_header([count = 0](const Exchange&) mutable { return std::to_string(++count); });
  const auto verdict = compare(four_requests, two);
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << practice::told(verdict);
  EXPECT_TRUE(mentions(verdict, "header x-which: varies by itself, 4 of 4 requests"));
}

TEST(SameVarying, ANonceDoesNotHideThatItIsMissing) {
  auto two = with_header([count = 0](const Exchange&) mutable { return std::to_string(++count); });
  two.fresh.twist = {};
  const auto verdict = compare(four_requests, two);
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  EXPECT_EQ(verdict.diagnoses.at(0).cause, "header-missing");
}

/// Two pods take turns and the list has two requests for each service: in the order of the list,
/// each request would meet the same pod every time, and on the new ingress, whose turns begin with
/// the other pod, always that one.
TEST(SameVarying, HeadersOfPodsThatTakeTurns) {
  for (const bool named : {true, false})
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      TwoIngresses two;
      for (auto& service : two.fresh.rules.services) std::ranges::reverse(service.pods);
      two.old.twist = two.fresh.twist = [named](const Request&, Exchange& exchange) {
        exchange.headers.add("X-Which", exchange.who.pod.ends_with("a") ? "10.0.0.1" : "10.0.0.2");
        if (!named) exchange.who = {}, exchange.seen.reset();
      };
      two.seed = seed;
      const auto verdict = compare(four_requests, two);
      EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << seed << practice::told(verdict);
    }
}

TEST(SameVarying, HeadersThatChanceChooses) {
  std::mt19937_64 chance(7);
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    auto two = with_header([&](const Exchange&) { return chance() % 2 ? "one" : "other"; });
    two.seed = seed;
    const auto verdict = compare(four_requests, two);
    EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << practice::told(verdict);
  }
}

/// A B B A: what changes once, whenever that is, changes between the phases of one side.
TEST(SameVarying, WhatChangesWithTime) {
  for (int change = 0; change <= 16; ++change) {
    TwoIngresses two;
    int asked = 0;
    two.old.twist = two.fresh.twist = [&asked, change](const Request&, Exchange& exchange) {
      exchange.headers.add("X-Version", asked++ < change ? "1" : "2");
    };
    const auto verdict = compare(four_requests, two);
    EXPECT_NE(verdict.kind, Verdict::Kind::fail) << change << practice::told(verdict);
  }
}

/// Nobody can tell whether the ingresses differ or the pods.
TEST(SameVarying, EachSideMeetsAnotherPodAlone) {
  TwoIngresses two;
  const auto pinned = [](const std::string& pod) {
    return [pod](const Request& request, Exchange& exchange) {
      if (request.url.path == "/app1") exchange.who.pod = pod;
      exchange.headers.add("X-Which", exchange.who.pod == "app1-a" ? "10.0.0.1" : "10.0.0.2");
    };
  };
  two.old.twist = pinned("app1-a");
  two.fresh.twist = pinned("app1-b");
  const auto verdict = compare("requests: [/app1, /app1/x, /app1/y, /app1/z]", two);
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive) << practice::told(verdict);
  EXPECT_NE(verdict.summary.find("came from the pod app1-a"), std::string::npos) << verdict.summary;
}

TEST(SameVarying, ALineOfABodyMayVaryAndTheOthersAreCompared) {
  TwoIngresses two;
  const auto page = [](const std::string& title, int& count) {
    return [title, &count](const Request&, Exchange& exchange) {
      exchange.seen.reset();
      exchange.body = "<title>" + title + "</title>\n<token " + std::to_string(++count) + ">\nend";
      exchange.body_size = exchange.body.size();
    };
  };
  int count = 0;
  two.old.twist = page("Shop", count);
  two.fresh.twist = page("Shop", count);
  const auto same = compare(four_requests, two);
  EXPECT_EQ(same.kind, Verdict::Kind::pass) << practice::told(same);
  EXPECT_TRUE(mentions(same, "the body's line 2: varies by itself"));
  two.fresh.twist = page("Shopping", count);
  const auto other = compare(four_requests, two);
  EXPECT_EQ(other.kind, Verdict::Kind::fail);
  EXPECT_EQ(other.diagnoses.at(0).cause, "body-differs");
  EXPECT_EQ(other.findings.at(0).expected,
            "line 1 of body \"<title>Shop</title>\", as old answers");
}

TEST(SameVarying, MembersOfJsonDocumentsAreComparedApart) {
  const auto pieces = same::pieces_of_body(R"({"a": [1, {"b/c": "x"}], "d": {}})", true);
  EXPECT_EQ(pieces, (std::map<std::string, std::string>{
                        {"/a/0", "1"}, {"/a/1/b~1c", "\"x\""}, {"/d", "{}"}}));
  EXPECT_EQ(same::pieces_of_body("{\"a\": 1, ", true).size(), 1U) << "no JSON: lines";
  EXPECT_EQ(same::pieces_of_body("one\ntw", false).size(), 1U) << "the last line may be cut";
  EXPECT_EQ(same::pieces_of_body(std::string(30000, '['), true).size(), 1U);
  EXPECT_EQ(same::pieces_of_body(std::string(5000, '\n'), true).size(), 1U);
}

/// Nothing that is compared holds still: nothing was shown.
TEST(SameVarying, IfAllOfItVariesNothingWasCompared) {
  TwoIngresses two;
  int count = 0;
  two.old.twist = two.fresh.twist = [&count](const Request&, Exchange& exchange) {
    exchange.seen.reset();
    exchange.body = std::string(static_cast<std::size_t>(++count), '\n');
    exchange.body_size = exchange.body.size();
  };
  const auto verdict = compare("requests: [/app1]\ncompare: body", two);
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive) << practice::told(verdict);
}

TEST(SameVarying, WhatIsNowhereIsTheSameAndWhatNobodyTellsIsNot) {
  TwoIngresses two;
  for (auto* side : {&two.old, &two.fresh})
    for (auto& service : side->rules.services) service.silent = true;
  EXPECT_EQ(compare("requests: [/app1]\ncompare: [location, cookies]", two).kind,
            Verdict::Kind::pass);
  const auto verdict = compare("requests: [/app1]\ncompare: [service, seen]", two);
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive) << practice::told(verdict);
  EXPECT_TRUE(mentions(verdict, "no answer names one"));
}

/// Of a value that chance chooses anew for every request, alike on both sides, n samples a side
/// make a difference with a chance of at most 4^(1-n): the sum over pairs of values of (p q)^n,
/// where p q <= 1/4. Two equally likely values are the worst: 2 x 4^-n.
TEST(SameVarying, TheBoundOnFalseAlarms) {
  std::mt19937_64 chance(11);
  const int trials = 40'000;
  for (const int samples : {2, 3, 4, 5}) {
    int alarms = 0;
    for (int trial = 0; trial < trials; ++trial) {
      same::Values values;
      for (int i = 0; i < samples; ++i) {
        ++values.of_reference[chance() % 2 ? "one" : "other"];
        ++values.mine[chance() % 2 ? "one" : "other"];
      }
      alarms += values.likeness(false) == same::Likeness::differs;
    }
    const double expected = 2 * std::pow(4, -samples) * trials;
    EXPECT_NEAR(alarms, expected, 5 * std::sqrt(expected)) << samples;
    EXPECT_LT(alarms, std::pow(4, 1 - samples) * trials);
  }
  EXPECT_EQ(same::most_samples(), 16U);
  EXPECT_LT(std::pow(4, 1 - 16) * 200 * 100, 1e-4) << "200 requests with 100 such values each";
}

}  // namespace
}  // namespace ingress_check
