// What may go to places that nobody allowed more for: questions, not changes.
#pragma once

#include <string>

#include "harness/allowance.h"
#include "harness/sender.h"

namespace ingress_check {

/// Passes phases on to another Sender, except those that would send a method other than GET, HEAD
/// and OPTIONS to an address outside loopback and the allowed networks: these are withheld whole
/// and end as interrupted.
class Courtesy : public Sender {
 public:
  Courtesy(Sender& sender, const Allowance& allowance) : sender_(sender), allowance_(allowance) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override;

  /// "POST to 203.0.113.7"; empty: nothing was withheld.
  const std::string& withheld() const { return withheld_; }
  /// The address to allow.
  const std::string& address() const { return address_; }

 private:
  bool may_go(const Target& target, const Request& request, const Watch& watch);

  Sender& sender_;
  const Allowance& allowance_;
  std::string withheld_, address_;
};

}  // namespace ingress_check
