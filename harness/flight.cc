#include "harness/flight.h"

#include "harness/lane.h"
#include "harness/reader.h"

namespace ingress_check {

void Flight::on_status(int heard, std::string_view) {
  if (!began()) first_byte = lane->now();
  if (heard >= 200 || heard == 101) status = heard;
}

void Flight::on_field(Section where, std::string_view name, std::string_view value) {
  if (where == Section::head) reader_.field(*this, name, value);
}

void Flight::on_body(std::string_view bytes) { reader_.body(*this, bytes); }

void Flight::on_end(Http2End how) { lane->stream_ended(*this, how); }

void Flight::reset() {
  reused = waited = under_way = false;
  repeats = 0;
  lane = nullptr;
  client = nullptr;
  sent = first_byte = {};
  status = 0;
  body_size = 0;
  service = pod = broke = headers_met = 0;
  fields.clear();
  body.clear();
}

}  // namespace ingress_check
