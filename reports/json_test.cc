#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "harness/histogram_codec.h"
#include "reports/compared_report_test.h"
#include "reports/format.h"

namespace ingress_check {
namespace {

using nlohmann::json;

std::string mistakes(const json& document) {
  const json text = json::parse(std::ifstream(SOURCE_DIR "/reports/result.schema.json"));
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::ValidationResults results;
  valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document),
                                 &results);
  std::string out;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const auto& step : error.context) out += step;
    out += ": " + error.description + "\n";
  }
  return out;
}

json rendered(const Report& report) { return json::parse(find_format("json")->render(report, {})); }

TEST(Json, AComparisonFitsItsSchema) {
  json document = rendered(compared_report());
  EXPECT_EQ(mistakes(document), "");
  EXPECT_EQ(document["comparison"]["tally"]["lost"], 1);
  document["comparison"]["behaviour"][0]["cells"][1]["likeness"] = "alike";
  EXPECT_NE(mistakes(document), "");
}

TEST(Json, FitsItsSchema) { EXPECT_EQ(mistakes(rendered(sample_report())), ""); }

TEST(Json, TheSchemaNoticesWhatIsMissingOrMisspelt) {
  json document = rendered(sample_report());
  document["scenarios"][0]["checks"][0].erase("outcome");
  EXPECT_NE(mistakes(document), "");
  document = rendered(sample_report());
  document["scenarios"][0]["checks"][0]["verdict"] = "pass";
  EXPECT_NE(mistakes(document), "");
}

TEST(Json, SurvivesBytesThatAreNotUtf8) {
  Report report = sample_report();
  report.scenarios[0].checks[1].verdict.findings[0].exchange->body = "\xff\xfe\x00binary";
  EXPECT_EQ(mistakes(rendered(report)), "");
}

TEST(Json, SaysHowEachCheckCounts) {
  const json document = rendered(sample_report());
  const auto& checks = document["scenarios"][0]["checks"];
  ASSERT_EQ(checks.size(), 6u);
  EXPECT_EQ(checks[0]["outcome"], "pass");
  EXPECT_EQ(checks[1]["outcome"], "fail");
  EXPECT_EQ(checks[2]["outcome"], "expected-fail");
  EXPECT_EQ(checks[3]["outcome"], "not-supported");
  EXPECT_EQ(checks[4]["outcome"], "skipped");
  EXPECT_EQ(checks[5]["outcome"], "inconclusive");
}

json rendered_load() { return rendered(load_report())["scenarios"][0]["checks"][0]["loads"][0]; }

TEST(Json, ALoadFitsTheSchemaToo) {
  Report report = load_report();
  report.scenarios[0].checks[0].loads[0].reply.withheld = {"203.0.113.7:80"};
  json document = rendered(report);
  EXPECT_EQ(mistakes(document), "");
  json& load = document["scenarios"][0]["checks"][0]["loads"][0];
  load["response"]["p99_us"] = "fast";
  EXPECT_NE(mistakes(document), "");
  load["response"].erase("p99_us");
  EXPECT_NE(mistakes(document), "");
}

TEST(Json, LatenciesKeepTheirNanoseconds) {
  const json load = rendered_load();
  EXPECT_EQ(load["send_delay"]["min_us"], 0.2);
  EXPECT_EQ(load["send_delay"]["p50_us"], 0.299) << "rounded to 3 digits, not to microseconds";
  EXPECT_EQ(load["send_delay"]["max_us"], 0.399);
  EXPECT_EQ(load["response"]["count"], 9997);
}

TEST(Json, HistogramsReadBack) {
  const json load = rendered_load();
  const LoadReply reply = sample_reply();
  const auto response = decode_histogram_base64(load["response"]["histogram"].get<std::string>());
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->total(), reply.response.total());
  EXPECT_EQ(response->percentile(99), reply.response.percentile(99));
  const auto second = decode_histogram_base64(load["seconds"][0]["response"].get<std::string>());
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->total(), 1u);
}

TEST(Json, WhatCountedNothingIsLeftOut) {
  const json load = rendered_load();
  EXPECT_FALSE(load.contains("tls"));
  EXPECT_FALSE(load.contains("tls_resumed"));
  EXPECT_FALSE(load.contains("breaker"));
  EXPECT_FALSE(load["seconds"][1].contains("response"));
  EXPECT_LT(load.dump().size(), 20'000u);
}

TEST(Json, CountsAddUp) {
  const json counts = rendered_load()["counts"];
  std::uint64_t sum =
      counts["dropped"].get<std::uint64_t>() + counts["unfinished"].get<std::uint64_t>();
  for (const auto& [name, count] : counts["outcomes"].items()) sum += count.get<std::uint64_t>();
  EXPECT_EQ(sum, counts["due"]);
  EXPECT_EQ(counts["outcomes"]["timeout"], 2);
  EXPECT_EQ(counts["statuses"]["503"], 48);
}

}  // namespace
}  // namespace ingress_check
