package main

// transform is a linear map T of in numbers to out numbers: the kernel makes
// T·x·Tᵀ of a square x.
type transform struct {
	name    string
	in, out int
	groups  []group
	biased  bool // a bias is added, and the sum cut below
}

// group is some rows of T that have sums of their inputs in common.
type group struct {
	mid []sum
	out []output
}

// output is row at of T, as a sum of inputs and of the group's sums, which are
// numbered from middle on.
type output struct {
	at  int
	sum sum
}

const middle = 100

type term struct {
	x  int
	by float32
}

// Factors of 1 come behind others.
type sum []term

// constants are the factors that something is multiplied by.
func (g group) constants() (cs []float32) {
	sums := g.mid
	for _, o := range g.out {
		sums = append(sums[:len(sums):len(sums)], o.sum)
	}
	for _, s := range sums {
		for i, t := range s {
			if t.by != 1 && (t.by != -1 || i == 0) {
				cs = append(cs, t.by)
			}
		}
	}
	return cs
}

// one is a row alone.
func one(at int, s sum) group { return group{out: []output{{at, s}}} }

// pair is rows at and at+1: the sum and the difference of even and odd.
func pair(at int, even, odd sum) group {
	return group{[]sum{even, odd}, []output{{at, sum{{middle, 1}, {middle + 1, 1}}}, {at + 1, sum{{middle, 1}, {middle + 1, -1}}}}}
}

// The sums of the transposed transforms' pairs of inputs.
var (
	add12 = sum{{1, 1}, {2, 1}}
	sub12 = sum{{1, 1}, {2, -1}}
	add34 = sum{{3, 1}, {4, 1}}
	sub34 = sum{{3, 1}, {4, -1}}
)

// The points of F(4×4, 3×3) are 0, ±a, ±b and infinity.
const (
	a, b = 5. / 8, 3. / 2
	p, s = a * a * b * b, a*a + b*b
	ca   = 1 / (2 * a * a * (a*a - b*b))
	cb   = 1 / (2 * b * b * (b*b - a*a))
)

var transforms = []transform{
	{name: "input2", in: 4, out: 4, groups: []group{
		one(0, sum{{0, 1}, {2, -1}}),
		pair(1, sum{{2, 1}}, sum{{1, 1}}),
		one(3, sum{{1, 1}, {3, -1}}),
	}},
	{name: "filter2", in: 3, out: 4, groups: []group{
		one(0, sum{{0, 1}}),
		pair(1, sum{{0, 0.5}, {2, 0.5}}, sum{{1, 0.5}}),
		one(3, sum{{2, 1}}),
	}},
	{name: "output2", in: 4, out: 2, biased: true, groups: []group{
		one(0, sum{{0, 1}, {1, 1}, {2, 1}}),
		one(1, sum{{1, 1}, {2, -1}, {3, -1}}),
	}},
	{name: "outputGrad2", in: 2, out: 4, groups: []group{
		one(0, sum{{0, 1}}),
		pair(1, sum{{0, 1}}, sum{{1, 1}}),
		one(3, sum{{1, -1}}),
	}},
	{name: "filterGrad2", in: 4, out: 3, groups: []group{
		{[]sum{add12}, []output{{0, sum{{middle, 0.5}, {0, 1}}}, {2, sum{{middle, 0.5}, {3, 1}}}}},
		{[]sum{sub12}, []output{{1, sum{{middle, 0.5}}}}},
	}},
	{name: "input4", in: 6, out: 6, groups: []group{
		one(0, sum{{0, p}, {2, -s}, {4, 1}}),
		pair(1, sum{{2, -b * b}, {4, 1}}, sum{{3, a}, {1, -a * b * b}}),
		pair(3, sum{{2, -a * a}, {4, 1}}, sum{{3, b}, {1, -a * a * b}}),
		one(5, sum{{1, p}, {3, -s}, {5, 1}}),
	}},
	{name: "filter4", in: 3, out: 6, groups: []group{
		one(0, sum{{0, 1 / p}}),
		pair(1, sum{{0, ca}, {2, ca * a * a}}, sum{{1, ca * a}}),
		pair(3, sum{{0, cb}, {2, cb * b * b}}, sum{{1, cb * b}}),
		one(5, sum{{2, 1}}),
	}},
	{name: "output4", in: 6, out: 4, biased: true, groups: []group{
		{[]sum{add12, add34}, []output{
			{0, sum{{middle, 1}, {middle + 1, 1}, {0, 1}}},
			{2, sum{{middle, a * a}, {middle + 1, b * b}}},
		}},
		{[]sum{sub12, sub34}, []output{
			{1, sum{{middle, a}, {middle + 1, b}}},
			{3, sum{{middle, a * a * a}, {middle + 1, b * b * b}, {5, 1}}},
		}},
	}},
	{name: "outputGrad4", in: 4, out: 6, groups: []group{
		one(0, sum{{0, 1}}),
		pair(1, sum{{2, a * a}, {0, 1}}, sum{{1, a}, {3, a * a * a}}),
		pair(3, sum{{2, b * b}, {0, 1}}, sum{{1, b}, {3, b * b * b}}),
		one(5, sum{{3, 1}}),
	}},
	{name: "filterGrad4", in: 6, out: 3, groups: []group{
		{[]sum{add12, add34}, []output{
			{0, sum{{middle, ca}, {middle + 1, cb}, {0, 1 / p}}},
			{2, sum{{middle, ca * a * a}, {middle + 1, cb * b * b}, {5, 1}}},
		}},
		{[]sum{sub12, sub34}, []output{{1, sum{{middle, ca * a}, {middle + 1, cb * b}}}}},
	}},
}
