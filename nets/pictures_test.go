package nets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/nets"
)

// TestPictureNets has the parameters of the same networks in PyTorch, whose
// counts leave out running means and variances.
func TestPictureNets(t *testing.T) {
	for _, tt := range []struct {
		name    string
		trained [2]int // of 1×28×28 and 3×32×32
		running int
		rows    string // what comes behind the first layers of 1×28×28
	}{
		{"conv5", [2]int{3_274_634, 4_259_274}, 0, "conv2d_1 (32, 28, 28), max_pool2d_1 (32, 14, 14), conv2d_2 (64, 14, 14), max_pool2d_2 (64, 7, 7), flatten_1 (3136), dense_1 (1024), dense_2 (10)"},
		{"vgg-small", [2]int{1_676_266, 2_168_362}, 0, "conv2d_1 (32, 28, 28), conv2d_2 (32, 28, 28), max_pool2d_1 (32, 14, 14), conv2d_3 (64, 14, 14), conv2d_4 (64, 14, 14), max_pool2d_2 (64, 7, 7), flatten_1 (3136), dense_1 (512), dense_2 (10)"},
		{"all-conv", [2]int{110_474, 111_050}, 0, "conv2d_1 (32, 28, 28), conv2d_2 (64, 14, 14), conv2d_3 (128, 7, 7), conv2d_4 (128, 7, 7), global_average_1 (128), dense_1 (10)"},
		{"resnet20", [2]int{272_186, 272_474}, 1_568, "conv2d_1 (16, 28, 28), batch_norm_1 (16, 28, 28), re_lu_1 (16, 28, 28), " +
			"residual_1 (16, 28, 28), residual_2 (16, 28, 28), residual_3 (16, 28, 28), residual_4 (32, 14, 14), residual_5 (32, 14, 14), residual_6 (32, 14, 14), " +
			"residual_7 (64, 7, 7), residual_8 (64, 7, 7), residual_9 (64, 7, 7), global_average_1 (64), dense_1 (10)"},
		{"mobile", [2]int{136_202, 136_778}, 2_944, "conv2d_1 (32, 14, 14), batch_norm_1 (32, 14, 14), re_lu_1 (32, 14, 14), " +
			pair(1, 32, 64, 14, 14) + pair(2, 64, 128, 14, 7) + pair(3, 128, 128, 7, 7) + pair(4, 128, 256, 7, 4) + pair(5, 256, 256, 4, 4) + "global_average_1 (256), dense_1 (10)"},
	} {
		for i, input := range []graph.Shape{{1, 28, 28}, {3, 32, 32}} {
			net, err := nets.New(tt.name, nets.Config{Input: input})
			if err != nil {
				t.Fatal(err)
			}
			trained := 0
			for _, p := range net.Params(graph.Trained) {
				trained += p.Value.Shape().TotalSize()
			}
			report := net.Report()
			if trained != tt.trained[i] || report.Params != trained+tt.running {
				t.Errorf("%s of %v: want %d parameters and %d running, got %d and %d", tt.name, input, tt.trained[i], tt.running, trained, report.Params-trained)
			}
			if i > 0 {
				continue
			}
			var rows []string
			for _, r := range report.Rows {
				if !strings.Contains(r.Name, "/") {
					rows = append(rows, fmt.Sprint(r.Name, " ", r.Output))
				}
			}
			if diff := cmp.Diff(tt.rows, strings.Join(rows, ", ")); diff != "" {
				t.Errorf("%s: layers (-want +got):\n%s", tt.name, diff)
			}
		}
	}
}

// pair is the layers of mobile's n-th pair of convolutions.
func pair(n, channels, filters, side, out int) string {
	image := func(c, side int) string { return fmt.Sprint(graph.Shape{c, side, side}) }
	a, b := image(channels, out), image(filters, out)
	return fmt.Sprintf("depthwise_conv2d_%d %s, batch_norm_%d %s, re_lu6_%d %s, conv2d_%d %s, batch_norm_%d %s, re_lu6_%d %s, ",
		n, a, 2*n, a, 2*n-1, a, n+1, b, 2*n+1, b, 2*n, b)
}

// TestPictureNetsTake has inputs of all kinds, and those that are refused.
func TestPictureNetsTake(t *testing.T) {
	all := nets.Names()
	for _, name := range all[slices.Index(all, "conv5"):] {
		for _, input := range []graph.Shape{{1, 28, 28}, {3, 28, 28}, {3, 29, 35}, {1, 64, 33}} {
			if _, err := nets.New(name, nets.Config{Input: input, Classes: 3}); err != nil {
				t.Errorf("%s of %v: %v", name, input, err)
			}
		}
		for _, input := range []graph.Shape{{1, 27, 28}, {3, 28, 27}, {2, 28, 28}, {4, 32, 32}, {28, 28}, {784}, {}} {
			net, err := nets.New(name, nets.Config{Input: input})
			want := fmt.Sprintf("network %s: input: want a picture (C, H, W) of 1 or 3 channels and at least 28×28 pixels, got %v", name, input)
			if err == nil || err.Error() != want || net != nil {
				t.Errorf("%s of %v: want error %q and no network, got %v", name, input, want, err)
			}
		}
	}
}
