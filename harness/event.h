// Something that happens while a phase goes on: a command, at a time, with what undoes it. Plain
// data.
#pragma once

#include <string>
#include <vector>

#include "scenarios/units.h"

namespace ingress_check {

/// Argument lists, never lines of a shell.
struct Event {
  std::vector<std::string> run;        ///< the program, looked up in PATH, and its arguments
  Duration at{};                       ///< from the begin of the phase
  std::vector<std::string> undo = {};  ///< run after the phase, however it ended; empty: nothing
  Duration within = std::chrono::seconds(60);  ///< each is ended after so long
};

/// How one command went.
struct EventReply {
  std::size_t event = 0;      ///< index into Traffic::events
  bool undone = false;        ///< of its undo
  Duration began{}, ended{};  ///< from the begin of the phase
  int status = 0;             ///< exit status; 128 and the signal; 127: it could not be started
  std::string output;         ///< the end of what it said, at most 1 KiB; untrusted
};

}  // namespace ingress_check
