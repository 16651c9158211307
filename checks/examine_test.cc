#include "checks/examine.h"

#include <gtest/gtest.h>

#include <atomic>

#include "checks/practice_test.h"

namespace ingress_check {

namespace {

Traffic traffic(std::string name, std::uint32_t times = 1) {
  Http http;
  Request request;
  request.url = practice::url("http://frieza.dev/app1");
  request.times = times;
  http.requests = {request};
  return {.name = std::move(name), .send = std::move(http)};
}

Bounds ten(const Params&, const Subject&) {
  Bounds bounds;
  bounds.requests = 10;
  return bounds;
}

Bounds thousand(const Params&, const Subject&) {
  Bounds bounds;
  bounds.requests = 1000;
  return bounds;
}

Check check(Step (*step)(const Params&, const Subject&, std::span<const Evidence>),
            Bounds (*bounds)(const Params&, const Subject&) = ten) {
  Check made;
  made.words.name = "made-up";
  made.causes = {{"known", "means", "fix", "source"}};
  made.step = step;
  made.bounds = bounds;
  return made;
}

Result<Examination> run(const Check& check, const std::atomic<bool>* stop = nullptr) {
  FakeIngress ingress(practice::two_apps());
  Watch watch;
  watch.stop = stop;
  return examine(check, {}, practice::subject(), ingress, watch);
}

TEST(examine, sends_until_there_is_a_verdict) {
  const auto done = run(check([](const Params&, const Subject&, std::span<const Evidence> so_far) {
    if (!phase(so_far, "first")) return Step(traffic("first", 2));
    if (!phase(so_far, "second")) return Step(traffic("second", 3));
    Verdict verdict;
    verdict.summary = std::to_string(phase(so_far, "second")->exchanges.size());
    return Step(verdict);
  }));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->verdict.summary, "3");
  EXPECT_EQ(done->sent, 5U);
  EXPECT_TRUE(done->judged);
  EXPECT_EQ(done->phases, (std::vector<std::string>{"first", "second"}));
  EXPECT_GT(done->took.count(), 0);
}

TEST(examine, a_mend_says_whose_setting_it_is_where_the_controller_is_another) {
  auto made = check([](const Params&, const Subject&, std::span<const Evidence>) {
    Verdict verdict;
    verdict.diagnoses = {{"known", "text", "fix", "", ""}, {"own", "text", "its own mend", "", ""}};
    return Step(verdict);
  });
  made.causes = {{"known", "means", "fix", "ingress-nginx documentation, annotations"},
                 {"own", "means", "fix", "ingress-nginx documentation, annotations"}};
  for (const auto* name : {"ingress-nginx@1.x", "aws-alb"}) {
    FakeIngress ingress(practice::two_apps());
    Watch watch;
    auto subject = practice::subject();
    subject.controller = *find_profile(name);
    const auto done = examine(made, {}, subject, ingress, watch);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->verdict.diagnoses[0].fix,
              std::string(name) == "aws-alb" ? "With ingress-nginx: fix" : "fix");
    EXPECT_EQ(done->verdict.diagnoses[1].fix, "its own mend");
  }
}

/// Notes to which target each phase went.
class Noted : public Sender {
 public:
  explicit Noted(std::vector<std::string>& told) : told_(told) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch&) override {
    told_.push_back(traffic.name + " to " + target.name);
    Evidence evidence;
    evidence.traffic = traffic;
    evidence.sent = traffic.count();
    return evidence;
  }

 private:
  std::vector<std::string>& told_;
};

Step both_sides(const Params&, const Subject&, std::span<const Evidence> so_far) {
  auto wanted = traffic(so_far.empty() ? "old" : "new", 2);
  wanted.to_reference = so_far.empty();
  if (so_far.size() < 2) return wanted;
  return Verdict{};
}

TEST(examine, a_check_that_compares_asks_its_reference_too) {
  std::vector<std::string> told;
  Noted sender(told);
  Watch watch;
  auto subject = practice::subject();
  subject.target.name = "mine";
  subject.reference = Reference{};
  subject.reference->target.name = "reference";
  const auto done = examine(check(both_sides), {}, subject, sender, watch);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(told, (std::vector<std::string>{"old to reference", "new to mine"}));
  EXPECT_EQ(done->sent, 4U) << "what both get counts against one bound";
}

TEST(examine, without_a_reference_there_is_nothing_to_compare_with) {
  std::vector<std::string> told;
  Noted sender(told);
  Watch watch;
  const auto done = examine(check(both_sides), {}, practice::subject(), sender, watch);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("nothing to compare with"), std::string::npos);
  EXPECT_TRUE(told.empty());
}

Traffic provoking() {
  Load load;
  load.requests.resize(1);
  load.requests[0].request.url = practice::url("http://frieza.dev/app1");
  load.arrivals = OpenLoop{{{5, 5, std::chrono::seconds(1)}}};
  return {.name = "storm", .send = std::move(load), .provokes = true};
}

TEST(examine, only_a_storm_may_go_beyond_limits) {
  auto made = check([](const Params&, const Subject&, std::span<const Evidence> so_far) {
    return phase(so_far, "storm") ? Step(Verdict{}) : Step(provoking());
  });
  made.order = Order::load;
  const auto done = run(made);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("may not go beyond limits"), std::string::npos);
  made.order = Order::storm;
  EXPECT_TRUE(run(made));
}

/// 701 requests in 2 s, which a bucket of 100/s and 500 takes after a pause; before them a storm
/// that drains it. `quiet`: how long the second one asks for.
Step storm_after_storm(Duration quiet, bool amid, std::span<const Evidence> so_far) {
  Load load;
  load.requests.resize(1);
  load.requests[0].request.url = practice::url("http://frieza.dev/app1");
  load.arrivals = OpenLoop{{{2500, 2500, std::chrono::seconds(2)}}};
  if (!phase(so_far, "first"))
    return Traffic{.name = "first",
                   .send = load,
                   .leaves = Leftover{"a drained bucket", std::chrono::milliseconds(5010)},
                   .provokes = true};
  load.arrivals = OpenLoop{{{350, 350, std::chrono::milliseconds(2003)}}};
  if (!phase(so_far, "second"))
    return Traffic{
        .name = "second", .send = load, .quiet = quiet, .amid_leftovers = amid, .provokes = true};
  Verdict verdict;
  verdict.summary = std::to_string(phase(so_far, "second")->load->counts.statuses.at(200));
  return verdict;
}

Bounds storms(const Params&, const Subject&) {
  Bounds bounds;
  bounds.requests = 10000;
  return bounds;
}

Result<Examination> run_storms(Step (*step)(const Params&, const Subject&,
                                            std::span<const Evidence>)) {
  auto made = check(step, storms);
  made.order = Order::storm;
  auto config = practice::two_apps();
  config.limits = {{.rate = 100, .burst = 500}};
  FakeIngress ingress(config);
  Watch watch;
  return examine(made, {}, practice::subject(), ingress, watch);
}

TEST(examine, a_storm_after_a_storm_finds_the_bucket_as_after_a_pause) {
  const auto done = run_storms([](const Params&, const Subject&, std::span<const Evidence> so_far) {
    return storm_after_storm({}, false, so_far);
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(done->verdict.summary, "701");
  EXPECT_EQ(done->waited, std::chrono::milliseconds(5010));
  EXPECT_LT(done->took, std::chrono::milliseconds(4100)) << "waiting is counted apart";
}

TEST(examine, the_trap_that_quiet_avoids) {
  const auto done = run_storms([](const Params&, const Subject&, std::span<const Evidence> so_far) {
    return storm_after_storm(std::chrono::seconds(2), true, so_far);
  });
  ASSERT_TRUE(done);
  EXPECT_NEAR(std::stoi(done->verdict.summary), 401, 2);
  EXPECT_EQ(done->waited, std::chrono::seconds(2));
}

TEST(examine, a_phase_named_twice_is_an_error) {
  const auto done = run(check([](const Params&, const Subject&, std::span<const Evidence>) {
    return Step(traffic("again"));
  }));
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("twice"), std::string::npos);
  EXPECT_FALSE(done.error().usage);
}

TEST(examine, more_phases_than_allowed_are_an_error) {
  const auto done = run(check(
      [](const Params&, const Subject&, std::span<const Evidence> so_far) {
        return Step(traffic(std::to_string(so_far.size())));
      },
      thousand));
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("32 phases"), std::string::npos);
}

TEST(examine, more_than_declared_is_stopped_before_it_is_sent) {
  FakeIngress ingress(practice::two_apps());
  Watch watch;
  const auto done = examine(check([](const Params&, const Subject&, std::span<const Evidence>) {
                              return Step(traffic("flood", 11));
                            }),
                            {}, practice::subject(), ingress, watch);
  ASSERT_FALSE(done);
  EXPECT_EQ(ingress.sent(), 0U);
}

/// Another host of the check has three addresses, the target's own has one.
TEST(examine, hosts_with_more_addresses_than_the_target_are_no_bug) {
  auto config = practice::two_apps();
  config.addresses = 3;
  FakeIngress ingress(config);
  Watch watch;
  const auto asking = check([](const Params&, const Subject&, std::span<const Evidence> so_far) {
    auto asked = traffic("once", 10);
    for (auto& request : std::get<Http>(asked.send).requests) request.every_address = true;
    return phase(so_far, "once") ? Step(Verdict{}) : Step(asked);
  });
  const auto done = examine(asking, {}, practice::subject(), ingress, watch);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(done->sent, 30U);
}

TEST(examine, an_interrupted_phase_is_not_judged) {
  const std::atomic<bool> stop{true};
  const auto done = run(check([](const Params&, const Subject&, std::span<const Evidence> so_far) {
                          if (!phase(so_far, "first")) return Step(traffic("first"));
                          return Step(Verdict{});
                        }),
                        &stop);
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->judged);
  EXPECT_EQ(done->verdict.kind, Verdict::Kind::inconclusive);
  EXPECT_NE(done->verdict.summary.find("interrupted"), std::string::npos);
}

TEST(examine, a_cause_that_is_not_listed_is_a_bug) {
  EXPECT_DEATH(run(check([](const Params&, const Subject&, std::span<const Evidence>) {
                 Verdict verdict;
                 verdict.diagnoses = {{"unknown", "", "", "", ""}};
                 return Step(verdict);
               })),
               "does not list");
}

TEST(checks, every_check_is_complete) {
  ASSERT_NE(find_check("routing"), nullptr);
  ASSERT_NE(find_check("exchange"), nullptr);
  EXPECT_EQ(find_check("rooting"), nullptr);
  for (const auto* check : all_checks()) {
    EXPECT_FALSE(check->words.about.empty());
    EXPECT_FALSE(check->proves.empty() || check->blind.empty() || check->sends.empty())
        << check->words.name;
    EXPECT_TRUE(check->step && check->bounds) << check->words.name;
    for (const auto& cause : check->causes)
      EXPECT_FALSE(cause.means.empty() || cause.fix.empty() || cause.source.empty()) << cause.id;
  }
}

}  // namespace

}  // namespace ingress_check
