#include "eval/localisers/merged_fault.h"

#include <algorithm>
#include <map>
#include <set>

#include "eval/localisers/model_outline.h"

namespace dlfix::eval {
namespace {

constexpr int kNoLayer = -1;

/// What two findings must have in common to mean one fault.
struct Place {
  std::string family;
  int layer = kNoLayer;
  bool operator==(const Place&) const = default;
};

std::string family_of(const std::string& type) {
  return type == "ARM" || type == "AAL" ? "ACH" : type;
}

/// The layer in which a layer's activation stands: behind it, where it has none of its own.
int activation_layer(const mapping::Program& program, int layer) {
  const auto& layers = program.model.layers;
  const auto at = [&](std::size_t i) -> const trainer::LayerSpec& { return layers[i]; };
  if (layer < 0 || static_cast<std::size_t>(layer) >= layers.size()) return layer;
  const auto own = at(static_cast<std::size_t>(layer)).attributes.find("activation");
  const auto& attributes = at(static_cast<std::size_t>(layer)).attributes;
  if (own == attributes.end() || !own->is_string() || *own != "linear") return layer;
  for (std::size_t i = static_cast<std::size_t>(layer) + 1; i < layers.size(); ++i) {
    if (at(i).class_name == "Dropout" || at(i).class_name == "BatchNormalization") continue;
    return pure_activation(at(i)).empty() ? layer : static_cast<int>(i);
  }
  return layer;
}

std::vector<Place> places_of(const mapping::Program& program, const std::string& type,
                             const std::vector<int>& layers) {
  const std::string family = family_of(type);
  if (is_about_program(type) || layers.empty()) return {{family, kNoLayer}};
  std::vector<Place> places;
  for (const int layer : layers) {
    const Place place{family, family == "ACH" ? activation_layer(program, layer) : layer};
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  }
  return places;
}

class Merger {
 public:
  explicit Merger(const mapping::Program& program) : program_(program) {}

  void add(const RuleFinding& finding, std::size_t order) {
    auto places = places_of(program_, finding.fault_type, finding.layers);
    if (!finding.alternatives.empty() && !any_known(places)) {
      if (auto meant = known_alternative(finding)) places = {*meant};
    }
    for (Place& place : places) {
      const bool anywhere = place.layer == kNoLayer && !is_about_program(finding.fault_type);
      if (anywhere && join_family(place.family, finding, order)) continue;
      at(place).push_back({order, finding});
    }
  }

  std::vector<MergedFault> take() {
    std::ranges::stable_sort(faults_, {}, [](const auto& fault) { return first(fault.said); });
    std::vector<MergedFault> merged;
    for (Fault& fault : faults_) merged.push_back(finish(fault));
    return merged;
  }

 private:
  struct Said {
    std::size_t order;
    RuleFinding finding;
  };
  struct Fault {
    Place place;
    std::vector<Said> said;
  };

  static std::size_t first(const std::vector<Said>& said) {
    return std::ranges::min_element(said, {}, &Said::order)->order;
  }

  Fault* find(const Place& place) {
    const auto found = std::ranges::find(faults_, place, &Fault::place);
    return found == faults_.end() ? nullptr : &*found;
  }

  bool any_known(const std::vector<Place>& places) {
    return std::ranges::any_of(places, [&](const Place& p) { return find(p) != nullptr; });
  }

  std::vector<Said>& at(const Place& place) {
    if (Fault* known = find(place)) return known->said;
    faults_.push_back({place, {}});
    return faults_.back().said;
  }

  std::optional<Place> known_alternative(const RuleFinding& finding) {
    for (const std::string& text : finding.alternatives) {
      for (const FaultLabel& label : parse_fault_labels(text)) {
        const std::vector<int> layers(label.layers.begin(), label.layers.end());
        for (const Place& place : places_of(program_, label.type, layers)) {
          if (find(place) != nullptr) return place;
        }
      }
    }
    return std::nullopt;
  }

  bool join_family(const std::string& family, const RuleFinding& finding, std::size_t order) {
    bool joined = false;
    for (Fault& fault : faults_) {
      if (fault.place.family != family || fault.place.layer == kNoLayer) continue;
      fault.said.push_back({order, finding});
      joined = true;
    }
    return joined;
  }

  static MergedFault finish(Fault& fault) {
    std::ranges::stable_sort(fault.said, {}, &Said::order);
    MergedFault merged;
    std::map<std::string, int> votes;
    for (Said& said : fault.said) {
      if (family_of(said.finding.fault_type) == fault.place.family) {
        ++votes[said.finding.fault_type];
      }
      merged.said.push_back(std::move(said.finding));
    }
    for (const RuleFinding& finding : merged.said) {
      if (votes[finding.fault_type] > votes[merged.fault_type]) {
        merged.fault_type = finding.fault_type;
      }
    }
    if (fault.place.layer != kNoLayer) merged.layers = {fault.place.layer};
    return merged;
  }

  const mapping::Program& program_;
  std::vector<Fault> faults_;
};

/// Sure findings first, so that vaguer ones find what they may mean.
int vagueness(const RuleFinding& finding) {
  if (!finding.alternatives.empty()) return 2;
  return finding.layers.empty() && !is_about_program(finding.fault_type) ? 1 : 0;
}

}  // namespace

int MergedFault::tools() const {
  std::set<std::string> names;
  for (const RuleFinding& finding : said) names.insert(finding.tool);
  return static_cast<int>(names.size());
}

bool is_about_program(const std::string& fault_type) {
  static const std::set<std::string> kOfLayers{"ACH", "ARM", "AAL", "RAW", "WCI", "BCI",
                                               "LRM", "LAD", "LCN", "LCF", "RCD", "LWT"};
  return !kOfLayers.contains(fault_type);
}

std::vector<MergedFault> merge_findings(const mapping::Program& program,
                                        const std::vector<RuleFinding>& findings) {
  Merger merger(program);
  for (int vague = 0; vague <= 2; ++vague) {
    for (std::size_t i = 0; i < findings.size(); ++i) {
      const RuleFinding& finding = findings[i];
      if (finding.fault_type.empty() || !finding.dropped.empty()) continue;
      if (vagueness(finding) == vague) merger.add(finding, i);
    }
  }
  return merger.take();
}

}  // namespace dlfix::eval
