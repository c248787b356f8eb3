// How large an effect has to be to be seen.
#pragma once

namespace ringside {

/// The true effect, as a multiple of a standard error that was estimated with `seen_degrees` of
/// freedom, that the next measurement of the same kind tells from 0 in 4 of 5 cases at least: with
/// Student's t on one side at `chance`, its own standard error estimated with `then_degrees`. The
/// usual sum of two quantiles takes the standard error for known, and promises too much where few
/// rounds estimate it.
double visible_in_standard_errors(double seen_degrees, double then_degrees, double chance);

}  // namespace ringside
