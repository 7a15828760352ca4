package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// declared is the network of the declaration of that name.
func declared(t *testing.T, name string) *graph.Network {
	t.Helper()
	for _, d := range declarations {
		if d.name == name {
			return d.network(t, graph.Config{Seed: 1}, graph.Input)
		}
	}
	t.Fatalf("no declaration is called %q", name)
	return nil
}

// withoutRules is a report without its horizontal rules.
func withoutRules(r *graph.Report) string {
	var kept []string
	for line := range strings.Lines(r.String()) {
		if strings.Trim(line, "_=\n") != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// TestReportOfGraphs says what each layer reads, folded and opened, and what is
// not trained: State, and what is Frozen.
func TestReportOfGraphs(t *testing.T) {
	for _, c := range []struct {
		name         string
		folded, open string
	}{
		{"two inputs", `
Layer (type)                 Output Shape              Param #     Connected to
image (Input)                (None, 1, 8, 8)           0
numbers (Input)              (None, 4)                 0
conv2d_1 (Conv2D)            (None, 3, 6, 6)           30          image
max_pool2d_1 (MaxPool2D)     (None, 3, 3, 3)           0           conv2d_1
flatten_1 (Flatten)          (None, 27)                0           max_pool2d_1
dense_1 (Dense)              (None, 5)                 25          numbers
concat_1 (Concat)            (None, 32)                0           flatten_1
                                                                   dense_1
dense_2 (Dense)              (None, 2)                 66          concat_1
Total params: 121
Trainable params: 121
Non-trainable params: 0
`, ""},
		{"residual", `
Layer (type)                      Output Shape              Param #
conv2d_1 (Conv2D)                 (None, 3, 5, 5)           57
residual_1 (Residual)             (None, 3, 5, 5)           192
residual_2 (Residual)             (None, 4, 3, 3)           128
global_average_1 (GlobalAverage)  (None, 4)                 0
dense_1 (Dense)                   (None, 3)                 15
Total params: 392
Trainable params: 380
Non-trainable params: 12
`, `
Layer (type)                            Output Shape              Param #     Connected to
conv2d_1 (Conv2D)                       (None, 3, 5, 5)           57          input
residual_1 (Residual)                   (None, 3, 5, 5)           192         conv2d_1
  residual_1/conv2d_1 (Conv2D)          (None, 3, 5, 5)           84          conv2d_1
  residual_1/batch_norm_1 (BatchNorm)   (None, 3, 5, 5)           12          residual_1/conv2d_1
  residual_1/re_lu_1 (ReLU)             (None, 3, 5, 5)           0           residual_1/batch_norm_1
  residual_1/conv2d_2 (Conv2D)          (None, 3, 5, 5)           84          residual_1/re_lu_1
  residual_1/batch_norm_2 (BatchNorm)   (None, 3, 5, 5)           12          residual_1/conv2d_2
  residual_1/sum_1 (Sum)                (None, 3, 5, 5)           0           residual_1/batch_norm_2
                                                                              conv2d_1
  residual_1/re_lu_2 (ReLU)             (None, 3, 5, 5)           0           residual_1/sum_1
residual_2 (Residual)                   (None, 4, 3, 3)           128         residual_1
  residual_2/conv2d_1 (Conv2D)          (None, 4, 3, 3)           112         residual_1
  residual_2/conv2d_2 (Conv2D)          (None, 4, 3, 3)           16          residual_1
  residual_2/sum_1 (Sum)                (None, 4, 3, 3)           0           residual_2/conv2d_1
                                                                              residual_2/conv2d_2
  residual_2/leaky_re_lu_1 (LeakyReLU)  (None, 4, 3, 3)           0           residual_2/sum_1
global_average_1 (GlobalAverage)        (None, 4)                 0           residual_2
dense_1 (Dense)                         (None, 3)                 15          global_average_1
Total params: 392
Trainable params: 380
Non-trainable params: 12
`},
		{"two heads", `
Layer (type)                      Output Shape              Param #     Connected to
image (Input)                     (None, 3, 6, 6)           0
block_1 (Block)                   (None, 2, 6, 6)           120         image
block_2 (Block)                   (None, 3, 3, 3)           177         block_1
global_average_1 (GlobalAverage)  (None, 3)                 0           block_2
class (Dense)                     (None, 3)                 12          global_average_1
flatten_1 (Flatten)               (None, 27)                0           block_2
box (Dense)                       (None, 4)                 112         flatten_1
Total params: 421
Trainable params: 391
Non-trainable params: 30
`, `
Layer (type)                        Output Shape              Param #     Connected to
image (Input)                       (None, 3, 6, 6)           0
block_1 (Block)                     (None, 2, 6, 6)           120         image
  block_1/conv2d_1 (Conv2D)         (None, 2, 6, 6)           54          image
  block_1/batch_norm_1 (BatchNorm)  (None, 2, 6, 6)           8           block_1/conv2d_1
  block_1/re_lu_1 (ReLU)            (None, 2, 6, 6)           0           block_1/batch_norm_1
  block_1/conv2d_2 (Conv2D)         (None, 2, 6, 6)           36          block_1/re_lu_1
  block_1/batch_norm_2 (BatchNorm)  (None, 2, 6, 6)           8           block_1/conv2d_2
  block_1/conv2d_3 (Conv2D)         (None, 2, 6, 6)           6           image
  block_1/batch_norm_3 (BatchNorm)  (None, 2, 6, 6)           8           block_1/conv2d_3
  block_1/sum_1 (Sum)               (None, 2, 6, 6)           0           block_1/batch_norm_2
                                                                          block_1/batch_norm_3
  block_1/re_lu_2 (ReLU)            (None, 2, 6, 6)           0           block_1/sum_1
block_2 (Block)                     (None, 3, 3, 3)           177         block_1
  block_2/conv2d_1 (Conv2D)         (None, 3, 3, 3)           54          block_1
  block_2/batch_norm_1 (BatchNorm)  (None, 3, 3, 3)           12          block_2/conv2d_1
  block_2/re_lu_1 (ReLU)            (None, 3, 3, 3)           0           block_2/batch_norm_1
  block_2/conv2d_2 (Conv2D)         (None, 3, 3, 3)           81          block_2/re_lu_1
  block_2/batch_norm_2 (BatchNorm)  (None, 3, 3, 3)           12          block_2/conv2d_2
  block_2/conv2d_3 (Conv2D)         (None, 3, 3, 3)           6           block_1
  block_2/batch_norm_3 (BatchNorm)  (None, 3, 3, 3)           12          block_2/conv2d_3
  block_2/sum_1 (Sum)               (None, 3, 3, 3)           0           block_2/batch_norm_2
                                                                          block_2/batch_norm_3
  block_2/re_lu_2 (ReLU)            (None, 3, 3, 3)           0           block_2/sum_1
global_average_1 (GlobalAverage)    (None, 3)                 0           block_2
class (Dense)                       (None, 3)                 12          global_average_1
flatten_1 (Flatten)                 (None, 27)                0           block_2
box (Dense)                         (None, 4)                 112         flatten_1
Total params: 421
Trainable params: 391
Non-trainable params: 30
`},
		{"frozen between", `
Layer (type)                 Output Shape              Param #
conv2d_1 (Conv2D)            (None, 3, 5, 5)           57
conv2d_2 (Conv2D)            (None, 2, 5, 5)           56
batch_norm_1 (BatchNorm)     (None, 2, 5, 5)           8
re_lu_1 (ReLU)               (None, 2, 5, 5)           0
flatten_1 (Flatten)          (None, 50)                0
dense_1 (Dense)              (None, 3)                 153
Total params: 274
Trainable params: 210
Non-trainable params: 64
`, ""},
		{"transfer of the whole", `
Layer (type)                 Output Shape              Param #
body (Pretrained)            (None, 7)                 416
dense_1 (Dense)              (None, 3)                 24
Total params: 440
Trainable params: 410
Non-trainable params: 30
`, `
Layer (type)                               Output Shape              Param #     Connected to
body (Pretrained)                          (None, 7)                 416         input
  body/conv2d_1 (Conv2D)                   (None, 3, 6, 6)           57          input
  body/batch_norm_1 (BatchNorm)            (None, 3, 6, 6)           12          body/conv2d_1
  body/re_lu_1 (ReLU)                      (None, 3, 6, 6)           0           body/batch_norm_1
  body/block_1 (Block)                     (None, 4, 3, 3)           312         body/re_lu_1
    body/block_1/conv2d_1 (Conv2D)         (None, 4, 3, 3)           108         body/re_lu_1
    body/block_1/batch_norm_1 (BatchNorm)  (None, 4, 3, 3)           16          body/block_1/conv2d_1
    body/block_1/re_lu_1 (ReLU)            (None, 4, 3, 3)           0           body/block_1/batch_norm_1
    body/block_1/conv2d_2 (Conv2D)         (None, 4, 3, 3)           144         body/block_1/re_lu_1
    body/block_1/batch_norm_2 (BatchNorm)  (None, 4, 3, 3)           16          body/block_1/conv2d_2
    body/block_1/conv2d_3 (Conv2D)         (None, 4, 3, 3)           12          body/re_lu_1
    body/block_1/batch_norm_3 (BatchNorm)  (None, 4, 3, 3)           16          body/block_1/conv2d_3
    body/block_1/sum_1 (Sum)               (None, 4, 3, 3)           0           body/block_1/batch_norm_2
                                                                                 body/block_1/batch_norm_3
    body/block_1/re_lu_2 (ReLU)            (None, 4, 3, 3)           0           body/block_1/sum_1
  body/global_average_1 (GlobalAverage)    (None, 4)                 0           body/block_1
  body/dense_1 (Dense)                     (None, 7)                 35          body/global_average_1
dense_1 (Dense)                            (None, 3)                 24          body
Total params: 440
Trainable params: 410
Non-trainable params: 30
`},
		{"siamese", `
Layer (type)                 Output Shape              Param #     Connected to
left (Input)                 (None, 1, 6, 6)           0
right (Input)                (None, 1, 6, 6)           0
tower (Shared)               (None, 4)                 142         left
                                                                   right
concat_1 (Concat)            (None, 8)                 0           tower
                                                                   tower
dense_1 (Dense)              (None, 1)                 9           concat_1
Total params: 151
Trainable params: 151
Non-trainable params: 0
`, `
Layer (type)                 Output Shape              Param #     Connected to
left (Input)                 (None, 1, 6, 6)           0
right (Input)                (None, 1, 6, 6)           0
tower (Shared)               (None, 4)                 142         left
                                                                   right
  tower/conv2d_1 (Conv2D)    (None, 3, 3, 3)           30          left
                                                                   right
  tower/re_lu_1 (ReLU)       (None, 3, 3, 3)           0           tower/conv2d_1
                                                                   tower/conv2d_1
  tower/flatten_1 (Flatten)  (None, 27)                0           tower/re_lu_1
                                                                   tower/re_lu_1
  tower/dense_1 (Dense)      (None, 4)                 112         tower/flatten_1
                                                                   tower/flatten_1
concat_1 (Concat)            (None, 8)                 0           tower
                                                                   tower
dense_1 (Dense)              (None, 1)                 9           concat_1
Total params: 151
Trainable params: 151
Non-trainable params: 0
`},
		{"one layer after itself", `
Layer (type)                 Output Shape              Param #     Connected to
x (Input)                    (None, 4)                 0
again (Shared)               (None, 4)                 20          x
                                                                   again
                                                                   again
Total params: 20
Trainable params: 20
Non-trainable params: 0
`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := declared(t, c.name).Report()
			if diff := cmp.Diff(c.folded, "\n"+withoutRules(r)); diff != "" {
				t.Errorf("folded (-want +got):\n%s", diff)
			}
			if r.Open = true; c.open == "" {
				c.open = c.folded // nothing in it opens
			}
			if diff := cmp.Diff(c.open, "\n"+withoutRules(r)); diff != "" {
				t.Errorf("opened (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReportOfPointers is that of values.
func TestReportOfPointers(t *testing.T) {
	values, pointers := declared(t, "sequential"), declared(t, "pointers")
	if diff := cmp.Diff(values.Report(), pointers.Report(), cmp.AllowUnexported(graph.Report{})); diff != "" {
		t.Errorf("report (-values +pointers):\n%s", diff)
	}
	if got, want := (&graph.Conv2D{Filters: 3, Kernel: 2}).String(), "Conv2D{Filters: 3, Kernel: 2}"; got != want {
		t.Errorf("a pointer prints as %s, want %s", got, want)
	}
	for i, p := range pointers.Params() {
		if want := values.Params()[i].Name; p.Name != want {
			t.Errorf("parameter %d is called %s, want %s", i, p.Name, want)
		}
	}
}

// TestReportCountsEachUse of a shared layer: its parameters count once, what it
// computes each time.
func TestReportCountsEachUse(t *testing.T) {
	const conv, dense, head = 3 * 3 * 3 * 3 * 3, 27 * 4, 8
	r := declared(t, "siamese").Report()
	r.Explain = true
	for _, row := range r.Rows {
		if row.Name == "tower" && (row.Multiplies != 2*(conv+dense) || row.Bytes != 2*4*4 || row.Params != 142) {
			t.Errorf("tower: %d multiply-adds, %d bytes, %d parameters, want %d, %d and 142", row.Multiplies, row.Bytes, row.Params, 2*(conv+dense), 2*4*4)
		}
	}
	for _, want := range []string{"Multiply-adds: 710 a sample, forward\n", "Activations: 68 bytes a sample\n", "Total params: 151\n"} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("want %q in\n%s", want, r)
		}
	}
	if 2*(conv+dense)+head != 710 {
		t.Fatal("the numbers above are wrong")
	}
}
