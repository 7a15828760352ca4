package filters

import (
	"slices"

	"github.com/pkg/errors"
)

// catalog is the filters of lodev.org/cgtutor/filtering.html, then the
// course's.
var catalog = []Filter{
	{Name: "blur", About: "the mean of a pixel and its four neighbours", Matrix: Matrix{
		{0, 0.2, 0},
		{0.2, 0.2, 0.2},
		{0, 0.2, 0},
	}},
	{Name: "blur-5x5", About: "the mean of the 13 pixels of a diamond", Factor: 1. / 13, Matrix: Matrix{
		{0, 0, 1, 0, 0},
		{0, 1, 1, 1, 0},
		{1, 1, 1, 1, 1},
		{0, 1, 1, 1, 0},
		{0, 0, 1, 0, 0},
	}},
	{Name: "gaussian", About: "smooth: nearer pixels count more", Factor: 1. / 16, Matrix: Matrix{
		{1, 2, 1},
		{2, 4, 2},
		{1, 2, 1},
	}},
	{Name: "gaussian-5x5", About: "smooth, over a wider window", Factor: 1. / 256, Matrix: Matrix{
		{1, 4, 6, 4, 1},
		{4, 16, 24, 16, 4},
		{6, 24, 36, 24, 6},
		{4, 16, 24, 16, 4},
		{1, 4, 6, 4, 1},
	}},
	{Name: "motion-blur", About: "the mean along the diagonal, as if the camera had moved", Factor: 1. / 9, Matrix: diagonal(9)},
	{Name: "edges-horizontal", About: "edges met from left to right", Matrix: Matrix{
		{0, 0, 0, 0, 0},
		{0, 0, 0, 0, 0},
		{-1, -1, 2, 0, 0},
		{0, 0, 0, 0, 0},
		{0, 0, 0, 0, 0},
	}},
	{Name: "edges-vertical", About: "edges met from top to bottom", Matrix: Matrix{
		{0, 0, -1, 0, 0},
		{0, 0, -1, 0, 0},
		{0, 0, 4, 0, 0},
		{0, 0, -1, 0, 0},
		{0, 0, -1, 0, 0},
	}},
	{Name: "edges-45", About: "edges met along the diagonal", Matrix: Matrix{
		{-1, 0, 0, 0, 0},
		{0, -2, 0, 0, 0},
		{0, 0, 6, 0, 0},
		{0, 0, 0, -2, 0},
		{0, 0, 0, 0, -1},
	}},
	{Name: "edges", About: "edges in all directions", Matrix: Matrix{
		{-1, -1, -1},
		{-1, 8, -1},
		{-1, -1, -1},
	}},
	{Name: "sharpen", About: "the picture plus its edges", Matrix: Matrix{
		{-1, -1, -1},
		{-1, 9, -1},
		{-1, -1, -1},
	}},
	{Name: "sharpen-subtle", About: "sharpen more gently, over a wider window", Factor: 1. / 8, Matrix: Matrix{
		{-1, -1, -1, -1, -1},
		{-1, 2, 2, 2, -1},
		{-1, 2, 8, 2, -1},
		{-1, 2, 2, 2, -1},
		{-1, -1, -1, -1, -1},
	}},
	{Name: "edges-excessive", About: "sharpen so that edges stand out in excess", Matrix: Matrix{
		{1, 1, 1},
		{1, -7, 1},
		{1, 1, 1},
	}},
	{Name: "emboss", About: "relief, lit along the diagonal", Bias: 128, Matrix: Matrix{
		{-1, -1, 0},
		{-1, 0, 1},
		{0, 1, 1},
	}},
	{Name: "emboss-5x5", About: "deeper relief", Bias: 128, Matrix: Matrix{
		{-1, -1, -1, -1, 0},
		{-1, -1, -1, 0, 1},
		{-1, -1, 0, 1, 1},
		{-1, 0, 1, 1, 1},
		{0, 1, 1, 1, 1},
	}},
	{Name: "mean", About: "the mean of nine pixels", Factor: 1. / 9, Matrix: Matrix{
		{1, 1, 1},
		{1, 1, 1},
		{1, 1, 1},
	}},
	{Name: "median", About: "the middle one of nine values: removes specks", Median: 3},
	{Name: "median-9x9", About: "the middle one of 81 values: paints in patches", Median: 9},
	{Name: "vertical-lines", About: "the lesson's vertical lines (Sobel)", Matrix: Matrix{
		{-1, 0, 1},
		{-2, 0, 2},
		{-1, 0, 1},
	}},
	{Name: "horizontal-lines", About: "the lesson's horizontal lines (Sobel)", Matrix: Matrix{
		{-1, -2, -1},
		{0, 0, 0},
		{1, 2, 1},
	}},
	{Name: "laplacian", About: "how a pixel differs from its four neighbours", Matrix: Matrix{
		{0, 1, 0},
		{1, -4, 1},
		{0, 1, 0},
	}},
}

// diagonal is n ones from the upper left to the lower right.
func diagonal(n int) Matrix {
	m := make(Matrix, n)
	for i := range m {
		m[i] = make([]float64, n)
		m[i][i] = 1
	}
	return m
}

// All is every filter that has a name. The slice is the caller's, the matrices
// are not.
func All() []Filter { return slices.Clone(catalog) }

// Find is the filter of the given name.
func Find(name string) (Filter, error) {
	for _, f := range catalog {
		if f.Name == name {
			return f, nil
		}
	}
	return Filter{}, errors.Errorf("filter: want a name of one of All, got %q", name)
}
