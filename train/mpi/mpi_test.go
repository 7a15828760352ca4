//go:build linux || darwin

package mpi_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pkg/errors"

	"euryale/internal/mpitest"
	"euryale/internal/ranktest"
	"euryale/train"
	"euryale/train/mpi"
)

var _ train.Group = (*mpi.Group)(nil)

// What a rank does is in this program too, where the environment asks for it, and
// by which link.
const (
	asRank = "EURYALE_TEST_RANK"
	byLink = "EURYALE_TEST_LINK"
)

func TestMain(m *testing.M) {
	if do := os.Getenv(asRank); do != "" {
		rank(do)
	}
	os.Exit(m.Run())
}

// rank is one process of a job.
func rank(do string) {
	link := os.Getenv(byLink)
	g, err := mpi.Open(mpi.Config{Messages: link == "messages"})
	if err == nil && g.Size() > 1 && !strings.HasSuffix(g.String(), ", by "+link) {
		err = errors.Errorf("want a group by %s, got %v", link, g)
	}
	if err == nil && os.Getenv("MPI_LIB") != "" && !strings.Contains(g.String(), "the MPI standard ABI") {
		err = errors.Errorf("want a library of the standard ABI, got %v", g)
	}
	if err == nil {
		err = deeds[do](g)
	}
	if err == nil && !strings.HasPrefix(do, "leave") {
		err = g.Close()
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if g.Rank() == 0 { // is there still when the others have ended
		time.Sleep(100 * time.Millisecond)
	}
	fmt.Println("well done")
	g.Exit(0)
}

var deeds = map[string]func(g *mpi.Group) error{
	"sums": sums, "exchanges": exchanges, "signals": signals, "memory": memory, "leave": leave, "leave alone": leaveAlone,
}

// links are those of ranks on one host.
var links = map[string][]string{"linux": {"messages", "shared memory"}, "darwin": {"messages"}}[runtime.GOOS]

// run runs n ranks by a link, and is what they print.
func run(t *testing.T, l mpitest.Launcher, do, link string, n int) (out string, err error) {
	args := l.Command(t, n, os.Args[0])
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(mpitest.Environment(), asRank+"="+do, byLink+"="+link, "GOMAXPROCS=1")
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// job runs ranks under each launcher, by each link.
func job(t *testing.T, do string, sizes ...int) {
	mpitest.Each(t, func(t *testing.T, l mpitest.Launcher) {
		for _, link := range links {
			for _, n := range sizes {
				out, err := run(t, l, do, link, n)
				if err != nil || strings.Count(out, "well done") != n {
					t.Errorf("%d ranks by %s: %v\n%s", n, link, err, out)
				}
			}
		}
	}, mpitest.Standard())
}

// value is some number of a rank's, such that sums of several are rounded.
func value(rank, i int) float64 {
	return math.Sin(float64(rank*7919+i)) * math.Pow(10, float64((i+rank)%7))
}

// sums compares sums with those of a group in one process.
func sums(g *mpi.Group) error {
	for _, n := range []int{1, 3, 100, 1025, 70_001} {
		for ranks := 1; ranks <= g.Size(); ranks++ {
			small, large := make([]float32, n), make([]float64, n)
			for i := range large {
				small[i], large[i] = float32(value(g.Rank(), i)), value(g.Rank(), i)
			}
			if err := g.SumFloat32(small, ranks); err != nil {
				return err
			}
			if err := g.SumFloat64(large, ranks); err != nil {
				return err
			}
			err := ranktest.Run(g.Size(), func(r *ranktest.Member) error {
				s, l := make([]float32, n), make([]float64, n)
				for i := range l {
					s[i], l[i] = float32(value(r.Rank(), i)), value(r.Rank(), i)
				}
				if err := r.SumFloat32(s, ranks); err != nil {
					return err
				}
				if err := r.SumFloat64(l, ranks); err != nil {
					return err
				}
				for i := range l {
					if s[i] != small[i] || l[i] != large[i] {
						return errors.Errorf("%d values of %d ranks: [%d]: want %v and %v, got %v and %v", n, ranks, i, s[i], l[i], small[i], large[i])
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	if err := g.SumFloat32(make([]float32, 3), g.Size()+1); err == nil {
		return errors.New("a sum over more ranks than there are: want an error")
	}
	return nil
}

func TestSums(t *testing.T) { job(t, "sums", 1, 2, 4) }

func exchanges(g *mpi.Group) error {
	for _, n := range []int{0, 1, 100_000} {
		own := bytes.Repeat([]byte{byte(g.Rank() + 1)}, n)
		all, err := g.Allgather(own)
		if err != nil {
			return err
		}
		for r := range g.Size() {
			if !bytes.Equal(all[r*n:(r+1)*n], bytes.Repeat([]byte{byte(r + 1)}, n)) {
				return errors.Errorf("gathering %d bytes: rank %d's are others", n, r)
			}
		}
		root := g.Size() - 1
		if err := g.Broadcast(own, root); err != nil {
			return err
		}
		if !bytes.Equal(own, bytes.Repeat([]byte{byte(root + 1)}, n)) {
			return errors.Errorf("%d bytes from rank %d: got others", n, root)
		}
	}
	return g.Barrier()
}

func TestExchanges(t *testing.T) { job(t, "exchanges", 1, 2, 4) }

// signals: MPI's handlers are not those of this process: a nil dereference is a panic
// of Go's, and a signal that is waited for arrives.
func signals(g *mpi.Group) (err error) {
	came := make(chan os.Signal, 1)
	signal.Notify(came, syscall.SIGUSR1)
	if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
		return err
	}
	select {
	case <-came:
	case <-time.After(10 * time.Second):
		return errors.New("want SIGUSR1, got none")
	}
	defer func() {
		r := recover()
		if _, ok := r.(runtime.Error); !ok {
			err = errors.Errorf("want a panic of a nil dereference, got %v", r)
		}
	}()
	var none *mpi.Config
	return errors.Errorf("want a panic, got %v of rank %d", none.Timeout, g.Rank())
}

func TestSignals(t *testing.T) { job(t, "signals", 1, 2) }

// memory sees that a thousand sums keep nothing.
func memory(g *mpi.Group) error {
	x, few := make([]float32, 30_000), make([]float64, 4)
	var before, after runtime.MemStats
	for i := range 1100 {
		if i == 100 {
			runtime.GC()
			runtime.ReadMemStats(&before)
		}
		if err := g.SumFloat32(x, g.Size()); err != nil {
			return err
		}
		if err := g.SumFloat64(few, g.Size()); err != nil {
			return err
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<10 {
		return errors.Errorf("a thousand sums keep %d bytes", grown)
	}
	return nil
}

func TestMemory(t *testing.T) { job(t, "memory", 2) }

func leave(g *mpi.Group) error {
	time.Sleep(time.Duration(g.Rank()) * 100 * time.Millisecond)
	return g.Leave()
}

// leaveAlone has rank 1 leave while rank 0 waits for it.
func leaveAlone(g *mpi.Group) error {
	if g.Rank() == 1 {
		return g.Leave()
	}
	return g.SumFloat64(make([]float64, 4), 2)
}

// Ranks that are interrupted leave together; one that is alone with that ends the job.
func TestLeave(t *testing.T) {
	mpitest.Each(t, func(t *testing.T, l mpitest.Launcher) {
		for _, link := range links {
			if out, err := run(t, l, "leave", link, 2); err != nil {
				t.Errorf("by %s: %v\n%s", link, err, out)
			}
			out, err := run(t, l, "leave alone", link, 2)
			if want := "rank 0: rank 1 was interrupted, alone"; err == nil || !strings.Contains(out, want) {
				t.Errorf("by %s: want %q and an error, got %v\n%s", link, want, err, out)
			}
		}
	})
}

// A library that there is not, or that is none, is named.
func TestNoLibrary(t *testing.T) {
	file := t.TempDir() + "/libmpi.so"
	if err := os.WriteFile(file, []byte("none"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, library := range []string{"/none/libmpi.so", file} {
		_, err := mpi.Open(mpi.Config{Library: library})
		if err == nil || !strings.HasPrefix(err.Error(), "mpi: want an MPI library: ") || !strings.Contains(err.Error(), library) {
			t.Errorf("%s: want an error with its name, got %v", library, err)
		}
	}
	if _, err := mpi.Open(mpi.Config{Timeout: -1}); err == nil || !strings.Contains(err.Error(), "want a Timeout above 0") {
		t.Errorf("a negative Timeout: want an error, got %v", err)
	}
}
