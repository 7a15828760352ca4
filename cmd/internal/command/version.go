package command

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"euryale/internal/f32"
)

// version is a line on what runs: the module's version, Go's, the system, and
// the kernels that this processor gets.
func version(name string) string {
	module := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		module = info.Main.Version
	}
	return fmt.Sprintf("%s %s %s %s/%s, kernels %s\n", name, cmp.Or(module, "(devel)"),
		runtime.Version(), runtime.GOOS, runtime.GOARCH, f32.Current())
}
