package eighths

import (
	"strings"
	"testing"
)

// The ranks' parts, one behind the other, are those of the batch.
func TestShares(t *testing.T) {
	for _, ranks := range []int{1, 2, 4, 8} {
		for n := 1; n <= 70; n++ {
			at, part, present := 0, 0, 0
			for rank := range ranks {
				s := Share{n, rank, ranks}
				if err := s.Check(); err != nil {
					t.Fatal(err)
				}
				from, to := s.Samples()
				if from != at {
					t.Fatalf("%+v: want samples from %d on, got %d", s, at, from)
				}
				for p := range s.Count() {
					a, b := s.Part(p)
					wantA, wantB := n*part/Count(n), n*(part+1)/Count(n)
					if a+from != wantA || b+from != wantB || a == b {
						t.Errorf("%+v: part %d: want %d to %d, got %d to %d", s, p, wantA, wantB, a+from, b+from)
					}
					part++
				}
				if to > from {
					present++
				}
				if (s.Count() == 0) != (from == to) {
					t.Errorf("%+v: %d parts of samples %d to %d", s, s.Count(), from, to)
				}
				at = to
			}
			s := Share{n, 0, ranks}
			if at != n || part != Count(n) || present != s.Present() {
				t.Errorf("%+v: %d samples in %d parts of %d ranks, want %d, %d and %d", s, at, part, present, n, Count(n), s.Present())
			}
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		share Share
		want  string
	}{
		{Share{32, 0, 3}, "want 1, 2, 4 or 8 ranks"},
		{Share{32, 0, 0}, "got 0"},
		{Share{32, 0, 16}, "got 16"},
		{Share{32, 2, 2}, "want a Rank from 0 to 1, got 2"},
		{Share{32, -1, 2}, "got -1"},
		{Share{0, 0, 2}, "at least 1 sample"},
	} {
		if err := c.share.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: want an error with %q, got %v", c.share, c.want, err)
		}
	}
}
