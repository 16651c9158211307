#include "checks/load/availability/course.h"

#include <algorithm>

namespace ingress_check::availability {

namespace {

std::optional<Kind> kind_of(const Sample& sample) {
  switch (sample.outcome) {
    case Outcome::ok:
      if (sample.status >= 500) return Kind::server_error;
      if (sample.status >= 400) return Kind::client_error;
      return std::nullopt;
    case Outcome::timeout:
    case Outcome::connect_timeout:
      return Kind::timeout;
    case Outcome::refused:
    case Outcome::unreachable:
    case Outcome::unresolved:
      return Kind::refused;
    default:
      return Kind::cut;
  }
}

std::uint16_t bits(std::size_t first, std::size_t count) {
  return static_cast<std::uint16_t>(((1u << count) - 1) << first);
}

std::size_t matches(const Answers& answers) {
  return static_cast<std::size_t>(answers.service.has_value()) +
         static_cast<std::size_t>(answers.pod.has_value());
}

class Reader {
 public:
  Reader(const Plan& plan, const Evidence& load) : plan_(plan), reply_(*load.load) {
    for (const auto& event : load.events) {
      if (event.undone) continue;
      const auto began = event.began - reply_.began_after, ended = event.ended - reply_.began_after;
      if (!course_.change) course_.change = Change{began, ended};
      course_.change->ends = std::max(course_.change->ends, ended);
    }
    before_ = bits(0, matches(plan.before));
    after_ = bits(matches(plan.before), matches(plan.after));
  }

  Course read() {
    std::vector<Sample> all;
    for (const auto& worker : reply_.samples) all.insert(all.end(), worker.begin(), worker.end());
    std::ranges::sort(all, {}, &Sample::due);
    for (const Sample& sample : all) take(sample);
    // Nothing is ever sent for a request that is dropped: the target had its chance.
    course_.requests += reply_.counts.dropped;
    if (reply_.counts.dropped > 0) course_.failed[Kind::timeout] += reply_.counts.dropped;
    find_gap();
    return std::move(course_);
  }

 private:
  void take(const Sample& sample) {
    if (sample.outcome == Outcome::local) return;
    ++course_.requests;
    const Duration sent(std::max(sample.sent, sample.due));
    course_.requests_in_change += in_change(sent);
    auto kind = kind_of(sample);
    if (kind && sample.status > 0) ++course_.statuses[sample.status];
    if (!kind && wrong(sample, sent)) {
      kind = Kind::wrong;
      if (sample.who != no_pod) ++course_.wrong_by[name_of(reply_.pods[sample.who])];
    }
    if (kind) {
      ++course_.failed[*kind];
      if (in_change(sent)) ++course_.failed_in_change[*kind];
    } else {
      good_.push_back(Duration(sample.done));
    }
    note_convergence(sample, sent, kind_of(sample).has_value() || (sample.broke & after_) != 0);
  }

  /// In between it may be answered as before or as afterwards.
  bool wrong(const Sample& sample, Duration sent) const {
    const bool old = (sample.broke & before_) == 0, fresh = (sample.broke & after_) == 0;
    if (!course_.change || sent < course_.change->begins) return !old;
    if (sent <= course_.change->ends + plan_.settle) return !old && !fresh;
    return !fresh;
  }

  bool in_change(Duration sent) const {
    // What was under way when it began may be cut by it.
    return course_.change && sent >= course_.change->begins - std::chrono::seconds(1) &&
           sent <= course_.change->ends + plan_.settle;
  }

  void note_convergence(const Sample& sample, Duration sent, bool not_as_after) {
    if (!course_.change || sent < course_.change->begins || !not_as_after) return;
    const auto since = Duration(sample.done) - course_.change->begins;
    if (!course_.first_wrong) course_.first_wrong = since;
    course_.last_wrong = std::max(course_.last_wrong.value_or(since), since);
  }

  void find_gap() {
    std::ranges::sort(good_);
    Duration last{};
    const auto look = [&](Duration at) {
      if (at - last > course_.gap) course_.gap = at - last, course_.gap_begins = last;
      last = std::max(last, at);
    };
    for (const Duration at : good_) look(at);
    look(reply_.lasted);
  }

  static std::string name_of(const PodReply& pod) {
    return pod.pod.empty() ? pod.service.empty() ? "nobody who says so" : pod.service : pod.pod;
  }

  const Plan& plan_;
  const LoadReply& reply_;
  Course course_;
  std::vector<Duration> good_;
  std::uint16_t before_ = 0, after_ = 0;
};

}  // namespace

Course course(const Plan& plan, const Evidence& load) { return Reader(plan, load).read(); }

}  // namespace ingress_check::availability
