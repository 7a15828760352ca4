// Package filters shows what a convolution does to a picture, with weights that
// nobody had to learn:
//
//	emboss, err := filters.Find("emboss")
//	embossed, err := emboss.Apply(ctx, photo, filters.Wrap)
//	smaller, err := filters.Pool{Size: 2}.Apply(ctx, embossed)
//	maps, err := filters.Chain{Filters: []filters.Filter{emboss}, Pool: filters.Pool{Size: 2}}.Apply(ctx, photo)
//	fmt.Print(maps.Peak())
//
// A filter is a Gorgonia expression graph on a TapeMachine, just as a layer of
// a network is: one convolution, whose weights are the filter's matrix. Each
// colour channel is filtered on its own. The median is the exception: no sum of
// weighted pixels makes one, so it is computed without a graph; and so is what
// float32 is too coarse for, or a picture with transparency, of which a pixel
// counts as much as it is seen. Filter.Explain is the arithmetic in float64
// that all of them agree with, to the last level.
//
// Pictures of any size are worked on in tiles, all of one size, by as many
// copies of the program as there are processors: memory beyond the pictures
// themselves does not grow with them.
//
// The filters are those of https://lodev.org/cgtutor/filtering.html and of the
// course's lesson on convolutions.
package filters
