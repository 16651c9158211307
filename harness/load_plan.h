// A Load made ready: what goes out for each request, and where connections go. Made once, then only
// read, by all workers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/address.h"
#include "harness/addresses.h"
#include "harness/engine.h"
#include "harness/http2.h"
#include "harness/outgoing.h"

namespace ingress_check {

/// Where connections go that can carry the same requests.
struct Origin {
  bool https = false;
  Protocol protocol = Protocol::http1;
  std::string sni;                           ///< empty: none is sent
  std::string verify_name;                   ///< that the certificate must cover
  const Credentials* credentials = nullptr;  ///< the client's certificate; null: none
  Destination to;
  /// Replaced by a Lookout while workers read it: all else of a plan stays as it is.
  std::unique_ptr<Addresses> addresses = {};
  double weight = 0;  ///< of its requests, of 1 in all
};

/// One kind of request, made ready.
struct PlannedRequest {
  PlannedRequest(const LoadRequest& asked, Outgoing out, const std::string& user_agent);

  const LoadRequest* asked;
  std::size_t origin = 0;
  std::string bytes;         ///< of HTTP/1.1, whole
  std::size_t extra_at = 0;  ///< where further header lines go into `bytes`
  Http2Message message;
  std::string host, path;  ///< for cookies
  bool to_head = false;
  bool repeatable = false;  ///< GET and HEAD: again after an idle close
  Duration timeout{};
};

/// Const throughout after create(): threads may share it.
struct LoadPlan {
  /// Errors: as run_load() says. Names are looked up; one that is not found is data.
  static Result<LoadPlan> create(const Target& target, const Load& load,
                                 const EngineOptions& options, Resolver& resolver,
                                 const Watch& watch);

  const Target* target = nullptr;
  const Load* load = nullptr;
  EngineOptions options;
  std::vector<Origin> origins;
  std::vector<PlannedRequest> requests;
  std::optional<Pacer> pacer;  ///< of an open loop
  std::uint32_t threads = 1;

  bool open_loop() const { return pacer.has_value(); }
  /// The request of a slot: by weight, from the seed and the slot alone.
  std::size_t pick(std::uint64_t slot) const;
  /// The same among the requests of one origin.
  std::size_t pick(std::uint64_t slot, std::size_t origin) const;
  /// Connections to an origin in all, of `count`: by weight, at least one.
  std::uint32_t share(std::size_t origin, std::uint32_t count) const;

 private:
  struct Draw {
    std::uint64_t below;  ///< of 2^64: cumulated weight
    std::size_t request;
  };
  Result<void> prepare(const LoadRequest& asked);
  void weigh();
  static std::size_t draw(const std::vector<Draw>& from, std::uint64_t random);
  std::uint64_t random(std::uint64_t slot) const;

  std::vector<Draw> all_;
  std::vector<std::vector<Draw>> by_origin_;
};

}  // namespace ingress_check
