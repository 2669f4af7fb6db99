#pragma once

#include <span>
#include <vector>

#include <tocsin/density/density.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin {

/// Density of events relative to where people live: the density of events over the density of people, both with the
/// same kernel and bandwidth; in events per person. Smoothing both alike keeps the quotient finite and free of the
/// kernel's own shape: a place that is hot merely because it is a town is no longer so.
/// @see Kelsall and Diggle (1995), Statistics in Medicine 14, 2335-2342

/// People as weighted points: each cell's count at its centre. Cells that are not observed, and empty ones, give none:
/// nobody is known there, and the quotient near them rests on those who are.
/// @param persons  persons per cell
/// @throws Error   input: a negative or infinite count, with its cell
std::vector<WeightedPoint> people_as_points(const Raster<float>& persons);

/// Divides the density of events by that of people, in place. NaN where there are fewer people than the floor: a rate
/// that rests on next to nobody says nothing.
/// @param events   events per km2; becomes events per person. NaN stays NaN
/// @param people   persons per km2
/// @param floor_per_km2  persons per km2, above 0
/// @throws Error   shape_mismatch; invalid_argument: a floor that is not a positive number
void divide_by_people(std::span<double> events, std::span<const double> people, double floor_per_km2);

}  // namespace tocsin
