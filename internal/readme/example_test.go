package readme_test

import (
	"context"
	"fmt"
	"log"
	"os"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// What README.md says of networks stands here too, and runs.

func Example_residual() {
	conv := graph.Conv2D{Filters: 16, Kernel: 3, Padding: graph.Same, NoBias: true}
	net, err := graph.New(graph.Config{Input: graph.Shape{3, 32, 32}, Seed: 1},
		conv, graph.BatchNorm{}, graph.ReLU,
		graph.Residual{Body: graph.Chain{conv, graph.BatchNorm{}, graph.ReLU, conv, graph.BatchNorm{}}, Activation: graph.ReLU},
		graph.GlobalAverage{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range net.Report().Rows {
		fmt.Println(row.Name, row.Output, row.Params)
	}
	// Output:
	// conv2d_1 (16, 32, 32) 432
	// batch_norm_1 (16, 32, 32) 64
	// re_lu_1 (16, 32, 32) 0
	// residual_1 (16, 32, 32) 4736
	// global_average_1 (16) 0
	// dense_1 (10) 170
}

func Example_shared() {
	tower := graph.Shared{Name: "tower", Layer: graph.Chain{
		graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.GlobalAverage{}, graph.Dense{Units: 16},
	}}
	left, right := graph.Input("left", 1, 28, 28), graph.Input("right", 1, 28, 28)
	both := graph.Join(graph.Concat, left.Then(tower), right.Then(tower))
	net, err := graph.Compose(graph.Config{Seed: 1}, both.Then(graph.Dense{Units: 1, Activation: graph.Sigmoid}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net.Report())
	// Output:
	// _______________________________________________________________________________
	// Layer (type)                 Output Shape              Param #     Connected to
	// ===============================================================================
	// left (Input)                 (None, 1, 28, 28)         0
	// _______________________________________________________________________________
	// right (Input)                (None, 1, 28, 28)         0
	// _______________________________________________________________________________
	// tower (Shared)               (None, 16)                224         left
	//                                                                    right
	// _______________________________________________________________________________
	// concat_1 (Concat)            (None, 32)                0           tower
	//                                                                    tower
	// _______________________________________________________________________________
	// dense_1 (Dense)              (None, 1)                 33          concat_1
	// ===============================================================================
	// Total params: 257
	// Trainable params: 257
	// Non-trainable params: 0
	// _______________________________________________________________________________
}

// Box is an image with one thing on it.
type Box struct {
	Pixels  []float32 // 28×28
	Class   int
	Corners [4]float32
}

// Boxes are images with one thing on each: what it is, and where.
type Boxes []Box

func (b Boxes) Len() int { return len(b) }

func (b Boxes) Fill(to *loaders.Batch, index []int) error {
	image, class, corners := to.Input(0, 28*28), to.Labels(0), to.Values(1, 4)
	for k, i := range index {
		copy(image[k*28*28:], b[i].Pixels)
		class[k] = b[i].Class
		copy(corners[k*4:], b[i].Corners[:])
	}
	return nil
}

// squares are bright squares of three sizes.
func squares(n int) Boxes {
	boxes := make(Boxes, n)
	for i := range boxes {
		size, at := 4+4*(i%3), i%16
		b := Box{Pixels: make([]float32, 28*28), Class: i % 3, Corners: [4]float32{float32(at) / 28, float32(at) / 28, float32(at+size) / 28, float32(at+size) / 28}}
		for y := at; y < at+size; y++ {
			for x := at; x < at+size; x++ {
				b.Pixels[y*28+x] = 1
			}
		}
		boxes[i] = b
	}
	return boxes
}

func Example_twoHeads() {
	ctx, source := context.Background(), squares(96)
	trunk := graph.Input("image", 1, 28, 28).Then(
		graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}, graph.Flatten{})
	class := trunk.Then(graph.Named{Name: "class", Layer: graph.Dense{Units: 3, Activation: graph.Softmax}})
	box := trunk.Then(graph.Named{Name: "box", Layer: graph.Dense{Units: 4}})
	net, err := graph.Compose(graph.Config{Seed: 1}, class, box)
	if err != nil {
		log.Fatal(err)
	}
	loss := graph.Losses{{Loss: graph.SparseCategoricalCrossEntropy{}}, {Loss: graph.MeanSquaredError{}, Weight: 0.5}}
	first, err := train.Fit(ctx, net, source, train.Config{Loss: loss, Epochs: 3})
	if err != nil {
		log.Fatal(err)
	}
	more, err := train.Fit(ctx, net, source, train.Config{Loss: loss, Epochs: 2, FirstEpoch: 4, State: &first.State})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first.State.Steps, "steps, then", more.State.Steps)
	fmt.Print(net)
	// Output:
	// 9 steps, then 15
	// image := graph.Input("image", 1, 28, 28)
	// a := image.Then(graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}, graph.Flatten{}) // (N, 1352), 80 parameters
	// b := a.Then(graph.Named{Name: "class", Layer: graph.Dense{Units: 3, Activation: graph.Softmax}}) // (N, 3), 4,059 parameters
	// c := a.Then(graph.Named{Name: "box", Layer: graph.Dense{Units: 4}}) // (N, 4), 5,412 parameters
	// net, err := graph.Compose(graph.Config{Seed: 1}, b, c)
}

func Example_training() {
	dir, err := os.MkdirTemp("", "training")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	here, err := os.Getwd()
	if err != nil {
		log.Fatal(err)
	}
	defer os.Chdir(here)
	if err := os.Chdir(dir); err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	all, test := loaders.RenderedDigits(1, 640, 200)
	net, err := nets.New("simple", nets.Config{})
	if err != nil {
		log.Fatal(err)
	}
	stdout := os.Stdout
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		log.Fatal(err)
	}
	os.Stdout = null
	training, held, err := all.Split(0.1, 1)
	if err != nil {
		log.Fatal(err)
	}
	progress, stop := train.NewProgress(os.Stdout), &train.EarlyStop{Patience: 3, RestoreBest: true}
	config := train.Config{Epochs: 20, Validation: held, Callbacks: []train.Callback{progress, stop}}
	config.Optimizer = train.AdamW{LearningRate: 0.002, Schedule: train.OneCycle{Steps: 20 * config.Steps(training.Len())}}
	history, err := train.Fit(ctx, net, training, config)
	if err != nil {
		log.Fatal(err)
	}
	outputs, err := train.Predict(ctx, net, test, train.PredictConfig{})
	if err != nil {
		log.Fatal(err)
	}
	scores, err := train.NewScores(test.Classes, test.Labels, outputs)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(scores)
	err = net.SetDetails(graph.Details{Classes: test.Classes}) // and Input, how pixels are scaled where not to 0 to 1
	if err != nil {
		log.Fatal(err)
	}
	err = net.Save("digits.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	os.Stdout = stdout
	again, err := graph.Load("digits.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(again.Details().Classes), "classes;", len(history.Epochs) > 3, scores.Accuracy > 0.4)
	// Output:
	// 10 classes; true true
}

func Example_transfer() {
	base, err := nets.New("lesson", nets.Config{}) // and trained
	if err != nil {
		log.Fatal(err)
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}},
		graph.Frozen{Layer: graph.Pretrained{Net: base, Until: "flatten_1"}},
		graph.Dense{Units: 5, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range net.Params() {
		fmt.Println(p.Name, p.Role)
	}
	// Output:
	// pretrained_1/conv2d_1/kernel fixed
	// pretrained_1/conv2d_1/bias fixed
	// pretrained_1/conv2d_2/kernel fixed
	// pretrained_1/conv2d_2/bias fixed
	// dense_1/kernel trained
	// dense_1/bias trained
}

// Scale multiplies each channel by a weight.
type Scale struct{}

func (l Scale) String() string { return graph.Literal(l) }

func (l Scale) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("scale", graph.Shape{1, x.Shape()[0], 1, 1}, graph.Ones)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		return G.BroadcastHadamardProd(n[0], n[1], nil, []byte{0, 2, 3})
	}, x, w)
}

func Example_layers() {
	square := graph.Func(func(x *G.Node) (*G.Node, error) { return G.Square(x) })
	net, err := graph.New(graph.Config{Input: graph.Shape{3, 32, 32}}, Scale{}, square)
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range net.Report().Rows {
		fmt.Println(row.Name, row.Output, row.Params)
	}
	// Output:
	// scale_1 (3, 32, 32) 3
	// func_1 (3, 32, 32) 0
}

func Example_error() {
	_, err := graph.New(graph.Config{Input: graph.Shape{1, 12, 12}},
		graph.Conv2D{Filters: 8, Kernel: 3}, graph.MaxPool2D{}, graph.Conv2D{Filters: 8, Kernel: 7})
	fmt.Println(err)
	// Output:
	// conv2d_2: Conv2D{Filters: 8, Kernel: 7}: want an image of at least 7×7 pixels, got (N, 8, 5, 5); so far input (N, 1, 12, 12) → conv2d_1 (N, 8, 10, 10) → max_pool2d_1 (N, 8, 5, 5)
}

func Example_plan() {
	net, err := nets.New("lesson", nets.Config{})
	if err != nil {
		log.Fatal(err)
	}
	loss := graph.SparseCategoricalCrossEntropy{}
	fmt.Print(net.Plan(graph.ProgramConfig{Batch: 32, Mode: graph.Training, Loss: loss}))
	// Output:
	// Layer            Computes                                       Bytes  Kernel
	// max_pool2d_1     conv 3×3/1 + bias + ReLU + max-pool 2×2/2  1,730,560  direct, pooled in registers
	//                  // few planes (1), whose gradient nobody wants
	// max_pool2d_2     conv 3×3/1 + bias + ReLU + max-pool 2×2/2    256,000  Winograd F(2×2), pooled
	// max_pool2d_2     layout                                       204,800  to planar
	// flatten_1        reshape                                      204,800  Gorgonia
	// dense_1          product + bias + ReLU                         16,384  product in tiles
	// dense_2          product + bias                                 1,280  product in tiles
	//                  // ends here: 2 read it
	// dense_2          softmax                                        1,280  plain Go
	// loss of dense_2  softmax cross-entropy                              4  plain Go
	// Values: 2,415,108 bytes for a batch of 32, forward
	// Parameters: 975,144 bytes
	// Gradients: 975,144 bytes
}

func Example_onnx() {
	defer elsewhere()()
	net, err := nets.New("lesson", nets.Config{}) // and trained
	if err != nil {
		log.Fatal(err)
	}
	err = net.SaveONNX("lesson.onnx")
	if err != nil {
		log.Fatal(err)
	}
	again, err := graph.ReadONNX("lesson.onnx", graph.ONNXConfig{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(again)
	// Output:
	// net, err := graph.New(graph.Config{Name: "lesson", Input: graph.Shape{1, 28, 28}},
	// 	graph.Conv2D{Filters: 64, Kernel: 3}, // (N, 64, 26, 26), 640 parameters
	// 	graph.ReLU, // (N, 64, 26, 26)
	// 	graph.MaxPool2D{}, // (N, 64, 13, 13)
	// 	graph.Conv2D{Filters: 64, Kernel: 3}, // (N, 64, 11, 11), 36,928 parameters
	// 	graph.ReLU, // (N, 64, 11, 11)
	// 	graph.MaxPool2D{}, // (N, 64, 5, 5)
	// 	graph.Reshape{To: graph.Shape{1600}}, // (N, 1600)
	// 	graph.Dense{Units: 128}, // (N, 128), 204,928 parameters
	// 	graph.ReLU, // (N, 128)
	// 	graph.Dense{Units: 10}, // (N, 10), 1,290 parameters
	// 	graph.Softmax, // (N, 10)
	// )
}

// elsewhere goes to an empty folder, and returns what goes back.
func elsewhere() (back func()) {
	here, err := os.Getwd()
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "")
	if err == nil {
		err = os.Chdir(dir)
	}
	if err != nil {
		log.Fatal(err)
	}
	return func() {
		os.Chdir(here)
		os.RemoveAll(dir)
	}
}
