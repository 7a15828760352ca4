package onnx

// CheckGraph is for tests that use the published cases, which import this package.
var CheckGraph = checkGraph

// FoldModels are the models of TestFold that onnxruntime agrees on, by name.
func FoldModels() map[string]*Model {
	models := map[string]*Model{}
	for _, test := range foldTests() {
		if test.differs == "" {
			models[test.name] = test.m.sorted()
		}
	}
	return models
}
