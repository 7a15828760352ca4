// Package ir is what a network is made of below its layers: values in an
// acyclic graph, each computed by a small op whose output's shape is known at
// once. Nothing here computes.
//
// # From layers to a program
//
// Three packages carry a network from its declaration to a TapeMachine.
//
//   - graph builds it. A layer's Build asks its Scope for ops, and [New] infers
//     their shapes or says what an op wants, in a [Mismatch]. Compose copies the
//     values behind the outputs into a Network, names the layers, each a
//     [Call], and draws the parameters.
//   - graph compiles it, by the passes that compile lists in graph/build.go.
//     Losses are added as ops; package lower cuts all ops into steps; each step
//     is declared in Gorgonia's nodes (graph/declare.go), one with a kernel as an
//     op of package engine, any other by its definition (graph/stock.go);
//     gorgonia.Grad differentiates; the nodes are copied into a graph in which
//     panics are errors (graph/guard.go), no node is taken for another
//     (copier.go), nobody writes over what others read (alias.go), and the
//     gradients that meet in one value are one sum (joins.go); and a TapeMachine
//     is made of that (program.go).
//   - engine holds the ops of the nodes, and package f32 the kernels that they
//     run.
//
// lower looks at ops and at who reads them, never at layers, so that a layer of
// somebody's own is as fast as the ops that it is made of.
//
// # Where a new layer goes
//
//   - A file in graph: the struct, its String, Build and, if there is
//     arithmetic to show, Explain. A layer made of others, or of ops that are
//     there, is done with that and its case in graph/layer_test.go, where
//     package layertest tries its shape, values and gradients on both engines.
//   - A new op is a struct here, with its String as plans print it, its Infer
//     and, if it multiplies, MultiplyAdds.
//   - Its definition is a case of declareOp in graph/stock.go, in Gorgonia's ops
//     where these are right, else an op of package engine. That is all it takes
//     to run on both engines.
//   - Its form in ONNX is a case of op in graph/writeonnx_ops.go, and the layer
//     has a place among exportedLayers in graph/writeonnx_test.go.
//   - To be fast it needs an op of package engine on a kernel of package f32, a
//     name for that and its memory in lower/kernel.go, a match in lower that
//     finds it, listed in lower/group.go, and a case of declareStep in
//     graph/declare.go.
package ir
