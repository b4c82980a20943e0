// How far mapped answers agree with labels that people gave.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "eval/agreement/gold.h"
#include "mapping/findings/mapper.h"
#include "trainer/spec/model_spec.h"

namespace dlfix::eval {

/// One labelled answer beside what the mapper says.
struct Comparison {
  GoldAnswer gold;
  LabelSet types;        ///< all findings
  LabelSet final_types;  ///< specific ones other than NEF, as the study's FinalFT
  bool specific = false;
  double confidence = 0;
  std::vector<std::string> cues;
  bool unsupported = false;  ///< no cue of the label's types occurs in the text
};

/// Hits and misses of one kind of label.
struct Counts {
  int hit = 0;     ///< in both
  int extra = 0;   ///< mapped, not labelled
  int missed = 0;  ///< labelled, not mapped
  double precision() const;
  double recall() const;
  double f1() const;  ///< 0 when nothing was labelled nor mapped
  void add(const Counts& other);
};

struct Agreement {
  int answers = 0;
  Counts micro;                         ///< FinalFT, over answers and types
  double macro_f1 = 0;                  ///< mean over types that the gold has
  std::map<std::string, Counts> types;  ///< FinalFT by type
  std::map<std::string, Counts> faults;
  Counts all_types;      ///< FT
  Counts with_layers;    ///< FinalFT; where the gold names layers these must be equal, too
  int layers_equal = 0;  ///< labels with layers whose type was found: layers equal
  int layers_judged = 0;
  int specific_equal = 0;
  int specific_judged = 0;
  Counts nef;                                                   ///< "not an error" among FT
  std::map<std::string, std::map<std::string, int>> confusion;  ///< FT label -> mapped -> answers
  double layer_accuracy() const;
  double specific_accuracy() const;
};

/// Maps every answer, with the layers of its fault's program. `mapping_time`, where given: what the
/// mapper alone took.
std::vector<Comparison> compare_with_gold(
    const std::vector<GoldAnswer>& gold, mapping::AnswerMapper& mapper,
    std::chrono::duration<double, std::milli>* mapping_time = nullptr);

/// Sets are compared answer by answer. A Dense layer and the Activation layer behind it are one
/// layer here: people number either.
Agreement measure(const std::vector<Comparison>& comparisons);

/// Where gold and mapping differ most: the surest mistakes first, repeated texts once.
std::vector<Comparison> worst_disagreements(const std::vector<Comparison>& comparisons,
                                            std::size_t most);

/// "ACH(0,1)|HLR"; "-" for none.
std::string label_text(const LabelSet& labels);

}  // namespace dlfix::eval
