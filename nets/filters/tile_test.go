package filters

import (
	"context"
	"testing"

	"github.com/pkg/errors"
)

// TestTileSeams filters a picture of several tiles, whose last ones reach
// beyond it.
func TestTileSeams(t *testing.T) {
	const h, w = tileSide + 39, tileSide + 1
	for _, form := range []int{0, 3} {
		m := forms[form].make(h, w)
		for _, f := range []Filter{find(t, "gaussian-5x5"), find(t, "median"), own[0], own[1]} {
			for e := Wrap; e <= Valid; e++ {
				got, err := f.Apply(context.Background(), m, e)
				if err != nil {
					t.Fatal(err)
				}
				if !compare(t, m, got, f, e) {
					t.Fatalf("%s, %v, %v", forms[form].name, f, e)
				}
			}
		}
	}
}

func TestEvenly(t *testing.T) {
	for _, tt := range []struct{ n, most, want int }{
		{1, 256, 1}, {255, 256, 255}, {256, 256, 256}, {257, 256, 129}, {512, 256, 256}, {513, 256, 171}, {7, 1, 1},
	} {
		if got := evenly(tt.n, tt.most); got != tt.want {
			t.Errorf("evenly(%d, %d): want %d, got %d", tt.n, tt.most, tt.want, got)
		}
	}
}

func find(t *testing.T, name string) Filter {
	t.Helper()
	f, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := forms[0].make(20, 20)
	for name, apply := range map[string]func() error{
		"filter": func() error { _, err := find(t, "blur").Apply(ctx, m, Wrap); return err },
		"median": func() error { _, err := find(t, "median").Apply(ctx, m, Wrap); return err },
		"pool":   func() error { _, err := Pool{Size: 2}.Apply(ctx, m); return err },
		"chain":  func() error { _, err := Chain{Filters: []Filter{find(t, "blur")}}.Apply(ctx, m); return err },
	} {
		if err := apply(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: want %v, got %v", name, context.Canceled, err)
		}
	}
}

// TestErrorOfATile lets a program fail at its second tile.
func TestErrorOfATile(t *testing.T) {
	from, err := newRaster(forms[0].make(600, 600))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	closed := 0
	p := pass{kh: 1, kw: 1, step: 1, channels: 1, compile: func(c, h, w int) (program, error) {
		return &failing{newMedian(1, 256, c, false, h, w), broken, &closed}, nil
	}}
	if err := p.run(context.Background(), from, from.like(600, 600)); err != broken {
		t.Errorf("want %v, got %v", broken, err)
	}
	if closed == 0 {
		t.Error("want programs closed after an error")
	}
	p.compile = func(int, int, int) (program, error) { return nil, broken }
	if err := p.run(context.Background(), from, from.like(600, 600)); err != broken {
		t.Errorf("compile: want %v, got %v", broken, err)
	}
}

type failing struct {
	*median
	err    error
	closed *int
}

func (f *failing) run() error   { return f.err }
func (f *failing) close() error { *f.closed++; return nil }
