// Package engine holds the Gorgonia ops that programs of package graph are made
// of. Each is a node that differentiates symbolically through [gorgonia.Grad]
// and runs on a TapeMachine:
//
//	y, err := engine.Conv(x, filter, bias, engine.ConvConfig{ReLU: true})
//	y, err = engine.Norm(y, gamma, beta, engine.NormConfig{Epsilon: 1e-3})
//	y, err = engine.Sum(y, shortcut)
//
// [Block], [Conv] and [Dense] do several ops of a network at once, in float32,
// on the kernels of package f32. So do those whose names end in Last, on images
// whose channels lie last, in rows of whole vectors: [ConvLast], [ConvPairLast],
// [MaxPoolLast], [MeanImageLast], [NormLast] and [AffineLast]. [Last] and [Planar]
// turn one layout into the other. What lies between a channel's last and the end of its
// vector is zero, and stays so. The plain ops, [Rectify], [Pointwise], [PReLU],
// [ChannelSoftMax], [LogSoftMax], [Sum], [Product], [Maximum], [Concat],
// [MaxPool], [AveragePool], [MaxImage], [MeanImage], [Resample], [Gather],
// [Pairwise], [Reduce], [MatMuls], [ResponseNorm], [ScalePlanes], [Norm] and
// [Affine], and the losses, [ClassesLoss], [ProbabilitiesLoss], [BinaryLoss],
// [DifferenceLoss] and [Penalty], take float32 or float64. All of these compute
// on all cores, with the same bits whatever their number, and allocate nothing
// after their first run: each owns its result, see [Owner]. Where their buffers
// lie may be decided when all ops are declared, see [Buffered]. An op serves
// one machine at a time.
//
// [SoftMax], [SoftmaxCrossEntropy] and [Pad2D] stand in where Gorgonia has no
// op or a wrong one. Package ops hands out those ops that a Gorgonia program of
// one's own would call.
//
// # A new op
//
// Which op a program declares where, package graph decides from the steps of
// package lower; package ir tells the whole way. Here an op is a file: a
// function that takes nodes and checks their shapes, the op with Gorgonia's
// methods, and its gradients, which are ops too. [Rectify] is a short one. It
// embeds elementwise, and others result: these own the output, and have a
// number of their own, since Gorgonia merges two nodes whose ops hash alike. What
// else is large is a buffer, which it names in Buffers; see [MaxPool].
// Tests compare an op with a slow version and with Gorgonia's own
// (against_test.go), on every set of kernels, and with PyTorch's results where
// those are at hand (golden_test.go).
package engine
