#include "checks/routing/exchange/course.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check::exchange {

namespace {

std::string phase_name(const std::vector<StepWords>& steps, const std::vector<std::size_t>& which) {
  const auto first = steps[which.front()].number, last = steps[which.back()].number;
  return first == last ? fmt::format("step {}", first) : fmt::format("steps {} to {}", first, last);
}

}  // namespace

std::optional<Traffic> Course::follow(std::span<const Evidence> so_far) {
  for (const auto& which : phases_of(steps_)) {
    const auto sendable = prepare(which);
    if (sendable.empty()) continue;
    const auto name = phase_name(steps_, which);
    const auto* evidence = phase(so_far, name);
    if (!evidence) return traffic(name, sendable);
    learn(*evidence, sendable);
  }
  std::vector<Answers*> all;
  for (auto& done : done_) all.push_back(&done.answers);
  settle_by_names(all);
  return std::nullopt;
}

std::vector<std::size_t> Course::prepare(const std::vector<std::size_t>& which) {
  std::vector<std::size_t> sendable;
  for (const auto index : which) {
    auto& done = done_[index];
    done.not_sent = stopped_;
    for (const auto& name : steps_[index].needs)
      if (done.not_sent.empty() && !captured_.contains(name))
        done.not_sent = fmt::format("it needs {{{{{}}}}}, which was not captured", name);
    if (!done.not_sent.empty()) continue;
    done.sent = fill(steps_[index].request, captured_);
    done.expected = fill(steps_[index].expected, captured_);
    sendable.push_back(index);
  }
  return sendable;
}

Traffic Course::traffic(const std::string& name, const std::vector<std::size_t>& which) const {
  Http http;
  http.concurrency = 1;
  for (const auto index : which) {
    const auto& captures = steps_[index].captures;
    const bool from_body = std::ranges::any_of(captures, &Capture::of_body);
    http.body_limit = std::max(
        {http.body_limit, kept_of_body(done_[index].expected), from_body ? most_of_body : 0});
    http.requests.push_back(done_[index].sent);
  }
  return {.name = name, .send = std::move(http)};
}

void Course::learn(const Evidence& evidence, const std::vector<std::size_t>& which) {
  bool answered = false;
  for (const auto& one : evidence.exchanges) {
    const auto index = which[one.request];
    auto& done = done_[index];
    answered = answered || one.outcome == Outcome::ok;
    done.answers.all.push_back(
        {&done.sent, &one, measure(done.expected, subject_, done.sent, one)});
    if (one.outcome == Outcome::ok) capture(steps_[index], one, done.answers.all.back());
  }
  if (!answered) stopped_ = fmt::format("nothing answered {}", steps_[which.back()].title());
}

void Course::capture(const StepWords& step, const Exchange& one, Answer& answer) {
  for (const auto& wanted : step.captures) {
    if (auto value = take(wanted, one))
      captured_[wanted.name] = std::move(*value);
    else if (wanted.of_body() && one.outcome == Outcome::ok && !one.detail.empty())
      answer.shortfalls.push_back({Shortfall::Kind::undecided, "capture " + wanted.name,
                                   wanted.place, "a value of at most 4 KiB of text", one.detail,
                                   "send `Accept-Encoding: gzip`, or none"});
    else if (wanted.of_body() && one.body.size() < one.body_size)
      answer.shortfalls.push_back({Shortfall::Kind::undecided, "capture " + wanted.name,
                                   wanted.place, "a value of at most 4 KiB of text",
                                   fmt::format("nothing of that kind in the first {} of {} bytes",
                                               one.body.size(), one.body_size),
                                   "ask for a smaller answer"});
    else
      answer.shortfalls.push_back({Shortfall::Kind::broken, "capture " + wanted.name, wanted.place,
                                   "a value of at most 4 KiB of text",
                                   "nothing of that kind in the answer"});
  }
}

}  // namespace ingress_check::exchange
