// One request of a load under way, and what is heard of its answer.
#pragma once

#include <string>

#include "harness/cookie_jar.h"
#include "harness/http2.h"
#include "harness/load_plan.h"

namespace ingress_check {

class Lane;
class Reader;

/// A client of a load: its jar and the connections that nobody shares.
struct LoadClient {
  std::uint32_t number = 0;
  CookieJar jar;
  std::vector<Lane*> lanes;
  std::uint32_t turn = 0;  ///< of its lanes
};

/// Belongs to a worker, which uses it again.
class Flight final : public Http2Stream {
 public:
  explicit Flight(Reader& reader) : reader_(reader) {}

  // What was asked. The worker sets it.
  std::uint32_t request = 0;  ///< index into LoadPlan::requests
  std::uint8_t repeats = 0;   ///< how often it went out before
  bool under_way = false;
  std::uint64_t slot = 0;
  Instant due{}, give_up{};
  Lane* lane = nullptr;
  LoadClient* client = nullptr;

  // How it went. The lane sets it. Epoch: not reached.
  Instant sent{}, first_byte{};
  bool reused = false;  ///< not the first request of its connection
  bool waited = false;  ///< for a connection to stand
  std::uint32_t connection = 0;

  // What was heard.
  int status = 0;
  std::uint16_t service = 0, pod = 0;  ///< numbers of the Reader's tables
  std::uint16_t broke = 0;             ///< bits of matches that failed, after Reader::judge()
  std::uint16_t headers_met = 0;       ///< bits of header matches that held
  std::string fields;                  ///< "name: value\n" each, where somebody may ask
  std::string body;                    ///< its beginning, likewise
  std::uint64_t body_size = 0;         ///< as received

  bool began() const { return first_byte != Instant{}; }
  void on_status(int status, std::string_view reason) override;
  void on_field(Section where, std::string_view name, std::string_view value) override;
  void on_body(std::string_view bytes) override;
  void on_end(Http2End how) override;  ///< tells the lane

  /// Fit for another request.
  void reset();

 private:
  Reader& reader_;
};

}  // namespace ingress_check
