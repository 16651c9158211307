// Charts as SVG that stands alone: presentation attributes only, so that they show where scripts
// and style sheets are forbidden, in mail and in print; text takes the colour of what surrounds it,
// so that they suit a dark page. Pure functions. Names and titles may be anything: they are made
// printable and escaped.
#pragma once

#include <string>
#include <vector>

#include "reports/axis.h"

namespace ingress_check {

struct Point {
  double x = 0, y = 0;  ///< y not finite: a gap in the line
};

struct Series {
  std::string name;
  std::vector<Point> points;  ///< in order of x
};

/// One pair of axes; the panels of a chart lie below each other along one x axis.
struct Panel {
  Axis y;
  std::vector<Series> series;  ///< at most 6 are told apart
  std::size_t first_pen = 0;   ///< 4: red, for what went wrong
};

/// A part of the x axis with a name: a phase.
struct Band {
  double from = 0, to = 0;
  std::string name;
};

struct Chart {
  std::string title;
  std::string description;  ///< for who cannot see it: what it shows, in one or two sentences
  Axis x;
  std::vector<Panel> panels;
  std::vector<Band> bands = {};
};

/// At most `most` points: of each stretch the least and the greatest stay, so that no spike is
/// lost.
std::vector<Point> thinned(const std::vector<Point>& points, std::size_t most);

std::string svg(const Chart& chart);

struct Bar {
  std::string name;
  double share = 0;  ///< 0 to 1
  std::string text;  ///< at its end
};

/// Horizontal bars, with a line where each would end if all were alike.
struct Bars {
  std::string title, description;
  std::vector<Bar> bars;
  double even = 0;  ///< share at which the line stands; 0: none
};

std::string svg(const Bars& bars);

}  // namespace ingress_check
