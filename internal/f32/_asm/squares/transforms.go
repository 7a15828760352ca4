// Package squares has the linear maps of Winograd's minimal filtering, T·x·Tᵀ of a
// square x, as sums that share what they have in common.
package squares

// Transform is a linear map T of in numbers to out numbers: the kernel makes
// T·x·Tᵀ of a square x.
type Transform struct {
	Name    string
	In, Out int
	Groups  []Group
	Biased  bool // a bias is added, and the sum cut below
}

// Group is some rows of T that have sums of their inputs in common.
type Group struct {
	Mid []Sum
	Out []Output
}

// Output is row at of T, as a sum of inputs and of the group's sums, which are
// numbered from Middle on.
type Output struct {
	At  int
	Sum Sum
}

const Middle = 100

type Term struct {
	X  int
	By float32
}

// Sum is one of products. Factors of 1 come behind others.
type Sum []Term

// Constants are the factors that something is multiplied by.
func (g Group) Constants() (cs []float32) {
	sums := g.Mid
	for _, o := range g.Out {
		sums = append(sums[:len(sums):len(sums)], o.Sum)
	}
	for _, s := range sums {
		for i, t := range s {
			if t.By != 1 && (t.By != -1 || i == 0) {
				cs = append(cs, t.By)
			}
		}
	}
	return cs
}

// one is a row alone.
func one(at int, s Sum) Group { return Group{Out: []Output{{at, s}}} }

// pair is rows at and at+1: the sum and the difference of even and odd.
func pair(at int, even, odd Sum) Group {
	return Group{[]Sum{even, odd}, []Output{{at, Sum{{Middle, 1}, {Middle + 1, 1}}}, {at + 1, Sum{{Middle, 1}, {Middle + 1, -1}}}}}
}

// The sums of the transposed transforms' pairs of inputs.
var (
	add12 = Sum{{1, 1}, {2, 1}}
	sub12 = Sum{{1, 1}, {2, -1}}
	add34 = Sum{{3, 1}, {4, 1}}
	sub34 = Sum{{3, 1}, {4, -1}}
)

// The points of F(4×4, 3×3) are 0, ±a, ±b and infinity.
const (
	a, b = 5. / 8, 3. / 2
	p, s = a * a * b * b, a*a + b*b
	ca   = 1 / (2 * a * a * (a*a - b*b))
	cb   = 1 / (2 * b * b * (b*b - a*a))
)

// Transforms are the maps, in the order of their kernels.
var Transforms = []Transform{
	{Name: "input2", In: 4, Out: 4, Groups: []Group{
		one(0, Sum{{0, 1}, {2, -1}}),
		pair(1, Sum{{2, 1}}, Sum{{1, 1}}),
		one(3, Sum{{1, 1}, {3, -1}}),
	}},
	{Name: "filter2", In: 3, Out: 4, Groups: []Group{
		one(0, Sum{{0, 1}}),
		pair(1, Sum{{0, 0.5}, {2, 0.5}}, Sum{{1, 0.5}}),
		one(3, Sum{{2, 1}}),
	}},
	{Name: "output2", In: 4, Out: 2, Biased: true, Groups: []Group{
		one(0, Sum{{0, 1}, {1, 1}, {2, 1}}),
		one(1, Sum{{1, 1}, {2, -1}, {3, -1}}),
	}},
	{Name: "outputGrad2", In: 2, Out: 4, Groups: []Group{
		one(0, Sum{{0, 1}}),
		pair(1, Sum{{0, 1}}, Sum{{1, 1}}),
		one(3, Sum{{1, -1}}),
	}},
	{Name: "filterGrad2", In: 4, Out: 3, Groups: []Group{
		{[]Sum{add12}, []Output{{0, Sum{{Middle, 0.5}, {0, 1}}}, {2, Sum{{Middle, 0.5}, {3, 1}}}}},
		{[]Sum{sub12}, []Output{{1, Sum{{Middle, 0.5}}}}},
	}},
	{Name: "input4", In: 6, Out: 6, Groups: []Group{
		one(0, Sum{{0, p}, {2, -s}, {4, 1}}),
		pair(1, Sum{{2, -b * b}, {4, 1}}, Sum{{3, a}, {1, -a * b * b}}),
		pair(3, Sum{{2, -a * a}, {4, 1}}, Sum{{3, b}, {1, -a * a * b}}),
		one(5, Sum{{1, p}, {3, -s}, {5, 1}}),
	}},
	{Name: "filter4", In: 3, Out: 6, Groups: []Group{
		one(0, Sum{{0, 1 / p}}),
		pair(1, Sum{{0, ca}, {2, ca * a * a}}, Sum{{1, ca * a}}),
		pair(3, Sum{{0, cb}, {2, cb * b * b}}, Sum{{1, cb * b}}),
		one(5, Sum{{2, 1}}),
	}},
	{Name: "output4", In: 6, Out: 4, Biased: true, Groups: []Group{
		{[]Sum{add12, add34}, []Output{
			{0, Sum{{Middle, 1}, {Middle + 1, 1}, {0, 1}}},
			{2, Sum{{Middle, a * a}, {Middle + 1, b * b}}},
		}},
		{[]Sum{sub12, sub34}, []Output{
			{1, Sum{{Middle, a}, {Middle + 1, b}}},
			{3, Sum{{Middle, a * a * a}, {Middle + 1, b * b * b}, {5, 1}}},
		}},
	}},
	{Name: "outputGrad4", In: 4, Out: 6, Groups: []Group{
		one(0, Sum{{0, 1}}),
		pair(1, Sum{{2, a * a}, {0, 1}}, Sum{{1, a}, {3, a * a * a}}),
		pair(3, Sum{{2, b * b}, {0, 1}}, Sum{{1, b}, {3, b * b * b}}),
		one(5, Sum{{3, 1}}),
	}},
	{Name: "filterGrad4", In: 6, Out: 3, Groups: []Group{
		{[]Sum{add12, add34}, []Output{
			{0, Sum{{Middle, ca}, {Middle + 1, cb}, {0, 1 / p}}},
			{2, Sum{{Middle, ca * a * a}, {Middle + 1, cb * b * b}, {5, 1}}},
		}},
		{[]Sum{sub12, sub34}, []Output{{1, Sum{{Middle, ca * a}, {Middle + 1, cb * b}}}}},
	}},
}
