// Command neon generates the kernels of arm64, for four floats at a time, to the
// directory of its argument. Its instructions name registers as they need them, and
// a function's get their numbers when it is complete.
package main

import (
	"fmt"
	"os"
)

func main() {
	for _, file := range []struct {
		name string
		f    func()
	}{
		{"gemm", gemm},
		{"elements", elementwise},
		{"functions", functions},
		{"columns", columns},
		{"transpose", transpose},
		{"windows", windows},
		{"minimal", minimal},
		{"block", block},
	} {
		if err := write(os.Args[1], file.name, file.f); err != nil {
			fmt.Fprintln(os.Stderr, "neon:", err)
			os.Exit(1)
		}
	}
}
