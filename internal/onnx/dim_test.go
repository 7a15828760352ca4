package onnx

import "testing"

// Each operation on sizes gives, for each N, what the integers give.
func TestDimArithmetic(t *testing.T) {
	var dims []Dim
	for a := -3; a <= 3; a++ {
		for b := -4; b <= 4; b++ {
			dims = append(dims, Dim{a, b})
		}
	}
	for _, d := range dims {
		for _, e := range dims {
			checkDims(t, d, e)
		}
	}
}

func checkDims(t *testing.T, d, e Dim) {
	t.Helper()
	const most = 40 // all of which the sizes above differ by shows below
	sum, ok := d.plus(e)
	difference, ok2 := d.minus(e)
	product, ok3 := d.times(e)
	quotient, ok4 := d.over(e)
	if !ok || !ok2 || ok3 != (d.A == 0 || e.A == 0) {
		t.Fatalf("%v and %v: no sum, difference or product", d, e)
	}
	sign, err := compare(d, e)
	equal, certain := difference.is(0)
	whole, signs, equals := true, map[int]bool{}, map[bool]bool{}
	for n := 1; n <= most; n++ {
		x, y := d.At(n), e.At(n)
		if sum.At(n) != x+y || difference.At(n) != x-y || ok3 && product.At(n) != x*y {
			t.Fatalf("%v and %v at %d: sum %v, difference %v, product %v", d, e, n, sum, difference, product)
		}
		if ok4 && quotient.At(n)*y != x {
			t.Fatalf("%v over %v: want no quotient, got %v", d, e, quotient)
		}
		whole = whole && y != 0 && x%y == 0
		signs[max(-1, min(1, x-y))] = true
		equals[x == y] = true
	}
	if err == nil && (len(signs) != 1 || !signs[max(-1, min(1, sign))]) {
		t.Errorf("compare(%v, %v) = %d, want an error", d, e, sign)
	}
	if err != nil && len(signs) == 1 {
		t.Errorf("compare(%v, %v): want a result", d, e)
	}
	if certain != (len(equals) == 1) || certain && !equals[equal] {
		t.Errorf("%v = %v: got %v, certain %v", d, e, equal, certain)
	}
	if e.A == 0 && whole && !ok4 {
		t.Errorf("%v over %v: want a quotient", d, e)
	}
}

func TestDimOverflow(t *testing.T) {
	const big = 1 << 62
	for _, d := range []Dim{{big, 0}, {0, big}, {-big, 0}, {0, -big - 1}} {
		if p, ok := d.times(Fixed(4)); ok {
			t.Errorf("%v times 4: want no product, got %v", d, p)
		}
	}
	if s, ok := Fixed(big).plus(Fixed(big)); ok {
		t.Errorf("want no sum, got %v", s)
	}
	if s, ok := Fixed(-big).minus(Fixed(big + 1)); ok {
		t.Errorf("want no difference, got %v", s)
	}
	if n, ok := (Shape{Fixed(big), Fixed(big), Fixed(0)}).size(); !ok || n != Fixed(0) {
		t.Errorf("want 0 elements, got %v, %v", n, ok)
	}
	if p, ok := Fixed(-1 << 62).times(Fixed(2)); ok && p != Fixed(-1<<63) {
		t.Errorf("want no wrong product, got %v", p)
	}
}

func TestShapesPrinted(t *testing.T) {
	for want, s := range map[string]Shape{
		"()": {}, "(3,)": FixedShape(3), "(N, 3)": {Batch, Fixed(3)}, "(2N+1, N-1, 4N)": {{2, 1}, {1, -1}, {4, 0}},
	} {
		if got := s.String(); got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	}
}
