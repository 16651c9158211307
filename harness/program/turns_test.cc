#include "harness/program/turns.h"

#include <gtest/gtest.h>

#include <map>

namespace ingress_check {
namespace {

using std::chrono::seconds;
using Log = std::vector<std::string>;

Load load_of(Duration lasts) {
  Load load;
  load.requests = {{.request = {.url = *parse_url("http://shop.example/")}}};
  load.arrivals = OpenLoop{.stages = {{10, 10, lasts}}};
  load.steady = true;
  return load;
}

Traffic asking(const std::string& name) {
  Http http;
  http.requests = {{.url = *parse_url("http://shop.example")}};
  return {.name = name, .send = http};
}

/// Asks, loads for as long as its target's timeout says, and asks again.
Step step(const Params&, const Subject& subject, std::span<const Evidence> so_far) {
  if (so_far.empty()) return asking("before");
  if (so_far.size() == 1) return Traffic{.name = "load", .send = load_of(subject.target.timeout)};
  if (so_far.size() == 2) return asking("after");
  Verdict verdict;
  verdict.kind = Verdict::Kind::pass;
  verdict.figures = {{"due", static_cast<double>(so_far[1].load->counts.due)},
                     {"seconds", static_cast<double>(so_far[1].load->lasted / seconds(1))}};
  return verdict;
}

Check check() {
  Check check;
  check.step = step;
  check.bounds = [](const Params&, const Subject&) {
    Bounds bounds;
    bounds.requests = 10'000;
    return bounds;
  };
  return check;
}

/// Notes which target was asked for what; ends its `ends_after`-th load as the breaker would.
class Noted : public Sender {
 public:
  Noted(Log& log, int ends_after) : log_(log), ends_after_(ends_after) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch&) override {
    Evidence evidence;
    evidence.traffic = traffic;
    evidence.sent = traffic.count();
    log_.push_back(target.name + " " + traffic.name);
    if (const auto* load = std::get_if<Load>(&traffic.send)) {
      evidence.load.emplace();
      evidence.load->counts.due = load->count();
      evidence.load->lasted = load->lasts();
      if (++loads_ == ends_after_) evidence.end = End::breaker;
    }
    return evidence;
  }

 private:
  Log& log_;
  int ends_after_, loads_ = 0;
};

struct Contest {
  Contest(std::vector<Duration> loads, int second_ends_after = 0)
      : allowance(*Allowance::create(courtesy_rate, {"203.0.113.0/24"})) {
    for (std::size_t i = 0; i < loads.size(); ++i) {
      Subject subject;
      subject.target.name = std::string(1, static_cast<char>('A' + i));
      subject.target.url = *parse_url("http://shop.example");
      subject.target.address = *parse_address("203.0.113.7:80");
      subject.target.timeout = loads[i];
      sides.push_back(std::make_unique<Side>(
          tested, params, subject, std::make_unique<Noted>(log, i == 1 ? second_ends_after : 0),
          Side::Shared{footprints, allowance, false, {}}));
    }
  }

  std::vector<Examination> run() {
    std::vector<Side*> all;
    for (auto& side : sides) all.push_back(side.get());
    Watch watch;
    EXPECT_TRUE(take_turns(all, watch, [&](std::size_t side, const std::string& phase) {
      turns.push_back(std::string(1, static_cast<char>('A' + side)) + " " + phase);
    }));
    std::vector<Examination> done;
    for (auto* side : all) done.push_back(side->conclude());
    return done;
  }

  Check tested = check();
  Params params;
  Footprints footprints;
  Allowance allowance;
  Log log, turns;
  std::vector<std::unique_ptr<Side>> sides;
};

TEST(take_turns, one_side_alone_goes_on_as_ever) {
  Contest contest({seconds(30)});
  const auto done = contest.run();
  EXPECT_EQ(contest.log, (Log{"A before", "A load", "A after"}));
  EXPECT_EQ(done[0].verdict.kind, Verdict::Kind::pass);
}

TEST(take_turns, steady_loads_go_block_by_block_in_the_order_a_b_b_a) {
  Contest contest({seconds(30), seconds(30)});
  const auto done = contest.run();
  EXPECT_EQ(contest.log, (Log{"A before", "B before", "A load", "B load", "B load", "A load",
                              "A load", "B load", "B load", "A load", "A load", "B load", "B load",
                              "A load", "A after", "B after"}));
  EXPECT_EQ(contest.turns[2], "A load, block 1 of 6");
  for (const auto& one : done) {
    EXPECT_EQ(one.verdict.figures.at(0).value, 300);
    EXPECT_EQ(one.verdict.figures.at(1).value, 30);
    EXPECT_EQ(one.phases, (std::vector<std::string>{"before", "load", "after"}));
    EXPECT_EQ(one.sent, 302u);
  }
}

TEST(take_turns, three_sides_take_turns_there_and_back) {
  Contest contest({seconds(30), seconds(30), seconds(30)});
  contest.run();
  EXPECT_EQ(Log(contest.log.begin() + 3, contest.log.begin() + 9),
            (Log{"A load", "B load", "C load", "C load", "B load", "A load"}));
}

TEST(take_turns, loads_that_are_not_alike_go_whole) {
  for (const auto& lasts : {std::vector<Duration>{seconds(30), seconds(60)},
                            std::vector<Duration>{seconds(20), seconds(20)}}) {
    Contest contest(lasts);
    contest.run();
    EXPECT_EQ(std::ranges::count(contest.log, "A load"), 1);
    EXPECT_EQ(std::ranges::count(contest.log, "B load"), 1);
  }
}

TEST(take_turns, a_side_whose_load_was_broken_off_leaves_the_others_going) {
  Contest contest({seconds(30), seconds(30)}, 2);
  const auto done = contest.run();
  EXPECT_TRUE(done[0].judged);
  EXPECT_FALSE(done[1].judged);
  EXPECT_EQ(std::ranges::count(contest.log, "A load"), 6);
  EXPECT_EQ(std::ranges::count(contest.log, "B load"), 2);
  EXPECT_EQ(std::ranges::count(contest.log, "B after"), 0);
}

}  // namespace
}  // namespace ingress_check
