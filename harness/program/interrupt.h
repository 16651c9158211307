// Ctrl-C and SIGTERM: the first asks the run to stop and report, the second ends the program at
// once.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

namespace ingress_check {

/// Installs the handlers; once, before anything is sent.
void catch_interrupts();
/// True from the first signal on. Given to Watch::stop.
const std::atomic<bool>& stop_requested();
/// Returns when one has come, when nobody can read `output` any more, or after `at_most`.
enum class Wake { interrupted, output_gone, time };
Wake wait_for_interrupt(int output, std::chrono::milliseconds at_most);
/// The signal that came first.
std::optional<int> interrupted_by();

}  // namespace ingress_check
