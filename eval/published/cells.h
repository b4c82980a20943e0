// Comparing cells of one line.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "eval/published/published.h"

namespace dlfix::eval {

/// Says why a cell differs; asked only when it does. An empty answer: not known.
using Cause = std::function<std::string()>;

class Cells {
 public:
  explicit Cells(std::string name);

  /// `value` is rounded as the study's tables are (a half upwards). nullopt is the sign for "no
  /// value" (a dash in print).
  void compare(const std::string& cell, std::optional<double> printed, std::optional<double> value,
               int decimals, const Cause& cause = {});
  void compare_text(const std::string& cell, const std::string& printed, const std::string& value,
                    const Cause& cause = {});
  /// Puts the defined value beside the printed one, where they differ when rounded.
  void correct(const std::string& cell, std::optional<double> printed,
               std::optional<double> corrected, int decimals);
  void note(const std::string& text);
  /// From now on the line is one that cannot be recomputed.
  void cannot(const std::string& why);

  const PublishedLine& line() const { return line_; }

 private:
  PublishedLine line_;
};

/// "0.70"; "-" for no value.
std::string cell_text(std::optional<double> value, int decimals);

/// A number of the tables; nullopt for null. Errors: support::InputError.
std::optional<double> printed_number(const nlohmann::json& value);

/// Decimals that a number of the text is printed with, as far as JSON keeps them: 0.55 has two, 1.0
/// one.
int decimals_of(double printed);

}  // namespace dlfix::eval
