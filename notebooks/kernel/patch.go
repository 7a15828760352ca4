package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// change is one of those that gophernotes and gomacro need so that no cell ends
// the kernel and an interrupt reaches the training under way.
type change struct {
	file     string // below vendor
	old, new string
	times    int // that old stands there; 0 means once
}

const (
	kernelFile    = "github.com/gopherdata/gophernotes/kernel.go"
	displayFile   = "github.com/gopherdata/gophernotes/display.go"
	proxyFile     = "github.com/gopherdata/gophernotes/x_package.go"
	statementFile = "github.com/cosmos72/gomacro/fast/statement.go"
	callFile      = "github.com/cosmos72/gomacro/fast/compile.go"
	importFile    = "github.com/cosmos72/gomacro/base/genimport/importer.go"
)

// changes fit the versions that go.mod pins, and no others.
var changes = []change{
	{
		file: kernelFile,
		old:  "\t\"github.com/cosmos72/gomacro/xreflect\"\n",
		new:  "\t\"github.com/cosmos72/gomacro/xreflect\"\n\t\"euryale/notebooks/kernel/session\"\n",
	},
	{
		file: displayFile,
		old:  "\t\"github.com/cosmos72/gomacro/xreflect\"\n",
		new:  "\t\"github.com/cosmos72/gomacro/xreflect\"\n\t\"euryale/notebooks/kernel/session\"\n",
	},
	{ // our packages, and who is to be interrupted
		file: kernelFile,
		old:  "ir := interp.New()",
		new:  "ir := session.Attach(interp.New())",
	},
	{ // interrupts and shutdowns do not wait for the cell, and no message ends the kernel
		file: kernelFile,
		old:  "go poll(ctl, sockets.ControlSocket.Socket)",
		new:  "go poll(ctl, control(sockets))",
	},
	{
		file: kernelFile,
		old:  "go poll(shell, sockets.ShellSocket.Socket)",
		new:  "go poll(shell, shellOf(sockets))",
	},
	{
		file: kernelFile,
		old:  "log.Fatalf(\"Error reading heartbeat",
		new:  "log.Printf(\"Error reading heartbeat",
	},
	{ // cells
		file: kernelFile,
		old:  "kernel.handleExecuteRequest(receipt)",
		new:  "kernel.execute(receipt)",
	},
	{ // a panic outside a cell
		file:  kernelFile,
		old:   "kernel.handleShellMsg(msgReceipt{msg, ids, sockets})",
		new:   "kernel.handle(msgReceipt{msg, ids, sockets})",
		times: 2,
	},
	{ // what colours the code, in Jupyter and in its exports
		file: kernelFile,
		old:  "Name:          \"go\",\n",
		new:  "Name: \"go\", MIMEType: \"text/x-go\", PygmentsLexer: \"go\", CodeMirrorMode: \"go\",\n",
	},
	{ // plain text beside what else there is: a map without it has nil there
		file: displayFile,
		old:  "if data.Data[MIMETypeText] == \"\" {",
		new:  "if data.Data[MIMETypeText] == nil {",
	},
	{ // a nil pointer has nothing to show
		file: displayFile,
		old:  "xreflect.Type) bool {\n\tswitch data.(type) {\n",
		new:  "xreflect.Type) bool {\n\tif !session.Shown(data) {\n\t\treturn false\n\t}\n\tswitch data.(type) {\n",
	},
	{ // values that fmt has megabytes of
		file: displayFile,
		old:  "s = fmt.Sprint(arg)",
		new:  "s = session.Text(arg)",
	},
	{
		file: displayFile,
		old:  "MakeData(MIMETypeText, fmt.Sprint(vals...))",
		new:  "MakeData(MIMETypeText, session.Text(vals...))",
	},
	{ // a proxy that this gomacro finds wrong
		file: proxyFile,
		old:  "JSON_  func(interface{}) string",
		new:  "JSON_  func(interface{}) map[string]interface{}",
	},
	{
		file: proxyFile,
		old:  "JSON() string",
		new:  "JSON() map[string]interface{}",
	},
	{ // a goroutine of its own for each cell, which may be left behind
		file: callFile,
		old:  "func newEnv4Func(",
		new: `// Adopt makes the goroutine that calls it the interpreter's.
func (ir *Interp) Adopt() {
	run := ir.env.Run
	run.glsDel()
	run.goid = gls.GoID()
	run.glsStore()
}

func newEnv4Func(`,
	},
	{ // recursion without end, for which Go ends the process at a gigabyte of stack
		file: callFile,
		old:  "\t\tenv.CallDepth = caller.CallDepth + 1\n",
		new: `		env.CallDepth = caller.CallDepth + 1
		if env.CallDepth > 100000 {
			panic("stack overflow: calls are 100000 deep")
		}
`,
	},
	{ // no plugins: they take minutes to build, and fit no other
		file: importFile,
		old:  "imported, err := imp.doImportPackagesOrError(pathMap, enableModule)\n",
		new: `missing := pathKeys(pathMap)
		sort.Strings(missing)
		imported, err := map[string]*PackageRef(nil), fmt.Errorf(
			"not in this kernel: %v; it has most of the standard library of Go 1.18, euryale's packages, Gorgonia, its tensors and github.com/pkg/errors", missing)
`,
	},
	{
		file: importFile,
		old:  "\t\"sync/atomic\"\n",
		new:  "\t\"sort\"\n\t\"sync/atomic\"\n",
	},
	{ // a panic in a goroutine of a cell
		file: statementFile,
		old:  "\t\t\tdefer tg2.glsDel()\n",
		new: `			defer tg2.glsDel()
			defer func() {
				if p := recover(); p != nil {
					log.Println("panic in a goroutine of a cell:", p)
				}
			}()
`,
	},
	{
		file: statementFile,
		old:  "\t\"go/token\"\n",
		new:  "\t\"go/token\"\n\t\"log\"\n",
	},
}

// apply makes the changes in a vendor folder.
func apply(vendor string, changes []change) error {
	for _, c := range changes {
		path := filepath.Join(vendor, filepath.FromSlash(c.file))
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if got, want := strings.Count(string(text), c.old), max(c.times, 1); got != want {
			return fmt.Errorf("%s: want %q %d times, found it %d times: this is not the version that go.mod names", c.file, c.old, want, got)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), c.old, c.new)), 0o644); err != nil {
			return err
		}
	}
	return nil
}
