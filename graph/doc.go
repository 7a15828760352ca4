// Package graph declares convolutional networks as Gorgonia expression graphs
// and compiles them into programs that run on a TapeMachine.
//
//	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 1},
//		graph.Conv2D{Filters: 64, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{},
//		graph.Flatten{}, graph.Dense{Units: 10, Activation: graph.Softmax})
//	fmt.Print(net.Report())
//	program, err := net.Compile(graph.ProgramConfig{Batch: 32, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}})
//
// # Values
//
// A [Layer] is a struct literal, and prints as one. It is put behind a [Value],
// which is a batch on its way: [Value.Then] goes on from one, [Join] makes one
// of several, and [Compose] makes the network that ends in those it is given.
//
//	image := graph.Input("image", 3, 32, 32)
//	trunk := image.Then(graph.Conv2D{Filters: 16, Kernel: 3}, graph.ReLU)
//	class := trunk.Then(graph.GlobalAverage{}, graph.Dense{Units: 10, Activation: graph.Softmax})
//	box := trunk.Then(graph.Flatten{}, graph.Dense{Units: 4})
//	net, err := graph.Compose(graph.Config{Seed: 1}, class, box)
//
// Values are never changed, so that any number of layers may read one. What
// cannot be made carries its error on to Compose, which names the layer and the
// way to it. [New] is Compose for layers one behind the other.
//
// # Layers
//
// [Conv2D], [Dense], [MaxPool2D], [GlobalAverage], [BatchNorm], [ReLU] and the
// other activations compute; [Flatten], [Reshape], [Permute], [Slice], [Take],
// [Pad], [Resize] and their like move values; [Reduce] makes one of several;
// [Dropout] and [GaussianNoise] draw, in training, what hangs on the seed and on
// [Network.Steps]; [Sum], [Difference], [Product], [Quotient], [Maximum], [MatMul]
// and [Concat] join values, and [Operand] one with a parameter; [Chain], [Residual] and [Branches] are made of layers. Others
// say something of the layer that they hold: [Named] its name, [Shared] that
// all of one name have the same weights, [Frozen] that these are not trained;
// and [Pretrained] is another network, with its weights, as a layer. A window's
// sides are a [Size], 3 or Rect(3, 5), and what surrounds the image a [Padding]:
// Valid, Same, 1 or Pads(0, 1, 0, 1).
//
// A layer of one's own has a Build, made of other layers, or of Gorgonia's
// nodes and of weights that it asks its [Scope] for; [Func] makes one of a
// function on nodes. A weight is known by its layer's name and its own, such as
// residual_1/conv2d_1/kernel, from which, and the seed, its first values are
// drawn. Each [Param] has a [Role]: Trained, Fixed or State.
//
// # Programs
//
// [Network.Compile] makes a [Program] for one batch size and mode: fill its
// inputs and targets, run it, read its outputs, losses and gradients. All
// programs of a network share its weights: what one learns, the others see. A
// [Loss] reads one output, [Losses] several; either may be one's own.
//
// [Network.Report] prints the layers and their shapes, [Network.String] the
// code that makes the network again, and [Network.Plan] what a program
// computes, step by step, and how; [Program.Profile] says how long each step
// takes. In a notebook the report and the plan are tables, and the network is a
// drawing, [Network.SVG]. [Network.Declare] adds the network to a Gorgonia graph
// of one's own.
//
// # Files
//
// [Network.Save] writes a network, of which [Load] makes it again. Other programs run
// what [Network.SaveONNX] writes, and what they write is a network by [ReadONNX].
//
// # Two engines
//
// The [Engine] Gorgonia declares every op by its definition: with Gorgonia's op
// of that name, or one of ours where Gorgonia has none or a wrong one. It is
// the reference. The engine Fused takes ops that belong together as one step
// with a kernel of ours. What happens between a layer and a node, and where a
// new layer goes, is told in package internal/ir.
package graph
