"""Moves, turns, shears and zooms images: linear interpolation between pixels, rows and columns first."""

import numpy


def transformed(image, matrix, fill_mode, cval):
    """`image` (rows, columns, channels): pixel p of the result is taken from `matrix` @ p, about the centre."""
    rows, columns = image.shape[:2]
    centre = numpy.array([rows / 2 - 0.5, columns / 2 - 0.5])
    grid = numpy.stack(numpy.meshgrid(numpy.arange(rows), numpy.arange(columns), indexing="ij"), -1) - centre
    places = grid @ matrix[:2, :2].T + matrix[:2, 2] + centre
    low = numpy.floor(places).astype(int)
    part = places - low
    result = numpy.zeros(image.shape, dtype=float)
    for down in (0, 1):
        for right in (0, 1):
            share = (part[..., 0] if down else 1 - part[..., 0]) * (part[..., 1] if right else 1 - part[..., 1])
            result += share[..., None] * _pixels(image, low[..., 0] + down, low[..., 1] + right, fill_mode, cval)
    return result.astype(image.dtype)


def _pixels(image, row, column, fill_mode, cval):
    rows, columns = image.shape[:2]
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    found = image[_folded(row, rows, fill_mode), _folded(column, columns, fill_mode)].astype(float)
    if fill_mode == "constant":
        found[~inside] = cval
    return found


def _folded(index, size, fill_mode):
    """Places beyond the border, led back inside."""
    if fill_mode == "wrap":
        return index % size
    if fill_mode == "reflect":
        index = index % (2 * size)
        return numpy.where(index < size, index, 2 * size - 1 - index)
    return numpy.clip(index, 0, size - 1)


def matrix_of(theta=0, tx=0, ty=0, shear=0, zx=1, zy=1):
    """3x3 matrix of a rotation and shear in degrees, shifts in pixels and zooms, applied in this order."""
    turn, slant = numpy.deg2rad(theta), numpy.deg2rad(shear)
    steps = [numpy.array([[numpy.cos(turn), -numpy.sin(turn), 0], [numpy.sin(turn), numpy.cos(turn), 0], [0, 0, 1]]),
             numpy.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]]),
             numpy.array([[1, -numpy.sin(slant), 0], [0, numpy.cos(slant), 0], [0, 0, 1]]),
             numpy.array([[zx, 0, 0], [0, zy, 0], [0, 0, 1]])]
    matrix = numpy.eye(3)
    for step in steps:
        matrix = matrix @ step
    return matrix
