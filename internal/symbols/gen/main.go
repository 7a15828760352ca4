// Gen writes the notebook kernel's symbol tables: make tables, in the root of the
// module.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"euryale/internal/symbols"
)

func main() {
	if err := symbols.Write(".", filepath.FromSlash(symbols.Dir)); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}
