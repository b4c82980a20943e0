#include "eval/agreement/agreement.h"

#include <algorithm>
#include <set>

#include "eval/agreement/study_data.h"
#include "mapping/findings/type_scores.h"

namespace dlfix::eval {
namespace {

constexpr const char* kNoFault = "NEF";

double ratio(int part, int whole) { return whole == 0 ? 0 : static_cast<double>(part) / whole; }

Counts count_types(const LabelSet& gold, const LabelSet& mapped) {
  Counts counts;
  for (const auto& [type, layers] : gold) ++(mapped.contains(type) ? counts.hit : counts.missed);
  for (const auto& [type, layers] : mapped) counts.extra += gold.contains(type) ? 0 : 1;
  return counts;
}

// Activation layers stand for the layer in front of them.
std::set<int> canonical(const std::set<int>& layers, const trainer::ModelSpec& model) {
  std::set<int> result;
  for (int index : layers) {
    if (index > 0 && index < static_cast<int>(model.layers.size()) &&
        model.layers[static_cast<std::size_t>(index)].class_name == "Activation") {
      --index;
    }
    result.insert(index);
  }
  return result;
}

Counts count_with_layers(const LabelSet& gold, const LabelSet& mapped,
                         const trainer::ModelSpec& model) {
  Counts counts = count_types(gold, mapped);
  for (const auto& [type, layers] : gold) {
    const auto found = mapped.find(type);
    if (layers.empty() || found == mapped.end()) continue;
    if (canonical(layers, model) == canonical(found->second, model)) continue;
    --counts.hit;
    ++counts.missed;
    ++counts.extra;
  }
  return counts;
}

Comparison compare(const GoldAnswer& gold, const std::vector<mapping::Finding>& findings,
                   const mapping::TypeScorer& scorer) {
  Comparison result;
  result.gold = gold;
  for (const auto& finding : findings) {
    result.types[finding.fault_type].insert(finding.layers.begin(), finding.layers.end());
    if (finding.specific && finding.fault_type != kNoFault) {
      result.final_types[finding.fault_type].insert(finding.layers.begin(), finding.layers.end());
    }
  }
  if (!findings.empty()) {
    result.specific = findings.front().specific;
    result.confidence = findings.front().confidence;
    result.cues = findings.front().cues;
  }
  const auto scores = scorer.score(mapping::words_of(gold.text));
  result.unsupported =
      !gold.types.empty() && std::ranges::none_of(gold.types, [&](const auto& label) {
        return std::ranges::any_of(
            scores, [&](const auto& score) { return score.type->code == label.first; });
      });
  return result;
}

std::string first_type(const LabelSet& labels) {
  return labels.empty() ? "-" : labels.begin()->first;
}

void count_layers(const Comparison& row, const trainer::ModelSpec& model, Agreement& result) {
  for (const auto& [type, layers] : row.gold.types) {
    const auto found = row.types.find(type);
    if (layers.empty() || found == row.types.end()) continue;
    ++result.layers_judged;
    result.layers_equal += canonical(layers, model) == canonical(found->second, model) ? 1 : 0;
  }
}

void count_by_type(const Comparison& row, Agreement& result) {
  for (const auto& [type, layers] : row.gold.final_types) {
    auto& counts = result.types[type];
    ++(row.final_types.contains(type) ? counts.hit : counts.missed);
  }
  for (const auto& [type, layers] : row.final_types) {
    if (!row.gold.final_types.contains(type)) ++result.types[type].extra;
  }
}

void count_confusion(const Comparison& row, Agreement& result) {
  for (const auto& [type, layers] : row.gold.types) {
    ++result.confusion[type][row.types.contains(type) ? type : first_type(row.types)];
  }
  if (row.gold.types.empty()) ++result.confusion["-"][first_type(row.types)];
}

double mean_f1(const std::map<std::string, Counts>& types) {
  double sum = 0;
  int labelled = 0;
  for (const auto& [type, counts] : types) {
    if (counts.hit + counts.missed == 0) continue;
    sum += counts.f1();
    ++labelled;
  }
  return labelled == 0 ? 0 : sum / labelled;
}

}  // namespace

double Counts::precision() const { return ratio(hit, hit + extra); }
double Counts::recall() const { return ratio(hit, hit + missed); }
double Counts::f1() const { return ratio(2 * hit, 2 * hit + extra + missed); }
void Counts::add(const Counts& other) {
  hit += other.hit;
  extra += other.extra;
  missed += other.missed;
}

double Agreement::layer_accuracy() const { return ratio(layers_equal, layers_judged); }
double Agreement::specific_accuracy() const { return ratio(specific_equal, specific_judged); }

std::vector<Comparison> compare_with_gold(const std::vector<GoldAnswer>& gold,
                                          mapping::AnswerMapper& mapper,
                                          std::chrono::duration<double, std::milli>* mapping_time) {
  const mapping::TypeScorer scorer;
  std::vector<Comparison> comparisons;
  comparisons.reserve(gold.size());
  for (std::size_t begin = 0; begin < gold.size();) {
    // One reply at a time: a mapper that asks a model asks once a reply.
    std::size_t end = begin;
    std::vector<mapping::Answer> answers;
    while (end < gold.size() && gold[end].fault == gold[begin].fault &&
           gold[end].reply == gold[begin].reply) {
      mapping::Answer answer;
      answer.text = gold[end].text;
      answers.push_back(std::move(answer));
      ++end;
    }
    const auto model = study_model(gold[begin].fault);
    const auto start = std::chrono::steady_clock::now();
    const auto mapped = mapper.map(answers, model);
    if (mapping_time != nullptr) *mapping_time += std::chrono::steady_clock::now() - start;
    for (std::size_t index = begin; index < end; ++index) {
      comparisons.push_back(compare(gold[index], mapped.at(index - begin).findings, scorer));
    }
    begin = end;
  }
  return comparisons;
}

Agreement measure(const std::vector<Comparison>& comparisons) {
  Agreement result;
  std::map<std::string, trainer::ModelSpec> models;
  for (const auto& row : comparisons) {
    const auto& fault = row.gold.fault;
    const auto& model = models.try_emplace(fault, study_model(fault)).first->second;
    ++result.answers;
    const Counts counts = count_types(row.gold.final_types, row.final_types);
    result.micro.add(counts);
    result.faults[fault].add(counts);
    result.all_types.add(count_types(row.gold.types, row.types));
    result.with_layers.add(count_with_layers(row.gold.final_types, row.final_types, model));
    count_by_type(row, result);
    count_layers(row, model, result);
    if (row.gold.specific) {
      ++result.specific_judged;
      result.specific_equal += *row.gold.specific == row.specific ? 1 : 0;
    }
    const bool labelled = row.gold.types.contains(kNoFault);
    const bool mapped = row.types.contains(kNoFault);
    if (labelled || mapped)
      ++(labelled && mapped ? result.nef.hit : labelled ? result.nef.missed : result.nef.extra);
    count_confusion(row, result);
  }
  result.macro_f1 = mean_f1(result.types);
  return result;
}

std::vector<Comparison> worst_disagreements(const std::vector<Comparison>& comparisons,
                                            std::size_t most) {
  std::vector<Comparison> wrong;
  std::set<std::string> known;
  for (const auto& row : comparisons) {
    const Counts counts = count_types(row.gold.final_types, row.final_types);
    if (counts.extra + counts.missed > 0 && known.insert(row.gold.text).second)
      wrong.push_back(row);
  }
  std::ranges::stable_sort(wrong, std::greater<>(), &Comparison::confidence);
  if (wrong.size() > most) wrong.resize(most);
  return wrong;
}

std::string label_text(const LabelSet& labels) {
  std::string text;
  for (const auto& [type, layers] : labels) {
    text += (text.empty() ? "" : "|") + type;
    if (layers.empty()) continue;
    text += "(";
    for (const int layer : layers) text += (text.back() == '(' ? "" : ",") + std::to_string(layer);
    text += ")";
  }
  return text.empty() ? "-" : text;
}

}  // namespace dlfix::eval
