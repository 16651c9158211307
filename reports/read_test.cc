// A stored result read back: every format must render it as it rendered the report itself.
#include "reports/machine/json/read.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/compared_report_test.h"
#include "reports/format.h"

namespace ingress_check {
namespace {

using nlohmann::ordered_json;

std::string stored(const Report& report) { return find_format("json")->render(report, {}); }

void expect_round_trip(const Report& report) {
  const auto back = read_result(stored(report));
  ASSERT_TRUE(back) << back.error().what;
  for (const auto* format : all_formats()) {
    RenderOptions options;
    options.verbose = true;
    EXPECT_TRUE(format->render(*back, options) == format->render(report, options)) << format->name;
  }
}

/// What the reader says of the fixed result after a change.
std::string mistake(const std::function<void(ordered_json&)>& change) {
  ordered_json document = ordered_json::parse(stored(fixed_report()));
  change(document);
  const auto back = read_result(document.dump());
  return back ? "" : back.error().what;
}

TEST(ReadResult, IsTheInverseOfTheFormat) {
  Report load = load_report();
  load.scenarios[0].checks[0].loads[0].reply.withheld = {"203.0.113.7:80"};
  expect_round_trip(load);
  Report report = fixed_report();
  // JSON has U+FFFD where a server's bytes were no UTF-8.
  report.scenarios[0].checks[1].verdict.findings[0].exchange->body = "<b>\x1b[31m & more";
  expect_round_trip(report);
  report.interrupted = 2;
  report.policy = {true, true};
  report.scenarios[0].error = Error{"what", "hint", {"shop.yaml", 1, 2, 3}, true};
  report.scenarios[0].checks[1].expected_to_fail = "known";
  report.scenarios[0].checks[1].verdict.findings[0].exchange->outcome = Outcome::reset;
  expect_round_trip(report);
  expect_round_trip(compared_report());
}

TEST(ReadResult, AComparisonPointsIntoItsResult) {
  const std::string whole = stored(compared_report());
  const auto said = [&](const char* pointer, const ordered_json& value) {
    ordered_json document = ordered_json::parse(whole);
    auto& place = document[ordered_json::json_pointer(pointer)];
    EXPECT_FALSE(place.is_null()) << pointer;
    place = value;
    const auto back = read_result(document.dump());
    return back ? "" : back.error().what;
  };
  EXPECT_EQ(said("/comparison/speed/0/other/load", 7),
            "the result is damaged: comparison.speed[0].other.load is beyond the end");
  EXPECT_NE(said("/comparison/speed/0/other/scenario", 7), "");
  EXPECT_NE(said("/comparison/speed/0/side", 2), "");
  EXPECT_NE(said("/comparison/speed/0/pace", "faster"), "") << "the shifts say slower";
  EXPECT_NE(said("/comparison/sides/1/against", 2), "");
  EXPECT_NE(said("/comparison/behaviour/0/cells", ordered_json::array()), "");
  EXPECT_NE(said("/comparison/behaviour/0/cells/1/likeness", "lost"), "") << "nor does the verdict";
  EXPECT_NE(said("/comparison/verdict", "all well"), "");
}

/// As SurvivesAnyValueAnywhere, for what a comparison adds.
TEST(ReadResult, AComparisonMayHoldAnything) {
  ordered_json small = ordered_json::parse(stored(compared_report()));
  // Histograms are slow to read, and not what is tried here.
  for (auto& check : small["scenarios"][0]["checks"]) check.erase("loads");
  for (auto& row : small["comparison"]["speed"]) row.erase("baseline");
  ASSERT_TRUE(read_result(small.dump()));
  const ordered_json flat = small["comparison"].flatten();
  int refused = 0;
  for (const auto& [pointer, value] : flat.items())
    for (const ordered_json& other : {ordered_json(), ordered_json(-1), ordered_json("x"),
                                      ordered_json::array({1}), ordered_json(1e300)}) {
      ordered_json document = small;
      document["comparison"][ordered_json::json_pointer(pointer)] = other;
      const auto back = read_result(document.dump());
      if (!back)
        ++refused;
      else
        for (const auto* name : {"console", "html"}) find_format(name)->render(*back, {});
    }
  EXPECT_GT(refused, 300);
}

TEST(ReadResult, SaysWhatIsNotAResult) {
  const auto said = [](const char* text) { return read_result(text).error().what; };
  EXPECT_EQ(said(""), "this is no JSON");
  EXPECT_EQ(said("{\"schema\": \"ingress-check/result/1\""), "this is no JSON");
  EXPECT_EQ(said("[1]"), "this is no result of ingress-check");
  EXPECT_EQ(said("null"), "this is no result of ingress-check");
  EXPECT_EQ(said("{\"schema\": 1}"), "this is no result of ingress-check");
  EXPECT_EQ(said("{\"schema\": \"ingress-check/result/2\"}"),
            "a result of schema ingress-check/result/2 cannot be read");
  EXPECT_EQ(said("{\"schema\": \"ingress-check/result/1\"}"),
            "the result is damaged: the document has no version");
}

TEST(ReadResult, SaysWhereItIsDamaged) {
  EXPECT_EQ(mistake([](auto& all) { all["scenarios"][0]["checks"][1]["took_us"] = -1; }),
            "the result is damaged: scenarios[0].checks[1].took_us is no whole number from 0 on");
  EXPECT_EQ(mistake([](auto& all) { all["scenarios"][1]["targets"][0].erase("url"); }),
            "the result is damaged: scenarios[1].targets[0] has no url");
  EXPECT_EQ(mistake([](auto& all) { all["started"] = "2026-02-30T00:00:00.000Z"; }),
            "the result is damaged: started is no time");
  EXPECT_EQ(mistake([](auto& all) { all["started"] = "2150-01-01T00:00:00.000Z"; }),
            "the result is damaged: started is not between 1970 and 2100");
  EXPECT_EQ(mistake([](auto& all) { all["took_us"] = 1ull << 60; }),
            "the result is damaged: took_us is longer than a year");
  EXPECT_EQ(mistake([](auto& all) { all["scenarios"] = 7; }),
            "the result is damaged: scenarios is no list");
}

TEST(ReadResult, AVerdictMustFollowFromTheRest) {
  EXPECT_EQ(
      mistake([](auto& all) { all["scenarios"][0]["checks"][1]["outcome"] = "expected-fail"; }),
      "the result is damaged: scenarios[0].checks[1].outcome is expected-fail, which the rest "
      "of the check contradicts");
  EXPECT_NE(mistake([](auto& all) { all["scenarios"][0]["checks"][1]["outcome"] = "splendid"; }),
            "");
}

TEST(ReadResult, HistogramsAreThisProgramsOwn) {
  const auto load = [](auto& all) -> auto& { return all["scenarios"][1]["checks"][0]["loads"][0]; };
  EXPECT_NE(mistake([&](auto& all) { load(all)["response"]["histogram"] = "HISTFAAAA"; }), "");
  EXPECT_NE(mistake([&](auto& all) {
              load(all)["response"]["histogram"] = load(all)["seconds"][0]["response"];
            }),
            "")
      << "other buckets";
  EXPECT_NE(mistake([&](auto& all) { load(all)["response"]["max_us"] = 1; }), "");
  EXPECT_NE(mistake([&](auto& all) { load(all)["counts"]["due"] = 4; }), "");
  EXPECT_NE(mistake([&](auto& all) { load(all)["slice_us"] = 0; }), "");
}

/// Every value of the document in turn becomes one of another kind: it is refused or it does not
/// matter, and rendering what was accepted is safe.
TEST(ReadResult, SurvivesAnyValueAnywhere) {
  ordered_json small = ordered_json::parse(stored(sample_report()));
  const ordered_json flat = small.flatten();
  int refused = 0;
  for (const auto& [pointer, value] : flat.items())
    for (const ordered_json& other :
         {ordered_json(), ordered_json(-1), ordered_json("x"), ordered_json::array({1}),
          ordered_json::object({{"a", 1}}), ordered_json(1e300), ordered_json(true)}) {
      ordered_json changed = small;
      changed[ordered_json::json_pointer(pointer)] = other;
      const auto back = read_result(changed.dump());
      if (!back)
        ++refused;
      else
        for (const auto* format : all_formats()) format->render(*back, {});
    }
  EXPECT_GT(refused, 500);
}

TEST(ReadResult, SurvivesDeepNesting) {
  const std::string deep(200'000, '[');
  EXPECT_FALSE(read_result(deep));
  EXPECT_FALSE(read_result("{\"schema\": \"ingress-check/result/1\", \"scenarios\": " + deep +
                           std::string(200'000, ']') + "}"));
}

}  // namespace
}  // namespace ingress_check
