#include "mapping/findings/proposed_value.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "mapping/findings/cues.h"
#include "mapping/program/keras_names.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

enum class ValueKind { kNone, kActivation, kInitializer, kLoss, kOptimizer, kNumber };

ValueKind kind_for(const std::string& type) {
  if (type == "ACH" || type == "ARM" || type == "AAL") return ValueKind::kActivation;
  if (type == "WCI" || type == "BCI") return ValueKind::kInitializer;
  if (type == "LCH") return ValueKind::kLoss;
  if (type == "OCH") return ValueKind::kOptimizer;
  constexpr std::array<std::string_view, 6> kNumbers = {"HLR", "HBS", "HNE", "LCN", "LCF", "RCD"};
  return std::ranges::count(kNumbers, type) > 0 ? ValueKind::kNumber : ValueKind::kNone;
}

std::optional<json> number_value(const std::string& word) {
  if (word.empty() || word[0] < '0' || word[0] > '9') return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  if (*end != '\0') return std::nullopt;
  const bool whole = value < 1e9 && value == static_cast<double>(static_cast<long long>(value));
  return whole && word.find('.') == std::string::npos ? json(static_cast<long long>(value))
                                                      : json(value);
}

// One word, or two that make a name: "binary crossentropy", "mean squared error".
std::optional<json> value_at(const std::vector<Word>& words, std::size_t at, ValueKind kind) {
  const std::string& word = words[at].text;
  switch (kind) {
    case ValueKind::kActivation:
      if (word == "exponential") return std::nullopt;
      if (const auto name = activation_name(word); name && *name != "none") return json(*name);
      return std::nullopt;
    case ValueKind::kInitializer: {
      constexpr std::array<std::string_view, 6> kEnglish = {"normal", "uniform",  "zero",
                                                            "one",    "identity", "constant"};
      if (std::ranges::count(kEnglish, word) > 0) return std::nullopt;
      if (word == "xavier" || word == "glorot") return json("glorot_uniform");
      if (word == "he" && at + 1 < words.size() && words[at + 1].text.starts_with("initiali"))
        return json("he_normal");
      if (const auto* info = find_initializer(word)) return json(info->name);
      return std::nullopt;
    }
    case ValueKind::kLoss:
      for (std::size_t count = 3; count >= 1; --count) {
        if (at + count > words.size()) continue;
        std::string joined = word;
        for (std::size_t next = 1; next < count; ++next) joined += "_" + words[at + next].text;
        if (const auto name = loss_name(joined)) return json(*name);
      }
      return std::nullopt;
    case ValueKind::kOptimizer:
      if (const auto* info = find_optimizer(word)) return json(info->name);
      return std::nullopt;
    case ValueKind::kNumber:
      return number_value(word);
    case ValueKind::kNone:
      break;
  }
  return std::nullopt;
}

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> list) {
  return std::ranges::count(list, word) > 0;
}

bool is_advice(const std::string& word) {
  return is_one_of(
      word,
      {"should",  "better",    "use",         "using",   "try",      "such",        "like",
       "e.g",     "recommend", "recommended", "suggest", "consider", "appropriate", "typically",
       "instead", "replace",   "replaced",    "change",  "changed",  "suitable",    "could",
       "start",   "common",    "commonly",    "other",   "would",    "perform",     "smaller",
       "lower",   "higher",    "larger",      "between"});
}

// The value that the program has now, as the words in front of it say.
bool names_present_value(const std::vector<Word>& words, std::size_t at) {
  for (std::size_t back = 1; back <= 3 && back <= at; ++back) {
    const std::string& word = words[at - back].text;
    if (words[at - back].sentence != words[at].sentence) return false;
    if (is_one_of(word, {"of", "than"}) && at > back &&
        is_one_of(words[at - back - 1].text, {"instead", "rather"}))
      return true;
    if (is_one_of(word, {"than", "currently", "uses", "default"})) return true;
    if (word == "to" && at > back && is_one_of(words[at - back - 1].text, {"set", "equal"}))
      return true;
    if (is_one_of(word, {"like", "such", "use", "as", "e.g", "be", "with", "try"})) return false;
  }
  return false;
}

// "a batch size of 512" is what there is, "try a batch size of 32" is not.
bool names_present_size(const std::vector<Word>& words, std::size_t at) {
  if (at == 0 || words[at - 1].text != "of") return false;
  for (std::size_t back = 2; back <= 6 && back <= at; ++back) {
    if (is_one_of(words[at - back].text,
                  {"use", "try", "start", "consider", "like", "as", "recommended"}))
      return false;
  }
  return true;
}

bool sentence_advises(const std::vector<Word>& words, int sentence) {
  return std::ranges::any_of(
      words, [&](const Word& word) { return word.sentence == sentence && is_advice(word.text); });
}

json direction(const std::vector<Word>& words, const std::string& type) {
  if (type == "LRM") return "add";
  if (type == "LAD") return "remove";
  static const Cue kUp("increas*|rais*|higher|larger|bigger|more|longer");
  static const Cue kDown("decreas*|reduc*|lower|smaller|fewer|less");
  const int up = kUp.find(words);
  const int down = kDown.find(words);
  if (up < 0 && down < 0) return nullptr;
  if (up >= 0 && down >= 0) return nullptr;
  return up >= 0 ? "increase" : "decrease";
}

}  // namespace

json proposed_value(const std::vector<Word>& words, const std::string& fault_type) {
  const ValueKind kind = kind_for(fault_type);
  std::vector<json> present;
  for (std::size_t at = 0; at < words.size() && kind != ValueKind::kNone; ++at) {
    const auto value = value_at(words, at, kind);
    if (!value) continue;
    const bool advised = sentence_advises(words, words[at].sentence) &&
                         !names_present_value(words, at) && !names_present_size(words, at);
    const bool known = std::ranges::count(present, *value) > 0;
    // The first name in an answer is what the program has, unless the sentence advises it.
    const bool first_of_lead = present.empty() && words[at].zone == Zone::kLead &&
                               kind != ValueKind::kNumber && at > 0 &&
                               !is_one_of(words[at - 1].text, {"like", "as", "use", "e.g", "be"});
    if (advised && !known && !first_of_lead) return *value;
    present.push_back(*value);
  }
  const bool has_direction =
      kind == ValueKind::kNumber || fault_type == "LRM" || fault_type == "LAD";
  return has_direction ? direction(words, fault_type) : json(nullptr);
}

}  // namespace dlfix::mapping
