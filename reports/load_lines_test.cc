#include "reports/load_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "reports/load_sample_test.h"

namespace ingress_check {
namespace {

std::string rendered(const Report& report, bool verbose = true) {
  RenderOptions options;
  options.verbose = verbose;
  return find_format("console")->render(report, options);
}

std::string table(const LoadReply& reply) { return load_table("load", {"load", reply}, false, {}); }

TEST(LoadLines, LookAsTheirGoldenFile) {
  const std::string text = rendered(load_report());
  const std::string path = SOURCE_DIR "/reports/human/console_load.golden";
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(path) << text;
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, golden.str());
}

TEST(LoadLines, FitIntoHundredColumns) {
  std::istringstream lines(rendered(load_report()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST(LoadLines, LetNoControlCharacterOfAServerThrough) {
  Report report = load_report();
  LoadReply& reply = report.scenarios[0].checks[0].loads[0].reply;
  reply.protocol = reply.breaker = "\x1b[2J";
  reply.addresses = reply.withheld = reply.generator.why = {"\x1b[2J"};
  EXPECT_EQ(rendered(report).find('\x1b'), std::string::npos);
}

TEST(LoadLines, EveryRequestHasItsPlace) {
  LoadReply reply;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    reply.counts.outcomes[i] = i + 1;
    reply.counts.due += i + 1;
  }
  reply.counts.dropped = 1000;
  reply.counts.unfinished = 2000;
  reply.counts.due += 3000;
  const std::string text = table(reply);
  for (std::size_t i = 1; i < outcome_count; ++i)
    EXPECT_NE(text.find(std::to_string(i + 1) + " " + to_string(static_cast<Outcome>(i))),
              std::string::npos)
        << text;
  EXPECT_NE(text.find("3,078 due: 1 answered"), std::string::npos) << text;
  EXPECT_NE(text.find("1,000 dropped"), std::string::npos) << text;
  EXPECT_NE(text.find("2,000 unfinished"), std::string::npos) << text;
}

TEST(LoadLines, StatusesAddUpHoweverManyThereAre) {
  LoadReply reply;
  for (int status = 200; status < 260; ++status) reply.counts.statuses[status] = 2;
  reply.counts.outcomes[0] = reply.counts.due = 120;
  EXPECT_NE(table(reply).find("others: 80"), std::string::npos) << table(reply);
}

TEST(LoadLines, APercentileThatFewValuesDoNotShowIsLeftOpen) {
  LoadReply reply;
  for (int i = 0; i < 99; ++i) reply.connect.record(50'000);
  EXPECT_NE(table(reply).find("50.0us   50.0us        -        -   50.0us"), std::string::npos)
      << table(reply);
  reply.connect.record(50'000);
  EXPECT_NE(table(reply).find("50.0us   50.0us   50.0us        -   50.0us"), std::string::npos)
      << table(reply);
}

TEST(LoadLines, AnswersThatNameNobodyHaveNoShares) {
  LoadReply reply;
  reply.pods.resize(1);
  reply.pods[0].answered = 5;
  EXPECT_EQ(table(reply).find("pods"), std::string::npos);
  reply.pods.resize(2);
  reply.pods[1].pod = "a";
  reply.pods[1].answered = 15;
  const std::string text = table(reply);
  ASSERT_NE(text.find("75.0%         15  a"), std::string::npos) << text;
  EXPECT_GT(text.find("25.0%          5  unnamed"), text.find("75.0%")) << text;
}

TEST(LoadLines, APassIsShortUnlessAskedFor) {
  const std::string text = rendered(load_report(), false);
  EXPECT_NE(text.find("response"), std::string::npos);
  EXPECT_EQ(text.find("send delay"), std::string::npos);
  Report open = load_report();
  open.scenarios[0].checks[0].verdict.kind = Verdict::Kind::inconclusive;
  open.scenarios[0].checks[0].loads[0].reply.generator.why = {"it was late by 20ms"};
  EXPECT_NE(rendered(open, false).find("DOUBTFUL  it was late by 20ms"), std::string::npos);
}

TEST(LoadLines, AnAddressThatNobodyAllowedIsNamed) {
  Report report = load_report();
  auto& check = report.scenarios[0].checks[0];
  EXPECT_EQ(rendered(report, true).find("withheld"), std::string::npos);
  check.loads[0].reply.withheld = {"203.0.113.7:80"};
  EXPECT_NE(rendered(report, true).find("withheld  203.0.113.7:80: in the name's answer, but not"),
            std::string::npos)
      << rendered(report, true);
}

TEST(LoadLines, FiguresHaveThreeDigits) {
  EXPECT_EQ(brief_time(0), "0ns");
  EXPECT_EQ(brief_time(300), "300ns");
  EXPECT_EQ(brief_time(999.6), "1.00us");
  EXPECT_EQ(brief_time(9'996), "10.0us");
  EXPECT_EQ(brief_time(999'600), "1.00ms");
  EXPECT_EQ(brief_time(1'234'000'000), "1.23s");
  EXPECT_EQ(brief_time(3.6e12), "3600s");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(brief_size(999), "999B");
  EXPECT_EQ(brief_size(1'100'000), "1.1MB");
  EXPECT_EQ(brief_size(999'600), "1.0MB");
  EXPECT_EQ(brief_size(5'000'000'000'000), "5.0TB");
  EXPECT_EQ(brief_rate(2.5), "2.5/s");
  EXPECT_EQ(brief_rate(500), "500/s");
  EXPECT_EQ(brief_rate(999.7), "999.7/s");
  EXPECT_EQ(brief_rate(999.96), "1,000/s");
}

}  // namespace
}  // namespace ingress_check
