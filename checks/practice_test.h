// For the tests of checks: parameters as a user would type them, and a target of a simulated
// ingress.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "checks/examine.h"
#include "checks/fake_ingress.h"
#include "scenarios/yaml.h"

namespace ingress_check::practice {

/// Decodes what would stand under the check's name; a mistake fails the test.
inline Params params(const Check& check, const std::string& yaml) {
  const auto node = read_yaml(yaml, "test.yaml");
  if (!node) {
    for (const auto& error : node.error()) ADD_FAILURE() << show(error, yaml);
    return {};
  }
  Errors errors;
  auto decoded = decode(*node, check.words.fields, check.words.rules, {}, errors);
  if (errors.empty() && check.words.review) check.words.review(decoded, errors);
  for (const auto& error : errors) ADD_FAILURE() << show(error, yaml);
  return decoded;
}

/// The mistakes that decoding and review find.
inline Errors mistakes(const Check& check, const std::string& yaml) {
  const auto node = read_yaml(yaml, "test.yaml");
  if (!node) return node.error();
  Errors errors;
  const auto decoded = decode(*node, check.words.fields, check.words.rules, {}, errors);
  if (errors.empty() && check.words.review) check.words.review(decoded, errors);
  return errors;
}

inline Url url(const std::string& text) {
  const auto parsed = parse_url(text);
  if (!parsed) ADD_FAILURE() << parsed.error().what;
  return parsed.value_or(Url{});
}

/// A target of ingress-nginx whose pods name themselves.
inline Subject subject(const std::string& at = "http://frieza.dev") {
  Subject subject;
  subject.target.url = url(at);
  subject.target.answered_by.any.preset = "echo";
  subject.target.answered_by.any.pod_header = "X-Echo-Pod";
  subject.controller = *find_profile("ingress-nginx@1.x");
  return subject;
}

/// app1 and app2 on frieza.dev, as the hands-on has them.
inline FakeConfig two_apps() {
  FakeConfig config;
  config.rules.hosts = {
      {"frieza.dev",
       {{"/app1", FakePathType::prefix, "app1"}, {"/app2", FakePathType::prefix, "app2"}}}};
  config.rules.services = {{"app1", {"app1-a", "app1-b"}}, {"app2", {"app2-a", "app2-b"}}};
  return config;
}

inline Examination examine(const Check& check, const std::string& yaml, const Subject& subject,
                           const FakeConfig& config) {
  FakeIngress ingress(config);
  Watch watch;
  auto done = ingress_check::examine(check, params(check, yaml), subject, ingress, watch);
  if (!done) {
    ADD_FAILURE() << done.error().what;
    return {};
  }
  return std::move(*done);
}

/// A verdict in words, for the message of a test that fails.
inline std::string told(const Verdict& verdict) {
  std::string text = to_string(verdict.kind) + ": " + verdict.summary;
  for (const auto& finding : verdict.findings)
    text += "\n  expected " + finding.expected + ", got " + finding.actual;
  for (const auto& diagnosis : verdict.diagnoses)
    text += "\n  " + diagnosis.cause + ": " + diagnosis.text;
  for (const auto& line : verdict.notes) text += "\n  note: " + line;
  return text;
}

}  // namespace ingress_check::practice
