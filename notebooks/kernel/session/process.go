package session

import (
	"fmt"
	"go/build"
	"log"
	"os"
	"reflect"
	"strconv"

	"github.com/cosmos72/gomacro/imports"
)

// parentVariable is how Jupyter tells a process that it is a kernel; other
// front-ends do not all set it. Progress goes by it.
const parentVariable = "JPY_PARENT_PID"

// logOutput is the standard error of the cell that runs, and without one that of
// the process: the kernel's own messages are not a cell's.
type logOutput struct{}

func (logOutput) Write(p []byte) (int, error) {
	mu.Lock()
	running := !current.isOver()
	mu.Unlock()
	if running {
		return os.Stderr.Write(p)
	}
	return processErrors.Write(p)
}

func init() {
	// With a GOROOT, gomacro would read the standard library's sources, which
	// hold what it does not know (aliases, as go/types has them now).
	build.Default.GOROOT = ""
	log.SetOutput(logOutput{})
	if os.Getenv(parentVariable) == "" {
		_ = os.Setenv(parentVariable, strconv.Itoa(os.Getppid())) // only for how progress looks
	}
	// What ends a program ends a cell.
	bind("os", "Exit", func(code int) { panic(fmt.Sprintf("os.Exit(%d)", code)) })
	bind("log", "Fatal", func(v ...any) { panic(fmt.Sprint(v...)) })
	bind("log", "Fatalln", func(v ...any) { panic(fmt.Sprint(v...)) })
	bind("log", "Fatalf", func(format string, v ...any) { panic(fmt.Sprintf(format, v...)) })
	bind("context", "Background", Background)
	bind("context", "TODO", Background)
}

// bind makes f what cells find under a name.
func bind(pkg, name string, f any) { imports.Packages[pkg].Binds[name] = reflect.ValueOf(f) }
