#include "checks/routing/exchange/conclusion.h"

#include <fmt/format.h>

#include "checks/routing/exchange/causes.h"

namespace ingress_check::exchange {

namespace {

void collect(const Course& course, Shortfall::Kind kind, Verdict& verdict) {
  for (std::size_t i = 0; i < course.steps().size(); ++i)
    for (auto& finding : findings(course.done()[i].answers, kind)) {
      finding.subject = fmt::format("{}: {}", course.steps()[i].title(), finding.subject);
      verdict.findings.push_back(std::move(finding));
    }
}

void say_rest(const Course& course, Verdict& verdict) {
  for (std::size_t i = 0; i < course.steps().size(); ++i) {
    const auto& done = course.done()[i];
    const auto& step = course.steps()[i];
    if (!done.not_sent.empty())
      verdict.not_shown.push_back(fmt::format("{} was not sent: {}", step.title(), done.not_sent));
    for (const auto& finding : findings(done.answers, Shortfall::Kind::unsupported))
      verdict.not_shown.push_back(
          fmt::format("{}: {}; {}", step.title(), finding.expected, finding.actual));
    for (const auto& answer : done.answers.all) {
      if (answer.exchange->outcome == Outcome::ok) continue;
      const auto silent = silence(*answer.request, *answer.exchange);
      verdict.notes.push_back(silent.sentence + ": " + silent.mend);
    }
  }
}

std::string failure(const Course& course, const std::vector<Finding>& findings) {
  std::size_t failed = 0, unsent = 0;
  for (const auto& done : course.done()) {
    failed += done.has(Shortfall::Kind::broken);
    unsent += !done.not_sent.empty();
  }
  auto text = fmt::format("{} of {} step{} not as expected", failed, course.steps().size(),
                          course.steps().size() == 1 ? "" : "s");
  if (unsent > 0) text += fmt::format(", {} not sent", unsent);
  const auto& first = findings.front();
  return fmt::format("{}: {} gave {}", text, first.subject, first.actual);
}

}  // namespace

Verdict conclude(const Check& check, const Subject& subject, const Course& course) {
  Verdict verdict;
  const auto& steps = course.steps();
  std::size_t open = 0, silent = 0;
  bool failed = false;
  std::vector<const Answers*> answers;
  for (const auto& done : course.done()) {
    failed = failed || done.has(Shortfall::Kind::broken);
    open += done.has(Shortfall::Kind::undecided) || !done.not_sent.empty();
    silent += done.has(Shortfall::Kind::unsupported);
    answers.push_back(&done.answers);
  }
  say_rest(course, verdict);
  const auto all = fmt::format("{} step{}", steps.size(), steps.size() == 1 ? "" : "s");
  if (failed) {
    verdict.kind = Verdict::Kind::fail;
    collect(course, Shortfall::Kind::broken, verdict);
    verdict.diagnoses = diagnose(check, subject, course);
    verdict.summary = failure(course, verdict.findings);
  } else if (open > 0) {
    verdict.kind = Verdict::Kind::inconclusive;
    collect(course, Shortfall::Kind::undecided, verdict);
    verdict.summary = fmt::format("{} of {} could not be decided", open, all);
  } else if (silent > 0) {
    verdict.kind = Verdict::Kind::not_supported;
    verdict.summary = fmt::format("{} of {} not judged in full: the backend does not tell {}",
                                  silent, all, not_told(answers));
    verdict.shown.push_back("every status, and whatever else was stated, as expected");
  } else {
    verdict.summary = all + " as expected";
    verdict.shown.push_back("each step once, in order");
  }
  verdict.figures = {{"steps", static_cast<double>(steps.size())}};
  return verdict;
}

}  // namespace ingress_check::exchange
