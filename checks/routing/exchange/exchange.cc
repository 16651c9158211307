// exchange: requests one after the other, each with the answer that must come back.
#include <fmt/format.h>

#include <algorithm>

#include "checks/routing/exchange/steps.h"

namespace ingress_check {

namespace checks {
extern const Check exchange;
}

namespace exchange {

namespace {

constexpr std::size_t most_steps = 30;
constexpr std::chrono::milliseconds retry_pause{100};

/// What became of one step.
struct Done {
  Answers answers;
  Request sent;
  std::string not_sent;  ///< why; empty: it was sent
};

std::string phase_name(const std::vector<StepWords>& steps, const std::vector<std::size_t>& which) {
  const auto first = steps[which.front()].number, last = steps[which.back()].number;
  return first == last ? fmt::format("step {}", first) : fmt::format("steps {} to {}", first, last);
}

/// The steps as far as the evidence goes: what was learnt, and the next phase to send.
class Course {
 public:
  Course(std::vector<StepWords> steps, const Subject& subject)
      : steps_(std::move(steps)), subject_(subject), done_(steps_.size()) {}

  /// The next phase; none: all that can be sent was sent.
  std::optional<Traffic> follow(std::span<const Evidence> so_far) {
    for (const auto& which : phases_of(steps_)) {
      const auto sendable = prepare(which);
      if (sendable.empty()) continue;
      const auto name = phase_name(steps_, which);
      const auto* evidence = phase(so_far, name);
      if (!evidence) return traffic(name, sendable);
      learn(*evidence, sendable);
    }
    return std::nullopt;
  }

  const std::vector<StepWords>& steps() const { return steps_; }
  const std::vector<Done>& done() const { return done_; }

 private:
  std::vector<StepWords> steps_;
  const Subject& subject_;
  std::vector<Done> done_;
  Captured captured_;
  std::string stopped_;  ///< why nothing more is sent

  std::vector<std::size_t> prepare(const std::vector<std::size_t>& which) {
    std::vector<std::size_t> sendable;
    for (const auto index : which) {
      auto& done = done_[index];
      done.not_sent = stopped_;
      for (const auto& name : steps_[index].needs)
        if (done.not_sent.empty() && !captured_.contains(name))
          done.not_sent = fmt::format("it needs {{{{{}}}}}, which was not captured", name);
      if (!done.not_sent.empty()) continue;
      done.sent = fill(steps_[index].request, captured_);
      sendable.push_back(index);
    }
    return sendable;
  }

  Traffic traffic(const std::string& name, const std::vector<std::size_t>& which) const {
    Http http;
    http.concurrency = 1;
    for (const auto index : which) http.requests.push_back(done_[index].sent);
    return {.name = name, .send = std::move(http)};
  }

  void learn(const Evidence& evidence, const std::vector<std::size_t>& which) {
    bool answered = false;
    for (const auto& one : evidence.exchanges) {
      const auto index = which[one.request];
      const auto& step = steps_[index];
      auto& done = done_[index];
      answered = answered || one.outcome == Outcome::ok;
      done.answers.all.push_back(
          {&done.sent, &one, measure(step.expected, subject_, done.sent, one)});
      if (one.outcome == Outcome::ok) capture(step, one, done.answers.all.back());
    }
    if (!answered) stopped_ = fmt::format("nothing answered {}", steps_[which.back()].title());
  }

  void capture(const StepWords& step, const Exchange& one, Answer& answer) {
    for (const auto& wanted : step.captures) {
      if (auto value = take(wanted, one))
        captured_[wanted.name] = std::move(*value);
      else
        answer.shortfalls.push_back({Shortfall::Kind::broken, "capture " + wanted.name,
                                     wanted.place, "a value of at most 4 KiB of text",
                                     "nothing of that kind in the answer"});
    }
  }
};

bool has(const Done& done, Shortfall::Kind kind) { return done.answers.count(kind) > 0; }

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
    failed += has(done, Shortfall::Kind::broken);
    unsent += !done.not_sent.empty();
  }
  auto text = fmt::format("{} of {} step{} not as expected", failed, course.steps().size(),
                          course.steps().size() == 1 ? "" : "s");
  if (unsent > 0) text += fmt::format(", {} not sent", unsent);
  const auto& first = findings.front();
  return fmt::format("{}: {} gave {}", text, first.subject, first.actual);
}

Verdict conclude(const Course& course) {
  Verdict verdict;
  const auto& steps = course.steps();
  std::size_t open = 0, silent = 0;
  bool failed = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& done = course.done()[i];
    failed = failed || has(done, Shortfall::Kind::broken);
    open += has(done, Shortfall::Kind::undecided) || !done.not_sent.empty();
    silent += has(done, Shortfall::Kind::unsupported) && !steps[i].expected.says_more_than_who();
  }
  say_rest(course, verdict);
  const auto all = fmt::format("{} step{}", steps.size(), steps.size() == 1 ? "" : "s");
  if (failed) {
    verdict.kind = Verdict::Kind::fail;
    collect(course, Shortfall::Kind::broken, verdict);
    verdict.summary = failure(course, verdict.findings);
  } else if (open > 0) {
    verdict.kind = Verdict::Kind::inconclusive;
    collect(course, Shortfall::Kind::undecided, verdict);
    verdict.summary = fmt::format("{} of {} could not be decided", open, all);
  } else if (silent > 0) {
    verdict.kind = Verdict::Kind::not_supported;
    verdict.summary =
        fmt::format("{} of {} not judged: the backend does not say who answered", silent, all);
  } else {
    verdict.summary = all + " as expected";
    verdict.shown.push_back("each step once, in order");
  }
  verdict.figures = {{"steps", static_cast<double>(steps.size())}};
  return verdict;
}

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  Course course(read_steps(params, subject.target), subject);
  if (auto traffic = course.follow(so_far)) return std::move(*traffic);
  return conclude(course);
}

Bounds bounds(const Params& params, const Subject& subject) {
  Bounds bounds;
  for (const auto& step : read_steps(params, subject.target)) {
    const auto longest = step.request.timeout.value_or(subject.target.timeout);
    const auto again = static_cast<std::uint64_t>(step.request.retry_within / retry_pause);
    // A kept-alive connection that the target closes is opened again once.
    bounds.requests += (1 + again) * (step.request.reuse == Reuse::kept ? 2 : 1);
    bounds.time += longest + step.request.retry_within;
    const auto& method = step.request.method;
    if (method != "GET" && method != "HEAD" && method != "OPTIONS")
      bounds.side_effects.push_back(fmt::format("{} is sent", describe(step.request)));
  }
  return bounds;
}

std::vector<Field> fields() {
  Field each{.name = "", .kind = Kind::object, .about = "a step"};
  each.fields = step_fields();
  each.rules = step_rules();
  Field steps{.name = "steps",
              .kind = Kind::list,
              .about = "requests in order, each with the answer expected",
              .required = true};
  steps.fields = {std::move(each)};
  steps.example = "[{send: {path: /app1}, expect: {status: 200}}]";
  return {std::move(steps)};
}

void review_names(const Value& item, std::set<std::string>& known, Errors& errors) {
  const auto& words = item.as<Object>();
  const auto* send = words.find("send");
  if (send && send->is<Object>()) {
    const auto request = read_request(send->as<Object>(), Target{});
    auto needs = names_in(request.url.path);
    needs.merge(names_in(request.body));
    for (const auto& field : request.headers.fields) needs.merge(names_in(field.second));
    for (const auto& name : needs)
      if (!known.contains(name))
        errors.push_back({fmt::format("no earlier step captures {{{{{}}}}}", name),
                          known.empty()
                              ? "give an earlier step `capture:`"
                              : "captured so far: " + one_of({known.begin(), known.end()}),
                          send->place});
  }
  const auto* capture = words.find("capture");
  if (!capture || !capture->is<Object>()) return;
  for (const auto& [name, value] : capture->as<Object>().members) known.insert(name);
}

void review(const Params& params, Errors& errors) {
  const auto* steps = params.find("steps");
  if (!steps || !steps->is<List>()) return;
  const auto& list = steps->as<List>();
  if (list.empty())
    errors.push_back(
        {"no step to take", "name at least one, as in {send: {path: /app1}}", steps->place});
  if (list.size() > most_steps)
    errors.push_back({fmt::format("{} steps; at most {} in one check", list.size(), most_steps),
                      "split them over several checks", steps->place});
  std::set<std::string> known;
  for (const auto& item : list)
    if (item.is<Object>()) review_names(item, known, errors);
}

}  // namespace

}  // namespace exchange

namespace checks {

const Check exchange{
    .words = {.name = "exchange",
              .about = "Requests one after the other, each with the answer that must come back",
              .fields = ingress_check::exchange::fields(),
              .review = ingress_check::exchange::review},
    .proves =
        "Each step got the answer that was written down for it: status, headers, body, time, "
        "and who gave it.",
    .blind = "Whether other replicas of the ingress, or later requests, get the same.",
    .sends = "Each step once, in order; more often only where `retry` says so.",
    .order = Order::passive,
    .causes = {},
    .step = ingress_check::exchange::step,
    .bounds = ingress_check::exchange::bounds,
};

}  // namespace checks

}  // namespace ingress_check
