// A config dictionary as models write it: fences, prose, comments, commas, quotes, layouts.
#pragma once

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace dlfix::mapping {

class ReplyNoise {
 public:
  explicit ReplyNoise(unsigned seed) : random_(seed) {}

  /// `config` (an object of scalars and flat objects) somewhere in a reply. Reading it must give
  /// `config` again, whatever is around it.
  std::string dress(const nlohmann::json& config) {
    python_ = one_of(2) == 0;
    indent_ = one_of(3) == 0 ? "" : std::string(2 + 2 * one_of(2), ' ');
    std::string text = dictionary(config);
    if (python_ && one_of(3) == 0) text = pick({"config = ", "fixed_config = "}) + text;
    text = fenced(text);
    return maybe(before()) + text + maybe(after());
  }

 private:
  unsigned one_of(unsigned choices) { return static_cast<unsigned>(random_() % choices); }
  std::string pick(const std::vector<std::string>& texts) {
    return texts[one_of(static_cast<unsigned>(texts.size()))];
  }
  std::string maybe(const std::string& text) { return one_of(2) == 0 ? text : ""; }

  std::string before() {
    return pick({"Certainly! {Note}: here it is.\n", "Here is the fixed configuration:\n\n",
                 "Sure! I would change the following.\n",
                 "The rate (0.5) is too high, and 'softmax' belongs to one unit only; it isn't "
                 "your data.\n\n",
                 "1. **Loss**: use cross-entropy.\n2. **Rate**: lower it.\n\n"});
  }
  std::string after() {
    return pick({"\n\nLet me know whether it helps!", "\n\nNote: epochs can be raised, too.",
                 "\n\nExplanation: `relu` doesn't saturate, \"softmax\" gives probabilities.",
                 "\nThis {should} reach 95 %."});
  }

  std::string fenced(const std::string& text) {
    const std::string fence = pick({"", "```", "~~~"});
    if (fence.empty()) return text + "\n";
    return fence + pick({"", "json", "python", "JSON"}) + "\n" + text + "\n" + fence + "\n";
  }

  std::string quoted(const std::string& text) {
    return python_ ? "'" + text + "'" : nlohmann::json(text).dump();
  }

  std::string scalar(const nlohmann::json& value) {
    if (value.is_object()) return flat(value);
    if (value.is_string()) return quoted(value.get<std::string>());
    if (!python_) return value.dump();
    if (value.is_null()) return "None";
    if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
    return value.dump();
  }

  std::string flat(const nlohmann::json& object) {
    std::string text = "{";
    for (const auto& [key, value] : object.items())
      text += (text.size() > 1 ? ", " : "") + quoted(key) + ": " + scalar(value);
    return text + "}";
  }

  /// After a member; only where a line ends with it.
  std::string comment() {
    if (indent_.empty() || one_of(3) != 0) return "";
    return (python_ ? "  # " : "  // ") +
           pick({"was 0.5", "softmax, not \"sigmoid\"", "don't go lower", "see {above}"});
  }

  std::string dictionary(const nlohmann::json& config) {
    const std::string line_end = indent_.empty() ? pick({"", " "}) : "\n";
    std::string text = "{" + line_end;
    std::size_t left = config.size();
    for (const auto& [key, value] : config.items()) {
      const bool comma = --left > 0 || one_of(3) == 0;
      text +=
          indent_ + quoted(key) + ": " + scalar(value) + (comma ? "," : "") + comment() + line_end;
    }
    return text + "}";
  }

  std::mt19937 random_;
  bool python_ = false;
  std::string indent_;
};

}  // namespace dlfix::mapping
