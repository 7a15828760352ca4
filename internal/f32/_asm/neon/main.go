// Command neon generates the kernels of arm64, for four floats at a time: those of
// package f32 to the directory of its first argument, and that of philox to that of its
// second. Its instructions name registers as they need them, and a function's get their
// numbers when it is complete.
package main

import (
	"fmt"
	"os"
)

func main() {
	for _, file := range []struct {
		name string
		f    func()
		dir  int
	}{
		{"gemm", gemm, 1},
		{"elements", elementwise, 1},
		{"functions", functions, 1},
		{"columns", columns, 1},
		{"transpose", transpose, 1},
		{"windows", windows, 1},
		{"minimal", minimal, 1},
		{"block", block, 1},
		{"words", philox, 2},
	} {
		if err := write(os.Args[file.dir], file.name, file.f); err != nil {
			fmt.Fprintln(os.Stderr, "neon:", err)
			os.Exit(1)
		}
	}
}
