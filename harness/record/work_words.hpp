// The words for a scenario's work, as trials carry them.
#pragma once

#include "base/json.hpp"
#include "base/work_words.hpp"

namespace ringside {

class JsonReader;
struct Measurement;

/// The member "words" of a line.
Json to_json(const WorkWords& words);

/// Reads it back. Throws Error naming the member that is missing or of the wrong kind.
WorkWords read_work_words(const JsonReader& object);

/// What the trial's work is called. Lines from before 2026-11 do not say it: they are of one of the
/// three scenarios that there were, whose words were fixed. Of anything else it is "operation".
WorkWords words_of(const Measurement& trial);

}  // namespace ringside
