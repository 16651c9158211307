// JUnit against what its readers want: the schema, and GitLab's rules about names and texts.
#include <gtest/gtest.h>
#include <libxml/xmlschemas.h>

#include <pugixml.hpp>
#include <set>

#include "reports/compared_report_test.h"
#include "reports/format.h"

namespace ingress_check {
namespace {

std::string junit(const Report& report) { return find_format("junit")->render(report, {}); }

/// 0: valid.
int mistakes(const std::string& xml) {
  xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(SOURCE_DIR "/reports/machine/junit.xsd");
  xmlSchemaPtr schema = xmlSchemaParse(parser);
  xmlSchemaFreeParserCtxt(parser);
  if (!schema) return -1;
  xmlSchemaValidCtxtPtr validity = xmlSchemaNewValidCtxt(schema);
  xmlDocPtr document = xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "junit.xml", nullptr,
                                     XML_PARSE_NONET);
  const int wrong = document ? xmlSchemaValidateDoc(validity, document) : -1;
  xmlFreeDoc(document);
  xmlSchemaFreeValidCtxt(validity);
  xmlSchemaFree(schema);
  return wrong;
}

pugi::xml_document parsed(const std::string& xml) {
  pugi::xml_document document;
  document.load_string(xml.c_str());
  return document;
}

std::vector<pugi::xml_node> cases(const pugi::xml_document& document) {
  std::vector<pugi::xml_node> all;
  for (const auto suite : document.child("testsuites").children("testsuite"))
    for (const auto test : suite.children("testcase")) all.push_back(test);
  return all;
}

TEST(Junit, FitsTheSchema) { EXPECT_EQ(mistakes(junit(fixed_report())), 0); }

TEST(Junit, AComparisonIsASuiteWhereSomebodyAsks) {
  Report report = compared_report();
  const std::string told = junit(report);
  EXPECT_EQ(mistakes(told), 0);
  EXPECT_NE(told.find("name=\"comparison\""), told.npos);
  EXPECT_NE(told.find("speed: latency, calm"), told.npos);
  report.comparison->of_results = true;
  const auto suites = parsed(junit(report)).child("testsuites").children("testsuite");
  EXPECT_EQ(std::distance(suites.begin(), suites.end()), 1) << "results were judged when they ran";
  report.comparison->of_results = false;
  report.policy.fail_on = {};
  EXPECT_EQ(junit(report).find("name=\"comparison\""), std::string::npos);
}

TEST(Junit, TheSchemaNoticesWhatReadersWouldNot) {
  std::string xml = junit(fixed_report());
  const auto swap = [&](std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return text.replace(at, from.size(), to);
  };
  EXPECT_NE(mistakes(swap(xml, "classname=", "class=")), 0);
  EXPECT_NE(mistakes(swap(xml, "name=\"mtls\"", "name=\"origin\"")), 0) << "a name taken twice";
  EXPECT_NE(mistakes(swap(xml, "type=\"skipped\"", "type=\"\"")), 0);
}

TEST(Junit, EachStandingHasItsElement) {
  const auto document = parsed(junit(fixed_report()));
  const char* expected[] = {"system-out", "failure", "skipped", "skipped", "skipped",
                            "skipped",    "failure", "error",   "failure"};
  const auto all = cases(document);
  ASSERT_EQ(all.size(), std::size(expected));
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_STREQ(all[i].first_child().name(), expected[i]) << all[i].attribute("name").value();
}

TEST(Junit, CountsAreThoseOfTheElements) {
  const auto document = parsed(junit(fixed_report()));
  for (const auto suite : document.child("testsuites").children("testsuite")) {
    int failures = 0, errors = 0, skipped = 0, tests = 0;
    for (const auto test : suite.children("testcase")) {
      ++tests;
      failures += test.child("failure") ? 1 : 0;
      errors += test.child("error") ? 1 : 0;
      skipped += test.child("skipped") ? 1 : 0;
    }
    EXPECT_EQ(suite.attribute("tests").as_int(), tests);
    EXPECT_EQ(suite.attribute("failures").as_int(), failures);
    EXPECT_EQ(suite.attribute("errors").as_int(), errors);
    EXPECT_EQ(suite.attribute("skipped").as_int(), skipped);
  }
}

TEST(Junit, WhatThePolicyCountsAsFailureIsOne) {
  Report report = fixed_report();
  report.policy = {true, true};
  const auto document = parsed(junit(report));
  for (const auto test : cases(document))
    for (const auto* name : {"mtls", "origin"})
      if (test.attribute("name").value() == std::string(name)) {
        EXPECT_TRUE(test.child("failure")) << name;
      }
}

TEST(Junit, NamesHoldNothingMeasured) {
  Report later = fixed_report();
  later.run_id = "ba9876543210";
  later.seed = 8;
  for (auto& scenario : later.scenarios) {
    for (auto& target : scenario.targets)
      target.url = "http://elsewhere:81", target.address = "::1";
    for (auto& check : scenario.checks) check.verdict.summary = "other", ++check.sent;
  }
  const auto one = parsed(junit(fixed_report())), two = parsed(junit(later));
  const auto first = cases(one), second = cases(two);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_STREQ(first[i].attribute("name").value(), second[i].attribute("name").value());
    EXPECT_STREQ(first[i].attribute("classname").value(), second[i].attribute("classname").value());
  }
}

TEST(Junit, ScenariosOfOneNameAreToldApart) {
  Report report = fixed_report();
  report.scenarios.push_back(report.scenarios.front());
  const std::string xml = junit(report);
  EXPECT_EQ(mistakes(xml), 0);
  std::set<std::string> names;
  const auto document = parsed(xml);
  for (const auto test : cases(document))
    EXPECT_TRUE(names
                    .insert(std::string(test.attribute("classname").value()) + "\n" +
                            test.attribute("name").value())
                    .second);
}

TEST(Junit, AFailureTellsWhatTheConsoleTells) {
  const auto document = parsed(junit(fixed_report()));
  const std::string text = cases(document)[1].child("failure").text().get();
  for (const auto* part : {"shop.yaml:8:34", "expected  service app2", "curl -sv", "mend"})
    EXPECT_NE(text.find(part), text.npos) << part;
}

}  // namespace
}  // namespace ingress_check
