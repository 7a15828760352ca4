package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// ChannelRun is Count channels side by side: the Of-th node's from the From-th on
// become the result's from the To-th on.
type ChannelRun struct{ Of, From, To, Count int }

// ChannelsLast puts channels together anew, with channels last: nodes
// (N, H, W, PadChannels(channels[i])) give (N, H, W, PadChannels(c)), of which runs
// say where each channel comes from. Channels that no run makes are 0; none may be
// made by two. A channel may be read by none, but of each node by one at most.
//
// So channels are joined, cut, and put in another order.
func ChannelsLast(x []*G.Node, channels []int, c int, runs []ChannelRun) (*G.Node, error) {
	const name = "ChannelsLast"
	if err := wantFloat32(name, x...); err != nil {
		return nil, err
	}
	if len(channels) != len(x) || c < 1 {
		return nil, errors.Errorf("%s: want the channels of each of %d nodes, and at least 1 to make, got %v and %d", name, len(x), channels, c)
	}
	for i, n := range x {
		if s := n.Shape(); len(s) != 4 || channels[i] < 1 || !slices.Equal(s, tensor.Shape{x[0].Shape()[0], x[0].Shape()[1], x[0].Shape()[2], f32.PadChannels(channels[i])}) {
			return nil, errors.Errorf("%s: want images (N, H, W, %d) of one size, got %v first and %v as number %d", name, f32.PadChannels(channels[i]), x[0].Shape(), s, i+1)
		}
	}
	if err := checkRuns(name, channels, c, runs); err != nil {
		return nil, err
	}
	return channelsLastOf(name, x, channels, c, runs)
}

// checkRuns reports channels that are not there, or that are made or read twice.
func checkRuns(name string, channels []int, c int, runs []ChannelRun) error {
	made := make([]bool, c)
	read := make([][]bool, len(channels))
	for i, n := range channels {
		read[i] = make([]bool, n)
	}
	for _, r := range runs {
		if r.Of < 0 || r.Of >= len(channels) || r.Count < 1 || r.From < 0 || r.To < 0 || r.From+r.Count > channels[r.Of] || r.To+r.Count > c {
			return errors.Errorf("%s: want runs of %v channels into %d, got %+v", name, channels, c, r)
		}
		for i := range r.Count {
			if made[r.To+i] || read[r.Of][r.From+i] {
				return errors.Errorf("%s: want each channel made and read once at most, got %+v again", name, r)
			}
			made[r.To+i], read[r.Of][r.From+i] = true, true
		}
	}
	return nil
}

func channelsLastOf(name string, x []*G.Node, channels []int, c int, runs []ChannelRun) (*G.Node, error) {
	s := x[0].Shape()
	op := &channelsLastOp{
		result: newResult[float32](name, x, s[0], s[1], s[2], f32.PadChannels(c)), channels: channels, c: c, runs: runs, singles: make([][]int32, len(x)),
		x: make([][]float32, len(x)), bands: newBands(s[0], s[1], s[2]*f32.PadChannels(c), 1), across: s[2],
	}
	op.gaps = gapsOf(c, runs)
	for _, r := range runs {
		if r.Count == 1 {
			op.singles[r.Of] = append(op.singles[r.Of], int32(r.To), int32(r.From))
		}
	}
	op.body = op.band
	return G.ApplyOp(op, x...)
}

// gapsOf are the stretches of a pixel, padding included, that no run makes.
func gapsOf(c int, runs []ChannelRun) (gaps []ChannelRun) {
	sorted := slices.SortedFunc(slices.Values(runs), func(a, b ChannelRun) int { return a.To - b.To })
	at := 0
	for _, r := range append(sorted, ChannelRun{To: f32.PadChannels(c)}) {
		if r.To > at {
			gaps = append(gaps, ChannelRun{To: at, Count: r.To - at})
		}
		at = r.To + r.Count
	}
	return gaps
}

type channelsLastOp struct {
	result[float32]
	channels []int
	c        int
	runs     []ChannelRun
	singles  [][]int32    // of each input, runs of one channel: to, from, to, from, …
	gaps     []ChannelRun // that no run makes
	bands    bands
	across   int // pixels in a row

	x    [][]float32 // of the run under way
	body func(int)
}

var (
	_ G.SDOp = (*channelsLastOp)(nil)
	_ Owner  = (*channelsLastOp)(nil)
)

func (op *channelsLastOp) DiffWRT(n int) []bool { return all(n) }

// SymDiff brings each channel back to where it came from.
func (op *channelsLastOp) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	grads := make(G.Nodes, len(in))
	for i := range in {
		var back []ChannelRun
		for _, r := range op.runs {
			if r.Of == i {
				back = append(back, ChannelRun{From: r.To, To: r.From, Count: r.Count})
			}
		}
		var err error
		if grads[i], err = channelsLastOf(op.name+"Grad", G.Nodes{grad}, []int{op.c}, op.channels[i], back); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

func (op *channelsLastOp) Do(in ...G.Value) (G.Value, error) {
	for i, v := range in {
		var err error
		if op.x[i], err = floats(v, v.Shape().TotalSize()); err != nil {
			return nil, err
		}
	}
	parallel.For(op.bands.count*op.out.Shape()[0], op.body)
	return op.out, nil
}

// band makes some rows of an image.
func (op *channelsLastOp) band(i int) {
	image, from, to := op.bands.of(i)
	first, count := (image*op.bands.rows+from)*op.across, (to-from)*op.across
	pixel := f32.PadChannels(op.c)
	y := op.y[first*pixel : (first+count)*pixel]
	for i, pairs := range op.singles {
		wide := f32.PadChannels(op.channels[i])
		each(y, op.x[i][first*wide:(first+count)*wide], pairs, pixel, wide)
	}
	for _, r := range op.runs {
		if r.Count == 1 {
			continue
		}
		wide := f32.PadChannels(op.channels[r.Of])
		x := op.x[r.Of][first*wide : (first+count)*wide]
		for yi, xi := r.To, r.From; yi < len(y); yi, xi = yi+pixel, xi+wide {
			copy(y[yi:yi+r.Count], x[xi:xi+r.Count])
		}
	}
	for _, g := range op.gaps {
		for at := g.To; at < len(y); at += pixel {
			clear(y[at : at+g.Count])
		}
	}
}

// each copies single channels of each pixel.
func each(y, x []float32, pairs []int32, pixel, wide int) {
	for ; len(pairs) > 0 && len(y) >= pixel; y, x = y[pixel:], x[wide:] {
		for p := 1; p < len(pairs); p += 2 {
			y[pairs[p-1]] = x[pairs[p]]
		}
	}
}
