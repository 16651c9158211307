#include "reports/chart.h"

#include <gtest/gtest.h>
#include <libxml/parser.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ingress_check {
namespace {

bool well_formed(const std::string& xml) {
  xmlDocPtr document =
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "c.svg", nullptr, XML_PARSE_NONET);
  const bool good = document != nullptr;
  xmlFreeDoc(document);
  return good;
}

Chart chart_of(std::vector<Point> points) {
  return {"Title", "What it shows", {.from = 0}, {{{.from = 0}, {{"one", std::move(points)}}}}, {}};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Chart, DrawsItsPointsToScale) {
  const std::string text = svg(chart_of({{0, 0}, {5, 5}, {10, 10}}));
  EXPECT_NE(text.find("d=\"M58 217L234 122L410 27\""), text.npos) << text;
  EXPECT_TRUE(well_formed(text));
}

TEST(Chart, AGapBreaksTheLineAndAPointAloneIsADot) {
  const double gap = std::nan("");
  const std::string text =
      svg(chart_of({{0, 1}, {1, 1}, {2, gap}, {3, 1}, {4, gap}, {5, 1}, {6, 1}}));
  EXPECT_EQ(count(text, "<circle"), 1u);
  EXPECT_NE(text.find("M58 "), text.npos);
  EXPECT_EQ(text.find("nan"), text.npos);
  EXPECT_TRUE(well_formed(text));
}

TEST(Chart, NeedsNoStyleSheetScriptOrNetwork) {
  const std::string text = svg(chart_of({{0, 1}, {1, 2}}));
  for (const auto* foreign : {"<style", "style=", "class=", "<script", "href", "url("})
    EXPECT_EQ(text.find(foreign), text.npos) << foreign;
}

TEST(Chart, TellsWhoCannotSeeIt) {
  const std::string text = svg(chart_of({{0, 1}}));
  EXPECT_NE(text.find("role=\"img\""), text.npos);
  EXPECT_NE(text.find("aria-label=\"Title. What it shows\""), text.npos);
  EXPECT_NE(text.find("<desc>What it shows</desc>"), text.npos);
}

TEST(Chart, NamesMayBeAnything) {
  const std::string evil = "\"><script>alert(1)</script>\x1b[31m\xff";
  Chart chart = chart_of({{0, 1}, {1, 2}});
  chart.title = chart.description = chart.panels[0].series[0].name = chart.x.title = evil;
  chart.bands = {{0, 1, evil}};
  const std::string text = svg(chart) + svg(Bars{evil, evil, {{evil, 0.5, evil}}, 0.5});
  EXPECT_EQ(text.find("<script"), text.npos);
  EXPECT_EQ(text.find('\x1b'), text.npos);
  EXPECT_TRUE(well_formed("<a>" + text + "</a>"));
}

TEST(Chart, OfNothingIsAChart) {
  EXPECT_TRUE(well_formed(svg(Chart{})));
  EXPECT_TRUE(well_formed(svg(chart_of({}))));
  EXPECT_TRUE(well_formed(svg(Bars{})));
}

TEST(Thinned, KeepsEverySpike) {
  std::vector<Point> points;
  for (int i = 0; i < 100'000; ++i)
    points.push_back({static_cast<double>(i), i == 77'777 ? 9.0 : 1.0});
  const auto few = thinned(points, 600);
  EXPECT_LE(few.size(), 600u);
  EXPECT_TRUE(std::ranges::any_of(few, [](const Point& p) { return p.y == 9; }));
  EXPECT_TRUE(std::ranges::is_sorted(few, {}, [](const Point& p) { return p.x; }));
}

TEST(Bars, EndAtTheirShares) {
  const std::string text = svg(Bars{"Pods", "", {{"a", 0.5, "50%"}, {"b", 0.25, "25%"}}, 0.5});
  EXPECT_NE(text.find("d=\"M150 20H358V35H150Z\""), text.npos) << text;
  EXPECT_NE(text.find("d=\"M150 42H254V57H150Z\""), text.npos) << text;
}

}  // namespace
}  // namespace ingress_check
