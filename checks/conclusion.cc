#include "checks/conclusion.h"

#include <fmt/format.h>

#include <utility>

namespace ingress_check {

namespace {

std::string sentence(const Finding& finding) {
  return fmt::format("{}: expected {}, got {}", finding.subject, finding.expected, finding.actual);
}

}  // namespace

void Conclusion::broke(Finding finding) {
  failed_ = true;
  if (first_broke_.empty()) first_broke_ = sentence(finding);
  verdict.findings.push_back(std::move(finding));
}

void Conclusion::undecided(Finding finding) {
  open_ = true;
  if (first_open_.empty()) first_open_ = sentence(finding);
  verdict.findings.push_back(std::move(finding));
}

bool Conclusion::blamed(std::string_view cause) const {
  for (const auto& diagnosis : verdict.diagnoses)
    if (diagnosis.cause == cause) return true;
  return false;
}

void Conclusion::blame(std::string_view cause, std::string text, std::string separates) {
  blame_with_fix(cause, std::move(text), check_.cause(cause).fix, std::move(separates));
}

void Conclusion::blame_with_fix(std::string_view cause, std::string text, std::string fix,
                                std::string separates) {
  if (blamed(cause)) return;
  const auto& known = check_.cause(cause);
  verdict.diagnoses.push_back(
      {known.id, std::move(text), std::move(fix), known.source, std::move(separates)});
}

std::string Conclusion::in_short() const {
  if (verdict.diagnoses.empty()) return first_broke_;
  auto means = check_.cause(verdict.diagnoses.front().cause).means;
  if (means.ends_with('.')) means.pop_back();
  return fmt::format("{}: {}", verdict.findings.front().subject, means);
}

Verdict Conclusion::decide(std::string passes) {
  if (failed_) {
    verdict.kind = Verdict::Kind::fail;
    if (verdict.summary.empty()) verdict.summary = in_short();
  } else if (open_) {
    verdict.kind = Verdict::Kind::inconclusive;
    if (verdict.summary.empty()) verdict.summary = first_open_;
  } else {
    verdict.kind = Verdict::Kind::pass;
    verdict.summary = std::move(passes);
  }
  return std::move(verdict);
}

Verdict nothing_judged(std::string summary, std::vector<std::string> not_shown) {
  Verdict verdict;
  verdict.kind = Verdict::Kind::inconclusive;
  verdict.summary = std::move(summary);
  verdict.not_shown = std::move(not_shown);
  return verdict;
}

}  // namespace ingress_check
