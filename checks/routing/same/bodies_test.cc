// Bodies that are longer than what is compared of them.
#include <gtest/gtest.h>

#include "checks/routing/same/plan.h"
#include "checks/routing/same/two_ingresses_test.h"

namespace ingress_check {

namespace checks {
extern const Check same;
}

namespace {

using practice::TwoIngresses;

/// A body of so many bytes, of which a client keeps as much as it was told to.
std::function<void(const Request&, Exchange&)> long_body(std::size_t size, char last,
                                                         const std::string& coding = "") {
  return [=](const Request&, Exchange& exchange) {
    exchange.seen.reset();
    exchange.body = std::string(size - 1, 'x') + last;
    exchange.body.resize(std::min<std::size_t>(size, (1 << 20) + (64 << 10)));
    exchange.body_size = size;
    if (!coding.empty()) exchange.headers.set("Content-Encoding", coding);
  };
}

Verdict compared(const std::function<void(const Request&, Exchange&)>& old,
                 const std::function<void(const Request&, Exchange&)>& fresh) {
  TwoIngresses two;
  two.old.twist = old;
  two.fresh.twist = fresh;
  return practice::compare(checks::same, "requests: [/app1]", two).verdict;
}

bool says_cut(const Verdict& verdict) {
  return std::ranges::any_of(verdict.not_shown, [](const std::string& line) {
    return line.find("beyond their first 1048576 bytes") != std::string::npos &&
           line.find("1 of 1 requests (") != std::string::npos;
  });
}

void expect_body_differs(const Verdict& verdict) {
  ASSERT_EQ(verdict.kind, Verdict::Kind::fail) << practice::told(verdict);
  EXPECT_EQ(verdict.diagnoses.at(0).cause, "body-differs");
}

TEST(SameBodies, AreComparedToTheirLastByte) {
  const auto late = compared(long_body(70'001, 'a'), long_body(70'001, 'b'));
  expect_body_differs(late);
  EXPECT_EQ(late.findings.at(0).expected,
            "line 1 of body after 70000 bytes that are alike: \"a\", as old answers");
  expect_body_differs(compared(long_body(80'000, 'a'), long_body(1'000'000, 'a')));
  const auto same = compared(long_body(1'000'000, 'a'), long_body(1'000'000, 'a'));
  EXPECT_EQ(same.kind, Verdict::Kind::pass) << practice::told(same);
  EXPECT_FALSE(says_cut(same));
}

TEST(SameBodies, BeyondAMebibyteOnlyTheLengthIsComparedAndThatIsSaid) {
  const auto longer = compared(long_body(2'000'000, 'a'), long_body(2'000'001, 'a'));
  expect_body_differs(longer);
  EXPECT_EQ(longer.findings.at(0).expected.substr(0, 23), "a body of 2000000 bytes");
  expect_body_differs(compared(long_body(1 << 20, 'x'), long_body((1 << 20) + 1, 'x')));
  const auto same = compared(long_body(2'000'000, 'a'), long_body(2'000'000, 'b'));
  EXPECT_EQ(same.kind, Verdict::Kind::pass) << practice::told(same);
  EXPECT_TRUE(says_cut(same)) << practice::told(same);
}

/// How long a packed body is that was cut, nobody counted.
TEST(SameBodies, TheLengthOfAPackedOneIsNotCompared) {
  const auto verdict =
      compared(long_body(2'000'000, 'a', "gzip"), long_body(2'000'001, 'a', "gzip"));
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << practice::told(verdict);
  EXPECT_TRUE(says_cut(verdict));
}

TEST(SameBodies, LengthsThatVaryAreNoDifference) {
  const auto varying = [](int& count) {
    return [&count](const Request& request, Exchange& exchange) {
      long_body(2'000'000 + static_cast<std::size_t>(++count), 'x')(request, exchange);
    };
  };
  int old = 0, fresh = 1000;
  const auto verdict = compared(varying(old), varying(fresh));
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << practice::told(verdict);
}

TEST(SameBodies, AllTogetherAreBounded) {
  EXPECT_EQ(same::compared_of_body(1), 1U << 20);
  EXPECT_EQ(same::compared_of_body(8), 1U << 20);
  EXPECT_EQ(same::compared_of_body(16), 512U << 10);
  EXPECT_EQ(same::compared_of_body(200), 64U << 10);
}

/// That a replacement costs no more than the text is long.
TEST(SameBodies, ALongOneFullOfNamesIsReadQuickly) {
  TwoIngresses two;
  two.old.twist = two.fresh.twist = [](const Request&, Exchange& exchange) {
    exchange.seen.reset();
    exchange.body.clear();
    while (exchange.body.size() < 900'000) exchange.body += exchange.who.pod + " ";
    exchange.body_size = exchange.body.size();
  };
  const auto verdict = practice::compare(checks::same, "requests: [/app1]", two).verdict;
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << practice::told(verdict);
}

}  // namespace
}  // namespace ingress_check
