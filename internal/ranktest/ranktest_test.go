package ranktest

import (
	"strings"
	"testing"

	"github.com/pkg/errors"
)

func TestSum(t *testing.T) {
	// In float32 the ones are lost beside 1e8.
	for ranks, want := range map[int]float32{1: 1e8, 2: 1e8, 3: 0, 4: 0} {
		x := [][]float32{{1e8}, {1}, {-1e8}, {1}}
		if err := Run(4, func(r *Member) error { return r.SumFloat32(x[r.Rank()], ranks) }); err != nil {
			t.Fatal(err)
		}
		for i := range x {
			if x[i][0] != want {
				t.Errorf("sum over %d: rank %d: want %v, got %v", ranks, i, want, x[i][0])
			}
		}
	}
}

func TestGatherAndBroadcast(t *testing.T) {
	err := Run(4, func(r *Member) error {
		all, err := r.Allgather([]byte{byte(r.Rank()), 7})
		if err != nil || string(all) != "\x00\x07\x01\x07\x02\x07\x03\x07" {
			return errors.Errorf("gathered %v, %v", all, err)
		}
		b := []byte{byte(r.Rank())}
		if err := r.Broadcast(b, 2); err != nil || b[0] != 2 {
			return errors.Errorf("got %v, %v", b, err)
		}
		return r.Barrier()
	})
	if err != nil {
		t.Error(err)
	}
}

// Whatever one rank does, the others do not wait for it.
func TestNothingHangs(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(r *Member) error
		want string
	}{
		{"ends", func(r *Member) error {
			if r.Rank() == 1 {
				return nil
			}
			return r.Barrier()
		}, "rank 1 has ended"},
		{"fails", func(r *Member) error {
			if r.Rank() == 1 {
				return errors.New("no disk")
			}
			return r.Barrier()
		}, "no disk"},
		{"panics", func(r *Member) error {
			if r.Rank() == 1 {
				panic("ouch")
			}
			return r.Barrier()
		}, "ouch"},
		{"aborts", func(r *Member) error {
			if r.Rank() == 1 {
				r.Abort(errors.New("stop"))
			}
			return r.Barrier()
		}, "stop"},
		{"other lengths", func(r *Member) error { return r.SumFloat64(make([]float64, 1+r.Rank()/3), 4) }, "sum of 2 float64"},
	} {
		if err := Run(4, c.f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want an error with %q, got %v", c.name, c.want, err)
		}
	}
}
