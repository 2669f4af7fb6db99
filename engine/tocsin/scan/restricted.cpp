#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/poisson.hpp>

#include <tocsin/core/parallel.hpp>
#include <tocsin/scan/restricted.hpp>

namespace tocsin {
namespace {

/// The limits of one site: counts around its median, outwards until the mid-p value is below `alpha`.
template <typename Distribution>
void find_limits(const Distribution& distribution, double most, double alpha, double& at_least, double& at_most) {
  const double middle = std::floor(boost::math::mean(distribution));
  const auto upper = [&](double c) {
    return boost::math::cdf(boost::math::complement(distribution, c)) + boost::math::pdf(distribution, c) / 2;
  };
  const auto lower = [&](double c) {
    return boost::math::cdf(distribution, c) - boost::math::pdf(distribution, c) / 2;
  };
  at_least = middle;
  while (at_least > 0 && upper(at_least - 1) < alpha) --at_least;
  while (at_least <= most && !(upper(at_least) < alpha)) ++at_least;
  at_most = middle;
  while (at_most < most && lower(at_most + 1) < alpha) ++at_most;
  while (at_most >= 0 && !(lower(at_most) < alpha)) --at_most;
}

}  // namespace

RestrictedPlaces restricted_places(const ScanSites& sites, const ScanOptions& options, double cases) {
  RestrictedPlaces places;
  if (!options.restricted_below) return places;
  const double alpha = *options.restricted_below, rate = cases / sites.total_measure;
  places.at_least.resize(sites.size());
  places.at_most.resize(sites.size());
  parallel_for(sites.size(), [&](std::size_t i) {
    double &least = places.at_least[i], &most = places.at_most[i];
    const double measure = sites.site_measure[i];
    if (measure == 0) {  // nothing can happen there: its mid-p value is a half
      const bool enters = 0.5 < alpha;
      least = enters ? 0 : 1;
      most = enters ? 0 : -1;
    } else if (options.model == ScanModel::bernoulli) {
      find_limits(boost::math::binomial_distribution<double>(measure, rate), measure, alpha, least, most);
    } else {
      find_limits(boost::math::poisson_distribution<double>(measure * rate), cases, alpha, least, most);
    }
  });
  return places;
}

}  // namespace tocsin
