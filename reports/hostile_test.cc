// Text of a hostile server in every place that a report shows.
#include <gtest/gtest.h>
#include <libxml/parser.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/compared_report_test.h"
#include "reports/format.h"
#include "scenarios/utf8.h"

namespace ingress_check {
namespace {

const std::string hostile =
    "</script><script>alert(1)</script>\"'> ]]> --> | `x` @everyone \x1b]0;owned\x07 \x9b"
    "31m \xe2\x80\xae reversed \xff\xc0\xaf \xef\xbf\xbe \r\n::error::injected\n# EOF\n{{{raw}}}";

void plant(Exchange& exchange) {
  for (auto* text : {&exchange.address, &exchange.detail, &exchange.reason, &exchange.body,
                     &exchange.who.service, &exchange.who.pod})
    *text = hostile;
  exchange.headers.add(hostile, hostile);
  exchange.tls = TlsFacts{};
  exchange.tls->chain.emplace_back().subject = hostile;
}

void plant(CheckReport& check) {
  for (auto* text : {&check.name, &check.target, &check.skip_reason, &check.verdict.summary})
    *text += hostile;
  check.cell = {{hostile, hostile}};
  check.place.file = hostile;
  Verdict& verdict = check.verdict;
  verdict.shown = verdict.not_shown = verdict.notes = {hostile};
  verdict.traits = {{hostile, hostile}};
  verdict.figures.push_back({hostile, 1});
  verdict.diagnoses = {{hostile, hostile, hostile, hostile, hostile}};
  for (auto& finding : verdict.findings) {
    finding.subject = finding.expected = finding.actual = hostile;
    finding.place = {hostile, 2, 1, 3};
    if (finding.exchange) plant(*finding.exchange);
  }
  for (auto& line : check.reproduce) line = hostile;
  for (auto& load : check.loads) {
    load.name = hostile;
    load.reply.protocol = load.reply.breaker = hostile;
    load.reply.addresses = load.reply.generator.why = {hostile};
    for (auto& pod : load.reply.pods) pod.service = pod.pod = hostile;
  }
}

void plant(Comparison& comparison) {
  for (auto& side : comparison.sides)
    side.label = side.controller = side.result = side.version = side.run_id = hostile;
  for (auto& row : comparison.behaviour) {
    row.scenario = row.check = row.key = row.meaning = hostile;
    for (auto& cell : row.cells) cell.value = cell.said = hostile;
  }
  for (auto& row : comparison.speed) row.scenario = row.check = row.phase = row.said = hostile;
  for (auto& one : comparison.lone) one.scenario = one.check = hostile;
  for (auto& one : comparison.refused) one.what = one.why = hostile;
}

Report hostile_report() {
  Report report = fixed_report();
  const Report compared = compared_report();
  report.scenarios.push_back(compared.scenarios[0]);
  report.comparison = compared.comparison;
  for (auto& row : report.comparison->speed)
    for (auto* at : {&row.baseline, &row.other})
      if (*at) (*at)->scenario += 2;
  plant(*report.comparison);
  report.version = report.run_id = report.command_line = hostile;
  for (auto& scenario : report.scenarios) {
    scenario.file = scenario.name = scenario.about = hostile;
    scenario.source = "a\n" + hostile;
    scenario.error = Error{hostile, hostile, {hostile, 2, 1, 3}, false};
    for (auto& target : scenario.targets) {
      target.name = target.url = target.address = target.controller = hostile;
      target.because = {hostile};
    }
    for (auto& check : scenario.checks) plant(check);
  }
  return report;
}

std::string rendered(const char* format) {
  return find_format(format)->render(hostile_report(), {});
}

/// JSON escapes what a terminal would obey, except that it leaves marks of direction as they are.
TEST(Hostile, NoFormatWritesControlCharactersOrBrokenUtf8) {
  for (const auto* format : all_formats()) {
    const std::string text = format->render(hostile_report(), {});
    for (std::string_view rest = text; !rest.empty();) {
      const Character next = first_character(rest);
      ASSERT_TRUE(next.valid) << format->name << " at " << rest.substr(0, 40);
      const bool mark = next.code == 0xFEFF || next.code == 0xFFFE || next.code == 0x202E;
      const bool json = format->name == "json" && mark;
      ASSERT_TRUE(next.code == '\n' || json || (!is_control(next.code) && next.code != 0x202E))
          << format->name << " at " << rest.substr(0, 40);
      rest.remove_prefix(next.bytes);
    }
  }
}

/// A comparison of stored results is all that is shown of them.
TEST(Hostile, NorWhereResultsAreCompared) {
  Report report = hostile_report();
  report.comparison->of_results = true;
  for (const auto* name : {"console", "markdown", "html", "junit"}) {
    const std::string text = find_format(name)->render(report, {});
    EXPECT_EQ(text.find('\x1b'), text.npos) << name;
    EXPECT_EQ(text.find("\xe2\x80\xae"), text.npos) << name;
  }
  EXPECT_EQ(find_format("console")->render(report, {}).find("\n::error"), std::string::npos);
  EXPECT_EQ(find_format("html")->render(report, {}).find("<script"), std::string::npos);
}

TEST(Hostile, XmlAndJsonStayWhole) {
  const std::string xml = rendered("junit");
  xmlDocPtr document = xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "junit.xml", nullptr,
                                     XML_PARSE_NONET);
  EXPECT_NE(document, nullptr);
  xmlFreeDoc(document);
  EXPECT_TRUE(nlohmann::json::accept(rendered("json")));
}

TEST(Hostile, NoLineOfOpenMetricsOrALogIsTheServers) {
  const std::string metrics = rendered("openmetrics");
  EXPECT_EQ(metrics.find("\n# EOF"), metrics.size() - 7);
  for (const auto* format : {"hgrm", "hlog"})
    EXPECT_EQ(rendered(format).find("\n::error"), std::string::npos) << format;
}

}  // namespace
}  // namespace ingress_check
