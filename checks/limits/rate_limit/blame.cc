// From what a storm tells to the likely cause.
#include <fmt/format.h>

#include "checks/limits/rate_limit/judging.h"

namespace ingress_check::rate_limit {

namespace {

class Doctor {
 public:
  Doctor(const Plan& plan, const Storms& storms, Conclusion& conclusion)
      : plan_(plan), storms_(storms), storm_(storms.storm), conclusion_(conclusion) {}

  void examine() {
    if (!conclusion_.failed() && !conclusion_.open()) return;
    if (storm_.refused == 0) return nothing_refused();
    if (storm_.as_configured()) return;
    if (multiplied() || starving() || window() || !storm_.fit) return;
    rate();
    burst();
  }

 private:
  void nothing_refused() {
    if (!storm_.too_much) return;
    conclusion_.blame(
        "no-limit",
        fmt::format("{} requests within {:.3g} s were all let through, {:.0f} more than {} with a "
                    "burst of {:.0f} would.",
                    storm_.accepted, storm_.lasted,
                    static_cast<double>(storm_.accepted) -
                        static_cast<double>(plan_.replicas) *
                            (plan_.capacity() + plan_.rate() * storm_.lasted),
                    to_string(plan_.limit.value), plan_.burst));
  }

  /// Nothing passed once the first was refused, and yet much did after a pause: a slow bucket would
  /// have had no more room by then.
  bool starving() {
    if (!storm_.window || storm_.window->kind != Window::Kind::starving) return false;
    const double seconds = std::chrono::duration<double>(plan_.pause()).count() + 2;
    const double slow = storm_.fit ? 1 + storm_.fit->rate.high * seconds : 0;
    if (static_cast<double>(storms_.recovered) <= slow) return false;
    conclusion_.blame(
        "starving-window",
        fmt::format("After {} requests nothing more was let through as long as the storm went on; "
                    "after {} without a request {} passed at once.",
                    storm_.window->most, to_string(plan_.pause()), storms_.recovered));
    return true;
  }

  bool window() {
    if (!storm_.window || storm_.window->kind == Window::Kind::starving) return false;
    const bool fixed = storm_.window->kind == Window::Kind::fixed;
    conclusion_.blame(
        "window", fmt::format("{} {} requests pass in each {} of {:.0f} s.",
                              fixed ? "At its begin" : "Whenever they come,", storm_.window->most,
                              fixed ? "window of the clock" : "window", storm_.window->seconds));
    return true;
  }

  bool rate_differs() const {
    const auto stated = tolerated_rate(plan_);
    return storm_.fit->rate.low > stated.high * static_cast<double>(plan_.replicas) ||
           storm_.fit->rate.high < stated.low;
  }

  /// Too much for one, not for several; and where one connection, which meets one replica, was
  /// asked, it kept the limit.
  bool multiplied() {
    const auto& one = storms_.one_connection;
    if (storms_.replicas == 0 || (one ? !one->as_configured() : storm_.fit.has_value()))
      return false;
    conclusion_.blame(
        "limit-multiplied",
        fmt::format(
            "{} requests pass within {:.3g} s, as {} replicas with a limit each would let "
            "them{}.",
            storm_.accepted, storm_.lasted, storms_.replicas,
            one ? "; over one connection, which meets one replica, the limit is kept" : ""));
    return true;
  }

  void rate() {
    if (!rate_differs()) return;
    const auto& seen = storm_.fit->rate;
    const bool higher = seen.low > plan_.rate();
    std::string text =
        fmt::format("{} pass, not {}.", a_second(seen.middle()), to_string(plan_.limit.value));
    const auto may_be = [&](double rate) { return seen.low <= rate && rate <= seen.high; };
    if (may_be(plan_.rate() / 60))
      text = fmt::format(
          "At most {} pass, not {}. The same number by the minute would fit: limit-rpm "
          "where limit-rps was meant.",
          a_second(seen.high), to_string(plan_.limit.value));
    if (may_be(plan_.rate() * 60))
      text += " The same number by the second would fit: limit-rps where limit-rpm was meant.";
    const bool open = higher && storms_.one_connection && storms_.one_connection->refused == 0;
    conclusion_.blame("other-rate", text,
                      open ? "several replicas with a limit each look the same: one connection was "
                             "too slow to reach it"
                           : "somebody else who sends from the same address makes it look lower");
  }

  void burst() {
    const auto& capacity = storm_.fit->capacity;
    if (capacity.high >= plan_.burst &&
        capacity.low <= plan_.capacity() * static_cast<double>(plan_.replicas))
      return;
    if (capacity.high < 2.5 && plan_.burst >= 2)
      conclusion_.blame("burst-absent",
                        "After a pause one request passes, and the next one only when its time has "
                        "come.");
    else
      conclusion_.blame("other-burst",
                        fmt::format("{:.1f} requests pass at once besides the first, not {:.0f}.",
                                    capacity.middle() - 1, plan_.burst));
  }

  const Plan& plan_;
  const Storms& storms_;
  const Measured& storm_;
  Conclusion& conclusion_;
};

}  // namespace

void blame_causes(const Plan& plan, const Storms& storms, Conclusion& conclusion) {
  Doctor(plan, storms, conclusion).examine();
}

}  // namespace ingress_check::rate_limit
