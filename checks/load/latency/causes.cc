// The causes that latency can name, and how it finds them.
#include <fmt/format.h>

#include <algorithm>

#include "checks/answers.h"
#include "checks/load/latency/judging.h"
#include "checks/load_signs.h"

namespace ingress_check::latency {

std::vector<Cause> causes() {
  return {
      {"errors", "Requests end without a good answer.",
       "See the log of the ingress for the status, or the reason why the connection ended; then "
       "the pods' logs",
       "RFC 9110, 15.6: server errors"},
      {"rate-capped", "Only so many requests a second are let through; the rest is refused.",
       "Raise limit-rps and its burst for this host, or send less",
       "ingress-nginx documentation, annotations: rate limiting"},
      {"stalls", "Now and then nothing is answered for a while, and what came meanwhile waits.",
       "Look for what happens in the pod at that interval: garbage collection, a CPU limit that "
       "throttles (cpu.stat, nr_throttled), a job, a disk that is flushed",
       "Kubernetes documentation, resource management: CPU limits are enforced by throttling"},
      {"overload", "Requests come faster than they are answered, and wait ever longer.",
       "Add pods, or raise what limits how many requests a pod serves at once",
       "J. D. C. Little, Operations Research 9, 1961: what waits is rate times time in system"},
      {"slow-pod", "One pod is slower than the others of its service.",
       "Compare the pod with the others: its node, its limits, its version; take it out of the "
       "service meanwhile. Balancing by ewma or least connections would avoid it",
       "ingress-nginx documentation, ConfigMap load-balance: ewma"},
      {"slow-everywhere", "All pods alike take longer than the limit.",
       "See what the application waits for: compare with the latency at a pod itself, past the "
       "ingress",
       "ingress-nginx documentation, log format: upstream_response_time beside request_time"},
  };
}

namespace {

std::string a_second(double rate) { return fmt::format("{:.3g}/s", rate); }

class Doctor {
 public:
  Doctor(const Broken& broken, const Plan& plan, const LoadReply& reply, Conclusion& conclusion)
      : broken_(broken), plan_(plan), reply_(reply), conclusion_(conclusion) {}

  void examine() {
    if (broken_.errors || broken_.achieved) refused();
    if (broken_.time) slow();
    if (broken_.achieved && !broken_.time) queued();
    if (broken_.errors && conclusion_.verdict.diagnoses.empty()) failing();
  }

 private:
  void refused() {
    const auto found = refusals(reply_);
    if (!found) return;
    conclusion_.verdict.traits["limit.status"] = std::to_string(found->status);
    conclusion_.blame(
        "rate-capped",
        fmt::format("Of {} due, {} were answered well and the rest {} ({} of {} requests).",
                    a_second(found->offered_rate), a_second(found->accepted_rate), found->status,
                    thousands(found->refused), thousands(found->of)),
        found->status == 503 ? "pods that come and go are answered 503 too: then it is not the "
                               "same share in every second"
                             : "");
  }

  void slow() {
    const auto before = conclusion_.verdict.diagnoses.size();
    if (!stalled()) queued();
    slow_pod();
    if (conclusion_.verdict.diagnoses.size() > before) return;
    conclusion_.blame("slow-everywhere",
                      fmt::format("Half of the answers take {} or longer, and no pod stands out.",
                                  rounded(Latencies(reply_, plan_.warm_up).value(0.5))),
                      told() ? "" : "the answers do not say which pod gave them: one may be slow");
  }

  bool told() const {
    return std::ranges::any_of(reply_.pods, [](const PodReply& pod) { return !pod.pod.empty(); });
  }

  bool stalled() {
    const auto found = stalls(reply_, plan_.warm_up, broken_.limit);
    if (!found || found->share < 0.5) return false;
    const auto who = found->pod.empty() ? std::string("Nothing is answered")
                                        : fmt::format("The pod {} answers nothing", found->pod);
    conclusion_.blame(
        "stalls",
        fmt::format("{} for up to {}, {} times{}; {:.0f} % of the answers slower than {} met that.",
                    who, rounded(found->longest), found->times,
                    found->every ? fmt::format(", every {}", rounded(*found->every))
                                 : std::string(", at no regular interval"),
                    found->share * 100, to_string(broken_.limit)));
    return true;
  }

  void queued() {
    const auto found = backlog(reply_, plan_.warm_up);
    if (!found) return;
    conclusion_.blame(
        "overload",
        fmt::format("{} are due and {} are answered: half of them wait {} in the first third of "
                    "the time, {} in the last.",
                    a_second(found->offered_rate), a_second(found->done_rate),
                    rounded(found->first), rounded(found->last)));
  }

  static std::string named(const SlowPods& slow) {
    const auto pods = listed(slow.pods);
    return slow.service.empty() ? pods : pods + " of " + slow.service;
  }

  void slow_pod() {
    const auto found = slow_pods(reply_, plan_.warm_up);
    if (!found || conclusion_.blamed("overload") || conclusion_.blamed("stalls")) return;
    std::uint64_t all = 0, theirs = 0;
    for (const auto& pod : reply_.pods) {
      const auto slow = slower(pod.service_time, broken_.limit);
      all += slow;
      if (std::ranges::find(found->pods, pod.pod) != found->pods.end()) theirs += slow;
    }
    if (2 * theirs < all) return;
    conclusion_.blame(
        "slow-pod",
        fmt::format("Half of the answers of {} take {} or longer, where {} take {}; {:.0f} % of "
                    "the answers slower than {} are {}.",
                    named(*found), rounded(found->median),
                    found->others == 1 ? "those of the other" : "those of the others",
                    rounded(found->others_median),
                    all == 0 ? 0 : 100 * static_cast<double>(theirs) / static_cast<double>(all),
                    to_string(broken_.limit), found->pods.size() == 1 ? "its own" : "theirs"));
  }

  void failing() {
    conclusion_.blame("errors",
                      fmt::format("{} of {} requests ended without a good answer, although each "
                                  "kind was answered well once before the load.",
                                  thousands(conclusion_.verdict.findings.back().broke),
                                  thousands(conclusion_.verdict.findings.back().of)));
  }

  const Broken& broken_;
  const Plan& plan_;
  const LoadReply& reply_;
  Conclusion& conclusion_;
};

}  // namespace

void blame_causes(const Broken& broken, const Plan& plan, const LoadReply& reply,
                  Conclusion& conclusion) {
  Doctor(broken, plan, reply, conclusion).examine();
}

}  // namespace ingress_check::latency
