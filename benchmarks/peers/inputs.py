"""The seeded input of every case, written once as raw files that all programs read."""

from dataclasses import dataclass, replace

import numpy


def generator(*seed):
    return numpy.random.Generator(numpy.random.PCG64(seed))


@dataclass(frozen=True)
class DensityCase:
    side: int  # cells
    events: int
    radius: int  # cells

    @property
    def name(self):
        return f"{self.side} x {self.side}, {self.events:,} events, radius {self.radius}"

    @property
    def pairs(self):
        """Events times the cells in reach of one."""
        return self.events * numpy.pi * self.radius**2

    def with_events(self, events):
        return DensityCase(self.side, events, self.radius)

    def places(self):
        """Uniform over the grid, in cells from its south-west corner, y northwards; one row an event.

        The first two are the corners: some programs lay their grid around the events, and so lay it as the others do.
        """
        places = generator(1, self.side, self.events).random((self.events, 2)) * self.side
        places[0], places[1] = 0, self.side
        return places

    def centres(self):
        """Of the cells, row by row from the north; one row a cell."""
        centres = numpy.arange(self.side) + 0.5
        x, y = numpy.meshgrid(centres, centres[::-1])
        return numpy.column_stack([x.ravel(), y.ravel()])

    def file(self, folder):
        path = folder / f"events_{self.side}_{self.events}.f64"
        if not path.exists():
            self.places().tofile(path)
        return path


@dataclass(frozen=True)
class DistanceCase:
    side: int
    share: float = 0.001  # of cells that are targets

    @property
    def name(self):
        return f"{self.side:,} x {self.side:,}"

    def targets(self):
        """Indices of the target cells, row by row from the north."""
        cells = self.side**2
        return numpy.unique(generator(2, self.side).integers(0, cells, round(cells * self.share)))

    def mask(self):
        mask = numpy.zeros(self.side**2, numpy.uint8)
        mask[self.targets()] = 1
        return mask.reshape(self.side, self.side)

    def targets_file(self, folder):
        path = folder / f"targets_{self.side}.u64"
        if not path.exists():
            self.targets().astype(numpy.uint64).tofile(path)
        return path

    def mask_file(self, folder):
        path = folder / f"mask_{self.side}.u8"
        if not path.exists():
            self.mask().tofile(path)
        return path


@dataclass(frozen=True)
class ZonalCase:
    side: int
    polygons: int
    radius: int  # mean, in cells
    vertices: int

    @property
    def name(self):
        return f"{self.polygons:,} polygons of {self.vertices} vertices, about {self.radius} cells in radius"

    def rings(self):
        """Wobbly star-shaped rings, closed, clockwise, in cells from the south-west corner: polygons x vertices x 2."""
        random = generator(3, self.polygons, self.vertices)
        angle = -numpy.linspace(0, 2 * numpy.pi, self.vertices, endpoint=False)
        waves = numpy.arange(2, 6)
        phase = random.random((self.polygons, 4, 1)) * 2 * numpy.pi
        height = random.random((self.polygons, 4, 1)) * numpy.array([0.25, 0.15, 0.1, 0.08])[:, None]
        wobble = (height * numpy.sin(waves[:, None] * angle + phase)).sum(axis=1)
        wobble += 0.03 * (2 * random.random(wobble.shape) - 1)
        radius = self.radius * (0.6 + 0.8 * random.random((self.polygons, 1))) * (1 + wobble)
        centre = random.random((self.polygons, 1, 2)) * self.side
        rings = centre + numpy.stack([radius * numpy.cos(angle), radius * numpy.sin(angle)], axis=2)
        return numpy.concatenate([rings, rings[:, :1]], axis=1)

    def values(self):
        return generator(4, self.side).random((self.side, self.side))

    def files(self, folder):
        """Options of the C++ programs."""
        stem = f"{self.side}_{self.polygons}_{self.vertices}"
        vertices, ends = folder / f"vertices_{stem}.f64", folder / f"ends_{stem}.i64"
        values = folder / f"values_{self.side}.f64"
        if not vertices.exists():
            rings = self.rings()
            rings.tofile(vertices)
            (numpy.arange(1, self.polygons + 1) * rings.shape[1]).astype(numpy.int64).tofile(ends)
        if not values.exists():
            self.values().tofile(values)
        return ["--side", self.side, "--vertices", vertices, "--ring-ends", ends, "--values", values]


@dataclass(frozen=True)
class HotspotCase:
    areas: int
    neighbours: int  # the nearest of each area
    permutations: int
    weights: str = "equal"  # or "inverse distance"

    @property
    def name(self):
        return f"{self.areas:,} areas, {self.neighbours} neighbours, {self.permutations:,} permutations"

    def with_areas(self, areas):
        return replace(self, areas=areas)

    def places(self):
        """Uniform over a square, as points; one row an area."""
        return generator(5, self.areas).random((self.areas, 2)) * 1000

    def values(self):
        """Skewed, without ties; neighbours are a little alike."""
        noise = generator(6, self.areas).standard_exponential(self.areas)
        return noise * (1.5 + numpy.sin(self.places() / 60).sum(axis=1) / 2)

    def nearest(self):
        """Distances and areas."""
        from scipy.spatial import cKDTree

        places = self.places()
        distances, areas = cKDTree(places).query(places, self.neighbours + 1)
        order = areas[:, 1:].argsort(axis=1)
        return (numpy.take_along_axis(array[:, 1:], order, axis=1) for array in (distances, areas))

    def links(self):
        """The neighbours of each area, ascending; one row an area."""
        return list(self.nearest())[1].astype(numpy.uint32)

    def files(self, folder):
        """Values and links."""
        values = folder / f"hotspot_values_{self.areas}.f64"
        links = folder / f"hotspot_links_{self.areas}_{self.neighbours}.u32"
        if not values.exists():
            self.values().tofile(values)
        if not links.exists():
            self.links().tofile(links)
        return values, links

    def weights_file(self, folder):
        path = folder / f"hotspot_weights_{self.areas}_{self.neighbours}_{self.weights.split()[0]}.f64"
        if not path.exists():
            distances, _ = self.nearest()
            (numpy.ones_like(distances) if self.weights == "equal" else 1 / distances).tofile(path)
        return path
