#include "mapping/findings/layer_mentions.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>

#include "mapping/findings/model_layers.h"
#include "mapping/program/keras_names.h"

namespace dlfix::mapping {
namespace {

struct KindWord {
  std::string_view prefix;
  LayerWord kind;
};

constexpr std::array<KindWord, 20> kKindWords = {{{"conv", LayerWord::kConvolution},
                                                  {"separableconv", LayerWord::kConvolution},
                                                  {"dense", LayerWord::kDense},
                                                  {"connected", LayerWord::kDense},
                                                  {"fc", LayerWord::kDense},
                                                  {"lstm", LayerWord::kRecurrent},
                                                  {"gru", LayerWord::kRecurrent},
                                                  {"simplernn", LayerWord::kRecurrent},
                                                  {"recurrent", LayerWord::kRecurrent},
                                                  {"rnn", LayerWord::kRecurrent},
                                                  {"embedding", LayerWord::kEmbedding},
                                                  {"dropout", LayerWord::kDropout},
                                                  {"pooling", LayerWord::kPooling},
                                                  {"maxpooling", LayerWord::kPooling},
                                                  {"flatten", LayerWord::kFlatten},
                                                  {"normalization", LayerWord::kNormalization},
                                                  {"activation", LayerWord::kActivation},
                                                  {"hidden", LayerWord::kHidden},
                                                  {"output", LayerWord::kOutput},
                                                  {"input", LayerWord::kInput}}};

std::optional<LayerWord> kind_of(const std::string& word) {
  for (const auto& [prefix, kind] : kKindWords) {
    const bool whole = kind != LayerWord::kConvolution;
    if (whole ? word == prefix : word.starts_with(prefix) && !word.starts_with("conve"))
      return kind;
  }
  return std::nullopt;
}

// 1 for "first", -1 for "last", -2 for "penultimate"; 0: no ordinal.
int ordinal_of(const std::string& word) {
  constexpr std::array<std::string_view, 10> kWords = {"first", "second", "third",   "fourth",
                                                       "fifth", "sixth",  "seventh", "eighth",
                                                       "ninth", "tenth"};
  constexpr std::array<std::string_view, 10> kShort = {"1st", "2nd", "3rd", "4th", "5th",
                                                       "6th", "7th", "8th", "9th", "10th"};
  for (std::size_t index = 0; index < kWords.size(); ++index) {
    if (word == kWords[index] || word == kShort[index]) return static_cast<int>(index) + 1;
  }
  if (word == "last" || word == "final") return -1;
  return word == "penultimate" ? -2 : 0;
}

std::optional<double> number_of(const std::string& word) {
  if (word.empty() || word[0] < '0' || word[0] > '9') return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  return *end == '\0' ? std::optional(value) : std::nullopt;
}

struct Mention {
  std::size_t first = 0;  ///< words that it covers
  std::size_t last = 0;
  std::set<int> layers;
};

// Finds the phrases of one answer that name layers.
class MentionReader {
 public:
  MentionReader(std::string_view text, const std::vector<Word>& words, const ModelLayers& layers)
      : text_(text), words_(words), layers_(layers) {}

  std::vector<Mention> read() {
    std::vector<Mention> mentions;
    for (std::size_t at = 0; at < words_.size(); ++at) {
      if (auto mention = mention_at(at); mention && !mention->layers.empty()) {
        mentions.push_back(*std::move(mention));
      }
    }
    return mentions;
  }

 private:
  std::optional<Mention> mention_at(std::size_t at) const {
    const std::string& word = words_[at].text;
    if (word == "line" || word == "lines") return line_mention(at);
    if ((word == "layers" || word.ends_with(".layers")) && follows(at, '['))
      return index_mention(at);
    if (kind_of(word) && follows(at, '(')) return call_mention(at);
    if (word == "layer" || word == "layers") return phrase(at);
    // "the first Conv2D uses ...": a class name without the word layer.
    const auto kind = kind_of(word);
    const bool class_name = kind && (*kind == LayerWord::kConvolution ||
                                     *kind == LayerWord::kDense || *kind == LayerWord::kRecurrent);
    const bool has_noun = at + 1 < words_.size() && words_[at + 1].text.starts_with("layer");
    return class_name && !has_noun && ordinal_before(at) != 0 ? phrase(at) : std::nullopt;
  }

  bool follows(std::size_t at, char sign) const {
    return words_[at].end < text_.size() && text_[words_[at].end] == sign &&
           at + 1 < words_.size() && words_[at + 1].begin == words_[at].end + 1;
  }

  int ordinal_before(std::size_t at) const { return at == 0 ? 0 : ordinal_of(words_[at - 1].text); }

  std::optional<Mention> line_mention(std::size_t at) const {
    if (at + 1 >= words_.size()) return std::nullopt;
    const auto line = number_of(words_[at + 1].text);
    if (!line || *line > 1e6) return std::nullopt;
    const auto found = layers_.at_line(static_cast<int>(*line));
    return Mention{at, at + 1, {found.begin(), found.end()}};
  }

  std::optional<Mention> index_mention(std::size_t at) const {
    const auto index = number_of(words_[at + 1].text);
    if (!index || *index > 1e6 || !layers_.has(static_cast<int>(*index))) return std::nullopt;
    return Mention{at, at + 1, {static_cast<int>(*index)}};
  }

  // "[layer 3, line 27]" in front of an answer: the form that prompts ask for, counted from 0.
  std::optional<Mention> numbered_mention() const {
    if (words_.size() < 2) return std::nullopt;
    const auto index = number_of(words_[1].text);
    if (!index || *index > 1e6 || !layers_.has(static_cast<int>(*index))) return std::nullopt;
    return Mention{0, 1, {static_cast<int>(*index)}};
  }

  // Dense(10), Conv2D(32, ...): the layers of that kind and size.
  std::optional<Mention> call_mention(std::size_t at) const {
    const auto size = number_of(words_[at + 1].text);
    if (!size) return std::nullopt;
    const auto of_kind = layers_.of_kind(*kind_of(words_[at].text), words_[at].text);
    Mention mention{at, at + 1, {}};
    for (const int index : layers_.with_size(*size)) {
      if (std::ranges::count(of_kind, index) > 0) mention.layers.insert(index);
    }
    return mention;
  }

  struct Modifiers {
    std::vector<int> ordinals;
    std::optional<LayerWord> kind;
    std::string kind_word;
    bool all = false;
    bool plural = false;
    std::size_t first = 0;
  };

  // Words in front of the noun that belong to its phrase.
  Modifiers modifiers(std::size_t noun) const {
    constexpr std::array<std::string_view, 8> kLinks = {"and", "or",  "fully", "2d",
                                                        "1d",  "max", "batch", "of"};
    Modifiers result;
    result.first = noun;
    result.plural = words_[noun].text.ends_with("s");
    if (const auto kind = kind_of(words_[noun].text)) {
      result.kind = kind;
      result.kind_word = words_[noun].text;
    }
    for (std::size_t steps = 0, at = noun; at > 0 && steps < 6; ++steps) {
      const Word& word = words_[--at];
      if (word.sentence != words_[noun].sentence) break;
      const int ordinal = ordinal_of(word.text);
      const auto kind = kind_of(word.text);
      const bool all =
          word.text == "all" || word.text == "each" || word.text == "every" || word.text == "both";
      const bool article = word.text == "the" || word.text == "other";
      if (ordinal != 0) result.ordinals.push_back(ordinal);
      if (kind && !result.kind) {
        result.kind = kind;
        result.kind_word = word.text;
      }
      result.all = result.all || all;
      if (ordinal == 0 && !kind && !all && !article && std::ranges::count(kLinks, word.text) == 0)
        break;
      if (article && !(at > 0 && (words_[at - 1].text == "all" || words_[at - 1].text == "of")))
        break;
      result.first = at;
    }
    return result;
  }

  std::optional<Mention> phrase(std::size_t noun) const {
    const Modifiers modifiers = this->modifiers(noun);
    Mention mention{modifiers.first, noun, {}};
    if (const auto sized = sized_layers(noun)) {
      mention.layers = *sized;
      return mention;
    }
    const bool bare = !modifiers.kind && modifiers.ordinals.empty();
    if (bare && !modifiers.all) return std::nullopt;
    const std::vector<int> candidates = modifiers.kind
                                            ? layers_.of_kind(*modifiers.kind, modifiers.kind_word)
                                            : layers_.trainable();
    if (modifiers.all && excepts_output(noun)) {
      const auto hidden = layers_.hidden();
      mention.layers = {hidden.begin(), hidden.end()};
    } else if (!modifiers.ordinals.empty()) {
      for (const int ordinal : modifiers.ordinals) pick(candidates, ordinal, mention.layers);
    } else if (modifiers.all || modifiers.plural || candidates.size() == 1) {
      mention.layers = {candidates.begin(), candidates.end()};
    }
    return mention;
  }

  static void pick(const std::vector<int>& candidates, int ordinal, std::set<int>& layers) {
    const int count = static_cast<int>(candidates.size());
    const int position = ordinal > 0 ? ordinal - 1 : count + ordinal;
    if (position >= 0 && position < count)
      layers.insert(candidates[static_cast<std::size_t>(position)]);
  }

  // "layer with 512 units"
  std::optional<std::set<int>> sized_layers(std::size_t noun) const {
    if (noun + 3 >= words_.size() || words_[noun + 1].text != "with") return std::nullopt;
    const auto size = number_of(words_[noun + 2].text);
    const std::string& unit = words_[noun + 3].text;
    if (!size || !(unit.starts_with("unit") || unit.starts_with("neuron") ||
                   unit.starts_with("node") || unit.starts_with("filter"))) {
      return std::nullopt;
    }
    const auto found = layers_.with_size(*size);
    return std::set<int>(found.begin(), found.end());
  }

  bool excepts_output(std::size_t noun) const {
    for (std::size_t at = noun + 1; at < words_.size() && at < noun + 6; ++at) {
      if (words_[at].sentence != words_[noun].sentence) return false;
      if (words_[at].text == "except" || words_[at].text == "excluding" || words_[at].text == "but")
        return true;
    }
    return false;
  }

  std::string_view text_;
  const std::vector<Word>& words_;
  const ModelLayers& layers_;
};

bool only_links(const std::vector<Word>& words, std::size_t from, std::size_t to) {
  for (std::size_t at = from; at < to; ++at) {
    const std::string& word = words[at].text;
    if (word != "and" && word != "or" && word != "the" && word != "also" && word != "in")
      return false;
  }
  return true;
}

// The first mention and those joined to it by "and".
std::set<int> first_mentioned(const std::vector<Word>& words,
                              const std::vector<Mention>& mentions) {
  if (mentions.empty()) return {};
  std::set<int> layers = mentions.front().layers;
  std::size_t end = mentions.front().last;
  for (std::size_t index = 1; index < mentions.size(); ++index) {
    const Mention& next = mentions[index];
    if (words[next.last].sentence != words[end].sentence) break;
    if (next.first > end + 1 && !only_links(words, end + 1, next.first)) break;
    if (next.first == end + 1) break;
    layers.insert(next.layers.begin(), next.layers.end());
    end = next.last;
  }
  return layers;
}

// Layers that have the first value of the attribute that the answer names.
std::set<int> with_named_value(const std::vector<Word>& words, const ModelLayers& layers,
                               const std::string& attribute) {
  for (const Word& word : words) {
    const bool known = attribute == "activation" ? activation_name(word.text).has_value()
                                                 : find_initializer(word.text) != nullptr;
    // Words that are values of Keras and English words as well.
    if (!known || word.text == "normal" || word.text == "uniform" || word.text == "zero" ||
        word.text == "one" || word.text == "identity" || word.text == "constant" ||
        word.text == "exponential") {
      continue;
    }
    const auto found = layers.with_value(attribute, word.text);
    return {found.begin(), found.end()};
  }
  return {};
}

bool has_layers(const std::string& type) {
  constexpr std::array<std::string_view, 10> kTypes = {"ACH", "ARM", "AAL", "WCI", "BCI",
                                                       "LCN", "LCF", "RCD", "RCW", "RRW"};
  return std::ranges::count(kTypes, type) > 0;
}

bool is_activation_type(const std::string& type) {
  return type == "ACH" || type == "ARM" || type == "AAL";
}

bool mentions_whole_network(const std::vector<Word>& words) {
  return std::ranges::any_of(words, [](const Word& word) {
    return word.zone != Zone::kRest &&
           (word.text == "network" || word.text == "all" || word.text == "networks");
  });
}

std::set<int> without_mention(const std::vector<Word>& words, const ModelLayers& layers,
                              const std::string& type) {
  std::set<int> found;
  if (is_activation_type(type)) found = with_named_value(words, layers, "activation");
  if (type == "WCI") found = with_named_value(words, layers, "kernel_initializer");
  const auto& trainable = layers.trainable();
  if (found.empty() && type == "WCI" && mentions_whole_network(words))
    found = {trainable.begin(), trainable.end()};
  if (found.empty() && trainable.size() == 1 && (is_activation_type(type) || type == "WCI"))
    found = {trainable.front()};
  return found;
}

}  // namespace

std::vector<int> resolve_layers(std::string_view text, const std::vector<Word>& words,
                                const std::string& fault_type, const trainer::ModelSpec& model) {
  if (model.layers.empty() || !has_layers(fault_type)) return {};
  const ModelLayers layers(model);
  std::set<int> found = first_mentioned(words, MentionReader(text, words, layers).read());
  if (found.empty()) found = without_mention(words, layers, fault_type);
  std::set<int> placed;
  for (const int index : found)
    placed.insert(is_activation_type(fault_type) ? layers.activation_place(index) : index);
  return {placed.begin(), placed.end()};
}

}  // namespace dlfix::mapping
