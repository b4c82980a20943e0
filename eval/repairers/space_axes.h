// A search space as numbers, for searchers that model it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// One hyperparameter of a model-based search. Its *place* is the number itself, or the index of
/// the value.
struct Axis {
  enum class Kind {
    kNumber,    ///< a range
    kOrdered,   ///< numbers from a list, ascending
    kCategory,  ///< values without an order
  };
  std::string name;
  Kind kind = Kind::kCategory;
  double low = 0;
  double high = 1;
  bool logarithmic = false;            ///< of a range
  std::vector<nlohmann::json> values;  ///< of a list
};

/// One place an axis.
using Places = std::vector<double>;

/// The context's dimensions as axes, in their order.
class SpaceAxes {
 public:
  /// As published: one category a list, frozen hyperparameters included.
  static SpaceAxes as_published(const RepairContext& context);
  /// Lists of three and more numbers keep their order; what has one value, or takes its value from
  /// another hyperparameter's place in the source, is left out, and so are values that are known
  /// to be invalid on their own.
  static SpaceAxes mended(const RepairContext& context);

  const std::vector<Axis>& axes() const { return axes_; }
  /// The changes that stand for these places; nullopt where no edit can make them.
  std::optional<mapping::Config> changes(const Places& places) const;
  /// Where the program with these changes lies; nullopt where a value is on no axis.
  std::optional<Places> places(const mapping::Config& changes) const;

 private:
  explicit SpaceAxes(const RepairContext& context) : context_(&context) {}

  const RepairContext* context_;
  std::vector<Axis> axes_;
};

}  // namespace dlfix::eval
