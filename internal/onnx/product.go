package onnx

func foldGemm(c *call) error {
	a, b := c.in[0].shape, c.in[1].shape
	if len(a) != 2 || len(b) != 2 {
		return c.malformed("want two matrices, got %v and %v", a, b)
	}
	transA, transB := c.Flag("transA", 0), c.Flag("transB", 0)
	if transA == 1 {
		a = Shape{a[1], a[0]}
	}
	if transB == 1 {
		b = Shape{b[1], b[0]}
	}
	if a[1] != b[0] {
		return c.malformed("want matrices to be multiplied, got A %v and B %v with transA %d, transB %d", c.in[0].shape, c.in[1].shape, transA, transB)
	}
	out := Shape{a[0], b[1]}
	if c.has(2) {
		if both, ok := broadcast(c.in[2].shape, out); !ok || !both.Equal(out) {
			return c.malformed("C: want a shape that broadcasts to %v, got %v", out, c.in[2].shape)
		}
	}
	return c.emit(0, "Gemm", out, c.in, FloatAttr("alpha", c.Float("alpha", 1)), FloatAttr("beta", c.Float("beta", 1)),
		IntAttr("transA", transA), IntAttr("transB", transB))
}

func foldMatMul(c *call) error {
	a, b := c.in[0].shape, c.in[1].shape
	out, ok := matMulShape(a, b)
	if !ok {
		return c.malformed("want matrices to be multiplied, got %v and %v", a, b)
	}
	return c.emit(0, "MatMul", out, c.in)
}

// matMulShape is numpy.matmul's: a vector is a matrix of one row or of one column,
// which the result then does not have.
func matMulShape(a, b Shape) (Shape, bool) {
	if len(a) == 0 || len(b) == 0 {
		return nil, false
	}
	row, column := len(a) == 1, len(b) == 1
	if row {
		a = Shape{Fixed(1), a[0]}
	}
	if column {
		b = Shape{b[0], Fixed(1)}
	}
	n, m := len(a)-2, len(b)-2
	if a[n+1] != b[m] {
		return nil, false
	}
	out, ok := broadcast(a[:n], b[:m])
	if !row {
		out = append(out, a[n])
	}
	if !column {
		out = append(out, b[m+1])
	}
	return out, ok
}
