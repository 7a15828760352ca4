package graph_test

import (
	"io"
	"math"
	"reflect"
	"testing"

	"euryale/graph"
	"euryale/internal/ranktest"
	"euryale/internal/wrong"
)

// TestFieldsAskedWrongly asks every numeric field of this package's structs for
// what it cannot be.
func TestFieldsAskedWrongly(t *testing.T) {
	image, sequences, vectors := graph.Shape{4, 9, 9}, graph.Shape{4, 9}, graph.Shape{4}
	layer := func(l graph.Layer, in graph.Shape) wrong.Subject {
		return wrong.Subject{Of: l, Ask: func(l any) error {
			_, err := graph.New(graph.Config{Input: in}, l.(graph.Layer))
			return err
		}}
	}
	loss := func(l graph.Loss) wrong.Subject {
		return wrong.Subject{Of: l, Ask: func(l any) error { return compileWith(t, graph.ProgramConfig{Loss: l.(graph.Loss)}) }}
	}
	initializer := func(i graph.Initializer) wrong.Subject {
		return wrong.Subject{Of: i, Ask: func(i any) error {
			_, err := graph.New(graph.Config{Input: vectors}, graph.Dense{Units: 2, Init: i.(graph.Initializer)})
			return err
		}}
	}
	penalty := func(p graph.Penalty) wrong.Subject {
		return wrong.Subject{Of: p, Ask: func(p any) error {
			_, err := graph.New(graph.Config{Input: vectors}, graph.Dense{Units: 2, Penalty: p.(graph.Penalty)})
			return err
		}}
	}
	details := func(d graph.Details) wrong.Subject {
		return wrong.Subject{Of: d, Ask: func(d any) error { return smallNet(t).SetDetails(d.(graph.Details)) }}
	}
	scaling := func(s graph.Scaling) wrong.Subject {
		return wrong.Subject{Of: s, Ask: func(s any) error { return smallNet(t).SetDetails(graph.Details{Input: s.(graph.Scaling)}) }}
	}
	source := func(s graph.WeightSource) wrong.Subject {
		return wrong.Subject{Of: s, Ask: func(s any) error {
			return smallNet(t).LoadWeights("testdata/model_v1.safetensors", map[string]graph.WeightSource{"dense_1/bias": s.(graph.WeightSource)})
		}}
	}
	wrong.Fields{
		Subjects: []wrong.Subject{
			source(graph.WeightSource{Name: "dense_1/bias", Axes: []int{0}}),
			details(graph.Details{Classes: []string{"a", "b", "c"}}),
			scaling(graph.Scaling{Most: 1, Mean: []float64{0.5}, Deviation: []float64{2}}),
			layer(graph.Conv2D{Filters: 4, Kernel: 3}, image),
			layer(graph.Conv1D{Filters: 4, Kernel: 3}, sequences),
			layer(graph.Conv2DTranspose{Filters: 4, Kernel: 3, Stride: 2}, image),
			layer(graph.DepthwiseConv2D{Kernel: 3}, image),
			layer(graph.SeparableConv2D{Filters: 4, Kernel: 3}, image),
			layer(graph.Dense{Units: 4}, vectors),
			layer(graph.Operand{Join: graph.Sum, Shape: graph.Shape{4}}, vectors),
			layer(graph.MaxPool2D{}, image),
			layer(graph.AveragePool2D{}, image),
			layer(graph.Upsample{Factor: 2}, image),
			layer(graph.Upsample{Size: 20}, image),
			layer(graph.ZeroPad2D{Padding: 1}, image),
			layer(graph.Crop2D{Cropping: 1}, image),
			layer(graph.BatchNorm{}, image),
			layer(graph.LayerNorm{}, image),
			layer(graph.GroupNorm{Groups: 2}, image),
			layer(graph.InstanceNorm{}, image),
			layer(graph.Dropout{Rate: 0.5}, image),
			layer(graph.SpatialDropout2D{Rate: 0.5}, image),
			layer(graph.GaussianNoise{Deviation: 1}, image),
			layer(graph.ELU{}, image),
			layer(graph.LeakyReLU{Slope: 0.1}, image),
			layer(graph.HardSigmoid{}, image),
			layer(graph.Rescaling{}, image),
			layer(graph.CELU{}, image),
			layer(graph.ThresholdedReLU{}, image),
			layer(graph.Clip{Low: -2, High: 1}, image),
			layer(graph.Pow{Exponent: 2}, image),
			layer(graph.Swish{}, image),
			layer(graph.PReLU{}, image),
			layer(graph.Slice{}, image),
			layer(graph.Reduce{Axes: []int{0}, Keep: true}, image),
			layer(graph.ArgMax{}, image),
			layer(graph.SoftmaxAlong{}, image),
			layer(graph.LocalResponseNorm{}, image),
			layer(graph.Resize{Size: 5}, image),
			layer(graph.Resize{ScaleH: 2, ScaleW: 2}, image),
			layer(graph.Resize{Size: 5, Interpolation: graph.Bicubic, Coefficient: -0.5, Antialias: true}, image),
			layer(graph.Resize{Size: 5, Coordinates: graph.CropAndResize, Region: graph.Region{Bottom: 1, Right: 1}}, image),
			{Of: graph.Region{Bottom: 1, Right: 1}, Ask: func(of any) error {
				_, err := graph.New(graph.Config{Input: image}, graph.Resize{Size: 5, Coordinates: graph.CropAndResize, Region: of.(graph.Region)})
				return err
			}},
			layer(graph.DepthToSpace{}, image),
			layer(graph.SpaceToDepth{Block: 3}, image),
			layer(graph.Pad{Before: []int{0, 1, 1}, After: []int{0, 1, 1}, Value: 2}, image),
			layer(graph.Take{Indices: []int{0, 2}}, image),
			layer(graph.Tile{Repeats: []int{1, 2, 1}}, image),
			layer(graph.Expand{To: graph.Shape{4, 9, 9}}, image),
			{Of: graph.ConcatAlong{}, Ask: func(j any) error {
				x := graph.Input("x", image...)
				_, err := graph.Compose(graph.Config{}, graph.Join(j.(graph.Joiner), x, x))
				return err
			}},
			layer(graph.Permute{Axes: []int{1, 2, 0}}, image),
			layer(graph.Reshape{To: graph.Shape{4, 81}}, image),
			loss(graph.SparseCategoricalCrossEntropy{}),
			loss(graph.CategoricalCrossEntropy{}),
			loss(graph.BinaryCrossEntropy{}),
			loss(graph.Focal{}),
			loss(graph.BinaryFocal{}),
			loss(graph.Huber{}),
			{Of: graph.OutputLoss{Loss: graph.MeanSquaredError{}}, Ask: func(l any) error {
				return compileWith(t, graph.ProgramConfig{Loss: graph.Losses{l.(graph.OutputLoss)}})
			}},
			initializer(graph.Constant{}),
			initializer(graph.Orthogonal{}),
			initializer(graph.VarianceScaling{}),
			penalty(graph.L1{}),
			penalty(graph.L2{}),
			penalty(graph.L1L2{}),
			{Of: graph.Config{Input: graph.Shape{4}}, Ask: func(c any) error {
				_, err := graph.New(c.(graph.Config), two)
				return err
			}, As: map[string][]string{"Input": {"input"}, "Engine": {"engine"}}},
			{Of: graph.Share{Rank: 1, Ranks: 2, Sums: &ranktest.Member{}}, Ask: func(s any) error {
				share := s.(graph.Share)
				return compileWith(t, graph.ProgramConfig{Batch: 8, Share: &share})
			}},
			{Of: graph.ProgramConfig{}, Ask: func(c any) error {
				p := c.(graph.ProgramConfig)
				return compileWith(t, p)
			}, As: map[string][]string{"Batch": {"batch"}}},
			{Of: graph.ONNXFormat{}, Ask: func(f any) error { return smallNet(t).WriteONNX(io.Discard, f.(graph.ONNXFormat)) }},
			{Of: graph.PredictorConfig{}, Ask: func(c any) error {
				p, err := graph.NewPredictor(smallNet(t), c.(graph.PredictorConfig))
				p.Close()
				return err
			}},
		},
		Values: func(field reflect.Value) []any {
			switch field.Interface().(type) {
			case graph.Size:
				return []any{graph.Size(-1), graph.Size(math.MinInt), graph.Size(math.MaxInt), graph.Size(1 << 40), graph.Rect(0, 1), graph.Rect(1, -1)}
			case graph.Padding:
				return []any{graph.Padding(-2), graph.Padding(math.MinInt64), graph.Padding(1 << 40), graph.Padding(1 << 61), graph.Padding(math.MaxInt64), graph.Pads(0, -1, 0, 0)}
			case graph.Shape:
				return []any{graph.Shape{}, graph.Shape{0}, graph.Shape{-2}, graph.Shape{math.MaxInt}, graph.Shape{1 << 33, 1 << 33}}
			case []int:
				return []any{[]int{}, []int{-1}, []int{1 << 40}, []int{0, 0}}
			}
			return nil
		},
		Right: []string{
			"Conv2DTranspose.OutputPadding: Rect(0, 1)",
			"LeakyReLU.Slope: -1", // |x|
			"Constant.Value: -1", "Scaling.Mean: []", "Scaling.Mean: [-1]", "Scaling.Deviation: []",
			"Rescaling.Scale: -1", "Rescaling.Offset: -1", "ThresholdedReLU.Alpha: -1", "Pow.Exponent: -1", "Swish.Alpha: -1",
			"Clip.Low: -1", "Clip.Low: -Inf", "Clip.High: -1", "Clip.High: +Inf",
			"Slice.From: -1", "Slice.To: -1", "Slice.Axis: -1", "Slice.Step: -1",
			"Reduce.Axes: []", "Reduce.Axes: [-1]", "ArgMax.Axis: -1", "SoftmaxAlong.Axis: -1", "Take.Axis: -1", "Take.Indices: [-1]", "Take.Indices: [0 0]", "ConcatAlong.Axis: -1",
			"Pad.Value: -1", "Pad.Value: +Inf", "Pad.Value: -Inf", "Resize.Coefficient: -1", "Resize.Extrapolation: -1", "Region.Top: -1", "Region.Left: -1", "Region.Bottom: -1", "Region.Right: -1",
			"SparseCategoricalCrossEntropy.Ignore: []",
			"SparseCategoricalCrossEntropy.Ignore: [-1]",
			"SparseCategoricalCrossEntropy.Ignore: [1099511627776]",
			"SparseCategoricalCrossEntropy.Ignore: [0 0]",
		},
		Answers: []string{
			"ONNXConfig", // any Seed will do
			"Arithmetic", "Node", "Param", "Plan", "PlanStep", "Port", "PredictorStats", "Profile", "ProfileOp", "ProfilePart", "ProfileStep", "Program", "Report", "Row", "ShapeError",
			// Of layers, names and a network: see TestRefusedNames and TestRefusedNil.
			"Branches", "Frozen", "Named", "Pretrained", "Residual", "Shared",
			"Saved", // a file, see TestSavedForAnother
		},
	}.Run(t, ".")
}

// compileWith is the error of a program of a network of two outputs a sample.
func compileWith(t *testing.T, c graph.ProgramConfig) error {
	net, err := graph.New(graph.Config{Input: graph.Shape{4}}, two)
	if err != nil {
		t.Fatal(err)
	}
	p, err := net.Compile(c)
	if err == nil {
		p.Close()
	}
	return err
}
