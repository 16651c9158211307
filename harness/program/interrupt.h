// Ctrl-C and SIGTERM: the first asks the run to stop and report, the second ends the program at
// once.
#pragma once

#include <atomic>
#include <optional>

namespace ingress_check {

/// Installs the handlers; once, before anything is sent.
void catch_interrupts();
/// True from the first signal on. Given to Watch::stop.
const std::atomic<bool>& stop_requested();
/// Returns when one has come.
void wait_for_interrupt();
/// The signal that came first.
std::optional<int> interrupted_by();

}  // namespace ingress_check
