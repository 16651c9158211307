#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "reports/format.h"
#include "reports/sample_test.h"

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

}  // namespace
}  // namespace ingress_check
