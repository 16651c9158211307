#include "harness/faithfulness.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "harness/address.h"

namespace ingress_check {
namespace {

/// Of a core: a worker that uses more has no time left to see an answer when it comes.
constexpr double saturated = 0.95;
/// Of its time: so long a closed loop may have had to wait for a processor.
constexpr double crowded = 0.25;
/// Of the machine's time: with less to spare, whoever answers from it may have had to wait.
constexpr double spare = 0.05;

/// An address as Endpoint::text() writes it.
bool is_here(const std::string& address) {
  const bool bracketed = address.starts_with('[');
  const auto end = bracketed ? address.find(']') : address.rfind(':');
  const auto endpoint = Endpoint::of(address.substr(bracketed, end - bracketed), 1);
  return endpoint && is_loopback(*endpoint);
}

}  // namespace

MachineTimes machine_times() {
  MachineTimes times;
  std::ifstream file("/proc/stat");
  std::string word;
  file >> word;
  std::uint64_t ticks = 0;
  // user nice system idle iowait irq softirq steal; guest time is part of user.
  for (int field = 0; field < 8 && file >> ticks; ++field) {
    times.all += ticks;
    if (field == 3 || field == 4) times.idle += ticks;
    if (field == 7) times.steal = ticks;
  }
  return times;
}

double stolen_share(const MachineTimes& before, const MachineTimes& after) {
  if (after.all <= before.all) return 0;
  return static_cast<double>(after.steal - before.steal) /
         static_cast<double>(after.all - before.all);
}

double idle_share(const MachineTimes& before, const MachineTimes& after) {
  if (after.all <= before.all) return 1;
  return static_cast<double>(after.idle - before.idle) /
         static_cast<double>(after.all - before.all);
}

void judge_generator(const Load& load, LoadReply& reply) {
  Faithfulness& self = reply.generator;
  const Duration late(self.late.percentile(99));
  if (reply.open_loop && late > load.may_be_late)
    self.why.push_back(fmt::format(
        "the generator was late: 1 in 100 requests was taken up {} or more after its time",
        to_string(late)));
  const double cpu = self.cpu.empty() ? 0 : *std::ranges::max_element(self.cpu);
  if (!load.spin && cpu > saturated)
    self.why.push_back(
        fmt::format("the generator was saturated: a worker used {:.0f}% of its core (more "
                    "--threads, or another "
                    "machine)",
                    cpu * 100));
  if (!reply.open_loop && self.run_queue > crowded)
    self.why.push_back(fmt::format(
        "the generator had to wait for a processor {:.0f}% of the time: something else was running",
        self.run_queue * 100));
  if (self.idle < spare && std::ranges::any_of(reply.addresses, is_here))
    self.held_up = fmt::format(
        "the target is on this machine, whose processors were busy for {:.0f}% of the time",
        100 * (1 - self.idle));
  if (self.out_of_ports > 0)
    self.why.push_back(
        fmt::format("{} connections found no free local port (sysctl -w "
                    "net.ipv4.ip_local_port_range=\"1024 65535\", or several source addresses)",
                    self.out_of_ports));
  if (self.out_of_descriptors > 0)
    self.why.push_back(fmt::format("{} connections found no free descriptor (ulimit -n 65536)",
                                   self.out_of_descriptors));
}

}  // namespace ingress_check
