#include "harness/blocks.h"

#include <algorithm>
#include <set>

#include "harness/faithfulness.h"
#include "harness/reply_sum.h"

namespace ingress_check {
namespace {

using std::chrono::seconds;

Duration measured(const Load& load) { return load.lasts() - load.warm_up; }

bool at_one_rate(const Load& load) {
  const auto* open = std::get_if<OpenLoop>(&load.arrivals);
  if (!open) return std::get<ClosedLoop>(load.arrivals).requests == 0;
  return std::ranges::all_of(open->stages, [&](const Stage& stage) {
    return stage.from == open->stages[0].from && stage.to == stage.from;
  });
}

/// Puts one block after another.
class Joiner {
 public:
  explicit Joiner(const Load& whole) : whole_(whole) {}

  void add(LoadReply&& block) {
    if (first_) {
      all_ = std::move(block);
      first_ = false;
    } else {
      add_seconds(block);
      add_figures(block);
      add_parts(block);
      add_generator(block.generator);
      all_.lasted += block.lasted;
    }
    for (const auto& worker : all_.samples)
      for (const auto& sample : worker) connections_ = std::max(connections_, sample.connection);
    ended_ = whole_.warm_up + all_.lasted;
  }

  LoadReply conclude() {
    const double time = std::chrono::duration<double>(all_.lasted).count();
    all_.offered = time > 0 ? static_cast<double>(all_.counts.due) / time : 0;
    all_.achieved = answering_ > 0 || time > 0
                        ? static_cast<double>(all_.counts.answered()) / std::max(time, answering_)
                        : 0;
    all_.generator.why.clear();
    judge_generator(whole_, all_);
    sort_pods(all_);
    return std::move(all_);
  }

  /// How long answering took, by what each block says it achieved.
  void answered(const LoadReply& block) {
    if (block.achieved > 0)
      answering_ += static_cast<double>(block.counts.answered()) / block.achieved;
    else
      answering_ += std::chrono::duration<double>(block.lasted).count();
  }

 private:
  void add_seconds(LoadReply& block) {
    // Slices are of one length unless a block was so long that it was folded.
    const auto slices = static_cast<std::size_t>(ended_ / all_.slice);
    const auto warm = static_cast<std::size_t>(whole_.warm_up / all_.slice);
    all_.seconds.resize(std::max(all_.seconds.size(), slices));
    for (std::size_t i = warm; i < block.seconds.size(); ++i) {
      const auto at = slices + i - warm;
      if (at >= all_.seconds.size()) all_.seconds.resize(at + 1);
      ingress_check::add(all_.seconds[at], block.seconds[i]);
    }
  }

  void add_figures(const LoadReply& block) {
    ingress_check::add(all_.counts, block.counts);
    all_.began_after += block.began_after;
    merge_alike(all_.response, block.response);
    merge_alike(all_.service, block.service);
    merge_alike(all_.send_delay, block.send_delay);
    merge_alike(all_.first_byte, block.first_byte);
    merge_alike(all_.connect, block.connect);
    merge_alike(all_.tls, block.tls);
    merge_alike(all_.tls_resumed, block.tls_resumed);
    all_.bytes_received += block.bytes_received;
    all_.bytes_sent += block.bytes_sent;
    if (all_.protocol.empty()) all_.protocol = block.protocol;
    if (all_.breaker.empty()) all_.breaker = block.breaker;
    add_names(all_.addresses, block.addresses);
    add_names(all_.withheld, block.withheld);
  }

  static void add_names(std::vector<std::string>& to, const std::vector<std::string>& from) {
    for (const auto& name : from)
      if (std::ranges::find(to, name) == to.end()) to.push_back(name);
  }

  void add_parts(LoadReply& block) {
    all_.requests.resize(std::max(all_.requests.size(), block.requests.size()));
    for (std::size_t i = 0; i < block.requests.size(); ++i) {
      auto& into = all_.requests[i];
      const auto& from = block.requests[i];
      ingress_check::add(into.counts, from.counts);
      merge_alike(into.response, from.response);
      into.broke.resize(std::max(into.broke.size(), from.broke.size()));
      for (std::size_t match = 0; match < from.broke.size(); ++match)
        into.broke[match] += from.broke[match];
    }
    std::vector<std::uint16_t> places;
    for (const auto& from : block.pods) {
      auto& into = pod_of(all_, from.service, from.pod);
      into.answered += from.answered;
      into.server_errors += from.server_errors;
      merge_alike(into.service_time, from.service_time);
      places.push_back(static_cast<std::uint16_t>(&into - all_.pods.data()));
    }
    for (auto& broken : block.broken) keep(all_, std::move(broken));
    add_samples(block, places);
  }

  /// Times go on where the last block ended; its connections are new ones.
  void add_samples(LoadReply& block, const std::vector<std::uint16_t>& places) {
    const auto shift = (ended_ - whole_.warm_up).count();
    const auto moved = [&](std::int64_t& time) {
      if (time >= 0) time += shift;
    };
    for (auto& worker : block.samples) {
      std::erase_if(worker,
                    [&](const Sample& sample) { return sample.due < whole_.warm_up.count(); });
      for (auto& sample : worker) {
        moved(sample.due);
        moved(sample.sent);
        moved(sample.first_byte);
        moved(sample.done);
        sample.connection += connections_ + 1;
        if (sample.who != no_pod) sample.who = places[sample.who];
      }
      all_.samples.push_back(std::move(worker));
    }
    all_.samples_full = all_.samples_full || block.samples_full;
  }

  void add_generator(const Faithfulness& block) {
    auto& self = all_.generator;
    merge_alike(self.late, block.late);
    self.cpu.resize(std::max(self.cpu.size(), block.cpu.size()));
    for (std::size_t i = 0; i < block.cpu.size(); ++i)
      self.cpu[i] = std::max(self.cpu[i], block.cpu[i]);
    self.run_queue = std::max(self.run_queue, block.run_queue);
    self.steal = std::max(self.steal, block.steal);
    self.idle = std::min(self.idle, block.idle);
    self.out_of_ports += block.out_of_ports;
    self.out_of_descriptors += block.out_of_descriptors;
    self.precise = self.precise && block.precise;
  }

  const Load& whole_;
  bool first_ = true;
  LoadReply all_;
  Duration ended_{};
  double answering_ = 0;
  std::uint32_t connections_ = 0;
};

}  // namespace

std::size_t block_count(const Load& load) {
  const bool whole_seconds = load.warm_up % seconds(1) == Duration::zero();
  if (!load.steady || !at_one_rate(load) || !whole_seconds || load.clients.count > 0) return 1;
  // Blocks of whole seconds, so that slices of the timeline fit.
  for (auto length = least_block; length * least_block_count <= measured(load);
       length += seconds(1))
    if (measured(load) % length == Duration::zero())
      return static_cast<std::size_t>(measured(load) / length);
  return 1;
}

Load block(const Load& load, std::size_t i, std::size_t count) {
  Load one = load;
  if (count <= 1) return one;
  const auto lasts = load.warm_up + measured(load) / static_cast<Duration::rep>(count);
  if (auto* open = std::get_if<OpenLoop>(&one.arrivals))
    open->stages = {{open->stages[0].from, open->stages[0].from, lasts}};
  else
    std::get<ClosedLoop>(one.arrivals).lasts = lasts;
  one.seed = load.seed + i;
  return one;
}

LoadReply joined(const Load& whole, std::vector<LoadReply> blocks) {
  Joiner joiner(whole);
  for (auto& block : blocks) {
    joiner.answered(block);
    joiner.add(std::move(block));
  }
  return joiner.conclude();
}

}  // namespace ingress_check
