#include "checks/balance/stickiness/pinning.h"

#include <algorithm>
#include <map>

namespace ingress_check::stickiness {

namespace {

/// One client's story.
class Client {
 public:
  void take(const Sample& sample, bool answered_by_pod, std::uint16_t unset, Pinning& pinning) {
    ++requests_;
    const bool good = sample.outcome == Outcome::ok && sample.status < 500;
    if (!good) {
      ++failed_;
      status_ =
          sample.outcome == Outcome::ok ? std::to_string(sample.status) : to_string(sample.outcome);
      return;
    }
    if (answered_ > 0) {
      ++pinning.later;
      pinning.set_later += (sample.broke & unset) == 0;
    }
    ++answered_;
    if (!answered_by_pod) return;
    pods_.insert(sample.who);
    const auto [on_this, fresh] = by_connection_.try_emplace(sample.connection, sample.who);
    if (!fresh && on_this->second != sample.who) pinning.within_connections = true;
    if (named_ > 0) {
      ++pinning.answers;
      pinning.elsewhere += sample.who != before_;
    }
    before_ = sample.who;
    ++named_;
  }

  void conclude(Pinning& pinning) const {
    ++pinning.all;
    pinning.failed += failed_;
    if (failed_ * 2 >= requests_) {
      ++pinning.dead;
      pinning.dead_status = status_;
    }
    if (named_ < 2) return;
    ++pinning.clients;
    pinning.changed += pods_.size() > 1;
    pinning.most_pods = std::max(pinning.most_pods, pods_.size());
  }

 private:
  std::uint64_t requests_ = 0, failed_ = 0, answered_ = 0, named_ = 0;
  std::string status_;
  std::uint16_t before_ = no_pod;
  std::set<std::uint16_t> pods_;
  std::map<std::uint32_t, std::uint16_t> by_connection_;
};

}  // namespace

Pinning pinning(const LoadReply& reply, std::uint16_t unset) {
  Pinning pinning;
  std::vector<const Sample*> samples;
  for (const auto& worker : reply.samples)
    for (const auto& sample : worker) samples.push_back(&sample);
  std::ranges::stable_sort(samples, {}, [](const Sample* sample) { return sample->sent; });
  std::map<std::uint32_t, Client> clients;
  for (const auto* sample : samples) {
    const bool named = sample->who < reply.pods.size() && !reply.pods[sample->who].pod.empty();
    const bool good = sample->outcome == Outcome::ok && sample->status < 500;
    if (good && named) pinning.pods.insert(reply.pods[sample->who].pod);
    pinning.unnamed += good && !named;
    clients[sample->client].take(*sample, named, unset, pinning);
  }
  for (const auto& [number, client] : clients) client.conclude(pinning);
  return pinning;
}

}  // namespace ingress_check::stickiness
