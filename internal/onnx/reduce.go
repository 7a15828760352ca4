package onnx

import (
	"math"
	"slices"
	"sort"

	"github.com/pkg/errors"
)

func foldReduce(c *call) error {
	x := c.x()
	r := len(x.shape)
	since := 18
	if c.n.OpType == "ReduceSum" {
		since = 13
	}
	given, _, err := c.parameter("axes", since, 1)
	if err != nil {
		return err
	}
	keep, noop := c.Flag("keepdims", 1), c.Flag("noop_with_empty_axes", 0)
	if len(given) == 0 && noop == 1 && c.version >= since || r == 0 {
		return c.set(0, x)
	}
	axes, err := c.axes(given, r)
	if err != nil {
		return err
	}
	if len(axes) == 0 {
		for i := range r {
			axes = append(axes, i)
		}
	}
	sort.Ints(axes)
	c.in = c.in[:1]
	kept, out := reduced(x.shape, axes)
	if c.mayFold(x.typ, kept, x) {
		k, err := reduce(c.n.OpType, x.known, axes)
		if err == nil && keep == 0 {
			k = k.reshaped(out.At(1))
		}
		return c.evaluated(k, err)
	}
	return c.reduction(axes, keep, kept, out)
}

// reduced is the shape with the axes' sizes 1, and without them.
func reduced(s Shape, axes []int) (kept, out Shape) {
	kept = slices.Clone(s)
	out = Shape{}
	for i := range s {
		if slices.Contains(axes, i) {
			kept[i] = Fixed(1)
		} else {
			out = append(out, s[i])
		}
	}
	return kept, out
}

// reduction emits the node; over all pixels as global pooling.
func (c *call) reduction(axes []int, keep int, kept, out Shape) error {
	global := map[string]string{"ReduceMean": "GlobalAveragePool", "ReduceMax": "GlobalMaxPool"}[c.n.OpType]
	r := len(c.x().shape)
	if global == "" || r < 3 || len(axes) != r-2 || axes[0] != 2 || !c.x().typ.IsFloat() {
		if keep == 1 {
			out = kept
		}
		return c.remain(out, IntsAttr("axes", axes...), IntAttr("keepdims", keep))
	}
	if keep == 1 {
		return c.emit(0, global, kept, c.in[:1])
	}
	x, err := c.step(global, kept, c.in[:1])
	if err != nil {
		return err
	}
	return c.emit(0, "Reshape", out, []*value{x})
}

// reduce evaluates a reduction; the axes' sizes become 1.
func reduce(op string, k *known, axes []int) (*known, error) {
	pair := map[string]string{"ReduceSum": "Add", "ReduceMean": "Add", "ReduceMax": "Max", "ReduceMin": "Min", "ReduceProd": "Mul"}[op]
	kept, _ := reduced(FixedShape(k.dims...), axes)
	dims := kept.At(1)
	into := slices.Collect(spread(dims, k.dims))
	if k.typ.IsFloat() && k.sym == nil {
		return reduceFloats(op, pair, k, dims, into)
	}
	v, err := k.whole()
	if err != nil {
		return nil, err
	}
	if len(v) == 0 {
		return nil, errors.New("its input is empty")
	}
	sum, seen := make([]Dim, product(dims)), make([]bool, product(dims))
	for i, at := range into {
		if !seen[at] {
			sum[at], seen[at] = v[i], true
			continue
		}
		if sum[at], err = intFunctions[pair](sum[at], v[i]); err != nil {
			return nil, err
		}
	}
	if op == "ReduceMean" {
		n := Fixed(k.len() / len(sum))
		for i := range sum {
			if sum[i], err = divide(sum[i], n); err != nil {
				return nil, err
			}
		}
	}
	return knownDims(k.typ, dims, sum), nil
}

func reduceFloats(op, pair string, k *known, dims, into []int) (*known, error) {
	x := k.floats()
	start := map[string]float64{"ReduceMax": math.Inf(-1), "ReduceMin": math.Inf(1), "ReduceProd": 1}[op]
	sum := make([]float64, product(dims))
	for i := range sum {
		sum[i] = start
	}
	for i, at := range into {
		sum[at] = floatFunctions[pair](sum[at], x[i])
	}
	raw := make([]byte, 0, len(sum)*k.typ.Size())
	for _, s := range sum {
		if op == "ReduceMean" {
			s /= float64(len(x) / len(sum))
		}
		raw = appendFloat(raw, k.typ, s)
	}
	return &known{typ: k.typ, dims: dims, raw: raw}, nil
}

func foldArgMax(c *call) error {
	x := c.x()
	axis, err := c.axis("axis", c.Int("axis", 0), len(x.shape))
	if err != nil {
		return err
	}
	keep, last := c.Flag("keepdims", 1), 0
	if c.version >= 12 {
		last = c.Flag("select_last_index", 0)
	}
	kept, out := reduced(x.shape, []int{axis})
	if keep == 1 {
		out = kept
	}
	return c.emit(0, "ArgMax", out, c.in, IntAttr("axis", axis), IntAttr("keepdims", keep), IntAttr("select_last_index", last))
}
