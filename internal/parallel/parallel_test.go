package parallel

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// setProcs sets GOMAXPROCS for a test.
func setProcs(t testing.TB, n int) {
	before := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

// checkFor runs a loop and checks that each iteration ran once.
func checkFor(t *testing.T, n int) {
	t.Helper()
	counts := make([]int, n)
	For(n, func(i int) { counts[i]++ })
	for i, c := range counts {
		if c != 1 {
			t.Errorf("For(%d): iteration %d ran %d times", n, i, c)
		}
	}
}

func TestFor(t *testing.T) {
	for _, procs := range []int{1, 2, 3, 8, 2} {
		t.Run(fmt.Sprintf("GOMAXPROCS=%d", procs), func(t *testing.T) {
			setProcs(t, procs)
			for n := range 40 {
				checkFor(t, n)
			}
			for range 300 {
				checkFor(t, 5)
			}
		})
	}
}

// Loops find the helpers looking, about to sleep and asleep.
func TestForAfterPause(t *testing.T) {
	setProcs(t, 4)
	for pause := time.Duration(0); pause < 3*spin; pause += time.Microsecond {
		checkFor(t, 4)
		time.Sleep(pause)
	}
}

func TestForUsesHelpers(t *testing.T) {
	setProcs(t, 2)
	for range 20 {
		// Neither iteration ends before the other has begun.
		var both sync.WaitGroup
		both.Add(2)
		For(2, func(int) {
			both.Done()
			both.Wait()
		})
		time.Sleep(spin)
	}
}

func TestForLimitsHelpers(t *testing.T) {
	setProcs(t, 8)
	checkFor(t, 100) // starts seven helpers
	runtime.GOMAXPROCS(2)
	var running, most atomic.Int64
	For(100, func(int) {
		now := running.Add(1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		runtime.Gosched()
		running.Add(-1)
	})
	if most.Load() > 2 {
		t.Errorf("%d iterations at once, GOMAXPROCS is 2", most.Load())
	}
}

func TestForNested(t *testing.T) {
	setProcs(t, 3)
	var sum atomic.Int64
	For(10, func(i int) {
		For(10, func(j int) { sum.Add(int64(10*i + j)) })
	})
	if got := sum.Load(); got != 4950 {
		t.Errorf("sum = %d, want 4950", got)
	}
}

func TestForConcurrent(t *testing.T) {
	setProcs(t, 4)
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 500 {
				checkFor(t, 7)
			}
		})
	}
	callers.Wait()
}

func TestForPanics(t *testing.T) {
	setProcs(t, 4)
	for bad := range 8 {
		var running atomic.Int64
		func() {
			defer func() {
				if got := recover(); got != bad {
					t.Errorf("recovered %v, want %v", got, bad)
				}
				if n := running.Load(); n != 0 {
					t.Errorf("%d iterations still running", n)
				}
			}()
			For(8, func(i int) {
				if i == bad {
					panic(i)
				}
				running.Add(1)
				defer running.Add(-1)
				time.Sleep(time.Millisecond)
			})
			t.Errorf("no panic from iteration %d", bad)
		}()
		checkFor(t, 100)
	}
}

func TestHelpersSleepAndEnd(t *testing.T) {
	setProcs(t, 4)
	for range 3 { // they start anew
		checkFor(t, 100)
		if all, _ := count(shared.crew.Load()); all == 0 {
			t.Fatal("want helpers")
		}
		waitFor(t, "asleep", func(all, asleep int) bool { return all == asleep })
		waitFor(t, "ended", func(all, asleep int) bool { return all == 0 && asleep == 0 })
	}
}

func waitFor(t *testing.T, what string, reached func(all, asleep int) bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(spin) {
		all, asleep := count(shared.crew.Load())
		if reached(all, asleep) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("want all helpers %s, got %d of %d asleep", what, asleep, all)
		}
	}
}

// Goroutines, not only the count of them, end.
func TestNoGoroutineStays(t *testing.T) {
	waitFor(t, "ended", func(all, asleep int) bool { return all == 0 })
	time.Sleep(10 * time.Millisecond)
	before := runtime.NumGoroutine()
	setProcs(t, 4)
	checkFor(t, 100)
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(spin) {
		if time.Now().After(deadline) {
			t.Fatalf("want %d goroutines, got %d", before, runtime.NumGoroutine())
		}
	}
}

// Loops begin about when helpers end.
func TestForWhileHelpersEnd(t *testing.T) {
	setProcs(t, 4)
	for i := range 12 {
		for range 5 {
			checkFor(t, 16)
		}
		time.Sleep(idle + time.Duration(i-4)*spin/4)
		TestForUsesHelpers(t)
	}
}

func TestForDoesNotAllocate(t *testing.T) {
	setProcs(t, 2)
	body := func(int) {}
	For(2, body)
	if n := testing.AllocsPerRun(100, func() { For(2, body) }); n != 0 {
		t.Errorf("%v allocations a loop", n)
	}
}

// BenchmarkFor measures an empty loop and one whose two iterations meet, each
// once the helper has had nothing to do for a while.
func BenchmarkFor(b *testing.B) {
	var met atomic.Int64
	for _, loop := range []struct {
		name string
		body func(int)
	}{
		{"empty", func(int) {}},
		{"meeting", func(int) {
			for both := (met.Add(1) + 1) &^ 1; met.Load() < both; {
			}
		}},
	} {
		for _, pause := range []time.Duration{0, spin / 4, 2 * spin} {
			b.Run(fmt.Sprintf("%s/pause=%v", loop.name, pause), func(b *testing.B) {
				setProcs(b, 2)
				var busy time.Duration
				for b.Loop() {
					for start := time.Now(); time.Since(start) < pause; {
					}
					start := time.Now()
					For(2, loop.body)
					busy += time.Since(start)
				}
				b.ReportMetric(float64(busy.Nanoseconds())/float64(b.N), "ns/loop")
			})
		}
	}
}
