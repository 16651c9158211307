// The load engine: sends a Load from several threads and measures every response. How it works:
// harness/README.md.
#pragma once

#include <array>
#include <string>

#include "harness/address.h"
#include "harness/allowance.h"
#include "harness/certificate.h"
#include "harness/evidence.h"
#include "harness/sender.h"

namespace ingress_check {

/// What the engine is given besides the load.
struct EngineOptions {
  std::string user_agent;
  const Trust* trust = nullptr;  ///< for https; outlives the call
  /// The client's certificate for requests that ask for this one, by ClientCertificate; null: none.
  std::array<const Credentials*, 3> credentials{};
  const Allowance* allowance = nullptr;               ///< whom a flood may go to; null: everybody
  Duration look_up_every = std::chrono::seconds(30);  ///< where the names lead, while it lasts
};

/// Sends it all and waits; fills `evidence.load`, `evidence.end` and `evidence.sent`. A stop
/// request ends the sending within 100 ms. Errors: a request that cannot be written, matches or
/// clients that the load cannot have, an address that may
/// not be sent so much, too few descriptors or too little memory (said before
/// anything is sent, with the command that raises the limit). What the target does is data.
Result<void> run_load(const Target& target, const Load& load, const EngineOptions& options,
                      Resolver& resolver, Watch& watch, Evidence& evidence);

}  // namespace ingress_check
