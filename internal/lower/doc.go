// Package lower turns the ops of a network into the steps of a program. It
// looks at ops and at who reads them, never at layers.
//
//	o := lower.Options{Training: true, Fused: true, Read: whyReadFromOutside}
//	steps, _ := lower.Lower(values, o)
//	for _, s := range steps {
//		fmt.Println(s.Text(o), s.Kernel) // conv 3×3/1 + bias + ReLU product by taps
//	}
//
// The passes follow one another, as Lower lists them. The first three put other
// values in the place of some: mode takes out what inference does without, fold
// computes the weights of a product that a norm follows with the norm in them, and
// pool puts a max-pool before a function that never falls. group takes as one step
// what belongs together: each match, in conv.go, dense.go and group.go, begins
// at an op and goes on as long as one op alone reads the last, and nobody
// outside does; and it names the [Kernel]. In inference, a convolution takes any
// function behind it that leaves zero as it is, and a depthwise convolution behind
// that, whose weights are then made before. layout then decides how the numbers of
// each image lie, and puts a conversion, which all readers share, where an image
// lies otherwise than somebody wants it.
//
// Without Fused each op is a step by itself, the reference. A step that ends
// before it might says why, which the plan prints.
package lower
