package graph_test

import (
	"runtime"
	"testing"

	"euryale/graph"
)

// TestProgramsAreFreed compiles and runs one network over and over, closing
// its programs or forgetting them.
func TestProgramsAreFreed(t *testing.T) {
	layers := append(append([]graph.Layer{}, smallLayers[:2]...), graph.BatchNorm{}, graph.Func(cube), graph.Flatten{}, graph.Dense{Units: 4, Activation: graph.Softmax})
	for _, e := range engines {
		for _, c := range []struct {
			name  string
			times int
			close bool
		}{{"closed", 300, true}, {"forgotten", 200, false}} {
			t.Run(e.String()+" "+c.name, func(t *testing.T) {
				net, err := graph.New(graph.Config{Input: graph.Shape{1, 12, 12}, Engine: e}, layers...)
				if err != nil {
					t.Fatal(err)
				}
				use := func(times int) {
					for i := range times {
						config := graph.ProgramConfig{Batch: 1 + i%3, Keep: []string{"conv2d_1"}}
						if i%2 == 0 {
							config = training
						}
						config.Profile = i%3 == 0
						p, err := net.Compile(config)
						if err != nil {
							t.Fatal(err)
						}
						run(t, p)
						if !c.close {
							continue
						}
						if err := p.Close(); err != nil {
							t.Fatal(err)
						}
					}
				}
				use(30) // fill what is kept for later, such as pools
				before := heap()
				use(c.times)
				if after := heap(); after > before+1<<20 {
					t.Errorf("%d programs left %d KiB behind", c.times, (after-before)>>10)
				}
				runtime.KeepAlive(net)
			})
		}
	}
}

// heap is what is in use when all that nobody can reach has been freed. What has
// a finalizer takes a round for that, and one more for what it refers to.
func heap() uint64 {
	for range 4 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestClosedProgram can be closed again, not run; what it made stays.
func TestClosedProgram(t *testing.T) {
	p := compile(t, small(t), graph.ProgramConfig{})
	fill(p, 1)
	run(t, p)
	made := values(p.Outputs[0])
	for range 2 {
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	oneLine(t, p.Run(), "want one that is not closed")
	for i, v := range values(p.Outputs[0]) {
		if v != made[i] {
			t.Errorf("output %d was %v, and is %v", i, made[i], v)
		}
	}
}
