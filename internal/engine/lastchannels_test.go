package engine_test

import (
	"fmt"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// turnedLast are nodes with channels last.
func turnedLast(x []*G.Node) (last []*G.Node, channels []int, err error) {
	for _, n := range x {
		l, err := engine.Last(n)
		if err != nil {
			return nil, nil, err
		}
		last, channels = append(last, l), append(channels, n.Shape()[1])
	}
	return last, channels, nil
}

func TestChannelsLastJoin(t *testing.T) {
	for _, channels := range [][]int{{16, 32}, {3, 5, 1}, {17, 16, 2}, {64, 64, 64}, {15, 1, 16}} {
		for _, size := range [][]int{{1, 1, 1}, {2, 3, 5}, {9, 2, 2}} {
			t.Run(fmt.Sprint(channels, size), func(t *testing.T) {
				var in []*tensor.Dense
				for i, c := range channels {
					in = append(in, random(uint64(i+1), size[0], c, size[1], size[2]))
				}
				alike(t, func(x *G.Node, more ...*G.Node) (*G.Node, error) {
					last, counts, err := turnedLast(append([]*G.Node{x}, more...))
					if err != nil {
						return nil, err
					}
					total := 0
					var runs []engine.ChannelRun
					for i, c := range counts {
						runs = append(runs, engine.ChannelRun{Of: i, To: total, Count: c})
						total += c
					}
					y, err := engine.ChannelsLast(last, counts, total, runs)
					if err != nil {
						return nil, err
					}
					return engine.Planar(y, total)
				}, func(x *G.Node, more ...*G.Node) (*G.Node, error) {
					return engine.Concat(append([]*G.Node{x}, more...)...)
				}, in...)
			})
		}
	}
}

// Some channels, in any order: what no run makes is 0.
func TestChannelsLastOrder(t *testing.T) {
	for _, order := range [][]int{{0}, {4, 2}, {19, 18, 17, 0, 1}, {3, -1, 5}, {-1, -1, 7}} {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			const c, area = 20, 6
			alike(t, func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
				last, counts, err := turnedLast([]*G.Node{x})
				if err != nil {
					return nil, err
				}
				var runs []engine.ChannelRun
				for to, from := range order {
					if from >= 0 {
						runs = append(runs, engine.ChannelRun{From: from, To: to, Count: 1})
					}
				}
				y, err := engine.ChannelsLast(last, counts, len(order), runs)
				if err != nil {
					return nil, err
				}
				return engine.Planar(y, len(order))
			}, func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
				var from []int32
				for _, ch := range order {
					for i := range area {
						if ch < 0 {
							from = append(from, -1)
						} else {
							from = append(from, int32(ch*area+i))
						}
					}
				}
				return engine.Gather(x, c*area, from, 3, len(order), 2, 3)
			}, random(1, 3, c, 2, 3))
		})
	}
}

func TestChannelsLastWrong(t *testing.T) {
	g := G.NewGraph()
	x := G.NewTensor(g, tensor.Float32, 4, G.WithShape(1, 2, 2, 16), G.WithName("x"))
	y := G.NewTensor(g, tensor.Float32, 4, G.WithShape(1, 2, 3, 16), G.WithName("y"))
	for want, declare := range map[string]func() (*G.Node, error){
		"want images (N, H, W, 16) of one size": func() (*G.Node, error) { return engine.ChannelsLast([]*G.Node{x, y}, []int{3, 3}, 6, nil) },
		"want images (N, H, W, 32)":             func() (*G.Node, error) { return engine.ChannelsLast([]*G.Node{x}, []int{17}, 6, nil) },
		"want the channels of each of 1 nodes":  func() (*G.Node, error) { return engine.ChannelsLast([]*G.Node{x}, nil, 6, nil) },
		"want runs of [3] channels into 6": func() (*G.Node, error) {
			return engine.ChannelsLast([]*G.Node{x}, []int{3}, 6, []engine.ChannelRun{{From: 1, To: 0, Count: 3}})
		},
		"want each channel made and read once": func() (*G.Node, error) {
			return engine.ChannelsLast([]*G.Node{x}, []int{3}, 6, []engine.ChannelRun{{To: 0, Count: 3}, {To: 3, Count: 1}})
		},
	} {
		if _, err := declare(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestScaleLast(t *testing.T) {
	for _, s := range [][]int{{1, 3, 2, 2}, {3, 20, 7, 5}, {9, 64, 1, 1}} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			alike(t, func(x *G.Node, by ...*G.Node) (*G.Node, error) {
				last, _, err := turnedLast([]*G.Node{x, by[0]})
				if err != nil {
					return nil, err
				}
				y, err := engine.ScaleLast(last[0], last[1])
				if err != nil {
					return nil, err
				}
				return engine.Planar(y, s[1])
			}, func(x *G.Node, by ...*G.Node) (*G.Node, error) { return engine.ScalePlanes(x, by[0]) },
				random(1, s...), random(2, s[0], s[1], 1, 1))
		})
	}
}

func TestAveragePoolLast(t *testing.T) {
	for _, c := range []engine.AverageConfig{
		{PoolConfig: engine.PoolConfig{Kernel: []int{2, 2}, Stride: []int{2, 2}}},
		{PoolConfig: engine.PoolConfig{Kernel: []int{3, 2}, Stride: []int{1, 2}, Pad: []int{1, 1, 0, 1}}},
		{PoolConfig: engine.PoolConfig{Kernel: []int{3, 3}, Stride: []int{2, 2}, Pad: []int{1, 2, 1, 2}}, CountPadding: true, Beyond: [2]int{1, 1}},
		{PoolConfig: engine.PoolConfig{Kernel: []int{2, 2}, Stride: []int{1, 1}, Dilation: []int{2, 3}}},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			for _, s := range [][]int{{1, 3, 7, 8}, {3, 20, 5, 6}} {
				alike(t, func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
					last, _, err := turnedLast([]*G.Node{x})
					if err != nil {
						return nil, err
					}
					y, err := engine.AveragePoolLast(last[0], c)
					if err != nil {
						return nil, err
					}
					return engine.Planar(y, s[1])
				}, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.AveragePool(x, c) }, random(1, s...))
			}
		})
	}
}
