// Clients whose pod goes away, by samples made by hand.
#include "checks/balance/stickiness/lost_pod.h"

#include <gtest/gtest.h>

#include "checks/practice_test.h"

namespace ingress_check {

namespace checks {
extern const Check stickiness;
}

namespace stickiness {
namespace {

using std::chrono::milliseconds;

/// Three clients on the pods a, b and c; the command runs from 2 s to 3 s after the samples' zero,
/// which is 100 ms after the phase's begin.
class Story {
 public:
  Story() {
    evidence_.load.emplace();
    evidence_.load->began_after = milliseconds(100);
    for (const char* pod : {"a", "b", "c"}) evidence_.load->pods.push_back({"app1", pod});
    evidence_.load->samples.emplace_back();
    evidence_.events.emplace_back();
    evidence_.events[0].began = milliseconds(2100);
    evidence_.events[0].ended = milliseconds(3100);
    for (std::uint16_t client = 0; client < 3; ++client) asks(client, 1000, client);
  }
  /// One request and its answer 10 ms later; nobody: 502.
  void asks(std::uint32_t client, int at_ms, std::uint16_t who) {
    Sample sample;
    sample.client = client;
    sample.sent = sample.due = std::int64_t{at_ms} * 1'000'000;
    sample.done = sample.sent + 10'000'000;
    sample.who = who;
    sample.status = who == no_pod ? 502 : 200;
    evidence_.load->samples[0].push_back(sample);
  }
  Loss loss() const { return stickiness::loss(evidence_, settle_); }
  Verdict verdict() const {
    Plan plan;
    plan.loses_settle = settle_;
    plan.loses_pod = {Event{.run = {"take", "it"}}, Place{"x.yaml", 1, 1}};
    Conclusion conclusion(checks::stickiness);
    judge_lost_pod(plan, evidence_, conclusion);
    return conclusion.decide("fine");
  }
  Evidence evidence_;
  Duration settle_{};
};

TEST(LostPod, ItsClientsGetAnotherAtOnce) {
  Story story;
  story.asks(0, 3500, 0);
  story.asks(1, 3500, 1);
  story.asks(2, 3500, 1);
  const Loss loss = story.loss();
  EXPECT_EQ(loss.lost, std::set<std::string>{"c"});
  EXPECT_EQ(loss.clients, 1u);
  EXPECT_EQ(loss.stranded, 0u);
  EXPECT_EQ(loss.moved, 0u);
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::pass) << practice::told(story.verdict());
}

TEST(LostPod, AnErrorWhileTheCommandRunsIsToldAndNotJudged) {
  Story story;
  story.asks(2, 2500, no_pod);
  story.asks(0, 3500, 0);
  story.asks(1, 3500, 0);
  story.asks(2, 3500, 1);
  EXPECT_EQ(story.loss().failed_during, 1u);
  EXPECT_EQ(story.loss().moved, 1u);  // client 1, whose pod is still there
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::pass);
  EXPECT_EQ(story.verdict().notes.size(), 3u);
}

TEST(LostPod, OneErrorAfterwardsIsAFailure) {
  Story story;
  story.asks(0, 3500, 0);
  story.asks(1, 3500, 1);
  story.asks(2, 3500, no_pod);
  EXPECT_EQ(story.loss().for_good, 1u);
  story.asks(2, 4500, 1);
  EXPECT_EQ(story.loss().stranded, 1u);
  EXPECT_EQ(story.loss().for_good, 0u);
  const auto verdict = story.verdict();
  EXPECT_EQ(verdict.kind, Verdict::Kind::fail);
  ASSERT_EQ(verdict.diagnoses.size(), 1u);
  EXPECT_EQ(verdict.diagnoses[0].cause, "pinned-to-dead-pod");
}

TEST(LostPod, ErrorsUntilClientsHaveSettledAreToldAndNotJudged) {
  Story story;
  story.asks(0, 4500, 0);
  story.asks(1, 4500, 1);
  story.asks(2, 3500, no_pod);
  story.asks(2, 4500, 1);
  story.settle_ = std::chrono::seconds(1);
  EXPECT_EQ(story.loss().failed_during, 1u);
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::pass) << practice::told(story.verdict());
  story.asks(2, 4500, no_pod);
  story.settle_ = std::chrono::milliseconds(100);
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::fail);
}

TEST(LostPod, WhereNothingIsSeenNothingIsSaid) {
  Story story;
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::inconclusive);  // nobody asked afterwards
  for (std::uint16_t client = 0; client < 3; ++client) story.asks(client, 3500, client);
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::inconclusive);  // all pods are still there
  story.asks(2, 4500, no_pod);  // it goes later than the command says
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::inconclusive);
  EXPECT_NE(practice::told(story.verdict()).find("1 requests came to nothing"), std::string::npos);
  story.evidence_.load->began_after = std::chrono::seconds(3);  // it began at once
  EXPECT_NE(practice::told(story.verdict()).find("before anybody had an answer"),
            std::string::npos);
  story.evidence_.events[0].status = 1;
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::inconclusive);
  story.evidence_.events.clear();
  EXPECT_EQ(story.verdict().kind, Verdict::Kind::inconclusive);
}

}  // namespace
}  // namespace stickiness
}  // namespace ingress_check
