#include "harness/program/load_verdict.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

LoadReply reply(std::initializer_list<std::pair<Outcome, std::uint64_t>> outcomes) {
  LoadReply made;
  for (const auto& [outcome, count] : outcomes) {
    made.counts.outcomes[static_cast<std::size_t>(outcome)] = count;
    made.counts.due += count;
  }
  return made;
}

TEST(LoadVerdict, ServerErrorsFailNothing) {
  LoadReply all = reply({{Outcome::ok, 1000}, {Outcome::reset, 3}});
  all.counts.statuses = {{503, 1000}};
  const Verdict verdict = load_verdict(all);
  EXPECT_EQ(verdict.kind, Verdict::Kind::pass);
  EXPECT_EQ(verdict.summary, "1,000 of 1,003 requests were answered, 1,000 of them with a 5xx");
}

TEST(LoadVerdict, ALateGeneratorIsNoResult) {
  LoadReply late = reply({{Outcome::ok, 10}});
  late.generator.why = {"it sent 20ms too late", "its threads were saturated"};
  const Verdict verdict = load_verdict(late);
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive);
  EXPECT_EQ(verdict.summary,
            "10 of 10 requests were answered, but the load generator itself was the limit");
}

TEST(LoadVerdict, NothingAnsweredIsNoPass) {
  EXPECT_EQ(load_verdict({}).kind, Verdict::Kind::inconclusive);
  EXPECT_EQ(load_verdict({}).summary, "nothing was sent");
  LoadReply none = reply({{Outcome::tls_error, 7}, {Outcome::reset, 1}});
  none.counts.dropped = 2;
  none.counts.due += 2;
  const Verdict verdict = load_verdict(none);
  EXPECT_EQ(verdict.kind, Verdict::Kind::inconclusive);
  EXPECT_EQ(verdict.summary, "none of 10 requests was answered: 7 TLS error, 1 reset, 2 dropped");
  ASSERT_EQ(verdict.notes.size(), 1u);
}

TEST(LoadVerdict, OnlyWhatNeverGotThereIsAbsence) {
  EXPECT_EQ(absent(reply({{Outcome::refused, 5}, {Outcome::connect_timeout, 9}}).counts),
            Outcome::connect_timeout);
  EXPECT_EQ(absent(reply({{Outcome::refused, 5}, {Outcome::ok, 1}}).counts), std::nullopt);
  EXPECT_EQ(absent(reply({{Outcome::refused, 5}, {Outcome::tls_error, 1}}).counts), std::nullopt);
  EXPECT_EQ(absent({}), std::nullopt);
  LoadReply unfinished = reply({{Outcome::refused, 5}});
  unfinished.counts.unfinished = 3;
  unfinished.counts.due += 3;
  EXPECT_EQ(absent(unfinished.counts), Outcome::refused);
}

TEST(LoadVerdict, WhatIsCutShortSaysWhen) {
  Evidence evidence;
  EXPECT_EQ(cut_short(evidence), "");
  evidence.load.emplace().lasted = std::chrono::seconds(3);
  evidence.end = End::interrupted;
  EXPECT_EQ(cut_short(evidence), "interrupted after 3s of measuring");
  evidence.end = End::out_of_time;
  EXPECT_EQ(cut_short(evidence), "--max-time was over after 3s of measuring");
}

}  // namespace
}  // namespace ingress_check
