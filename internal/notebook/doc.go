// Package notebook reads Jupyter notebooks written for gophernotes, checks
// their cells against the Go that gophernotes runs, and joins them into one Go
// program that does what the kernel would do.
//
//	n, err := notebook.Read("notebooks/02-fashion.ipynb")
//	n, err = n.With(map[string]string{"epochs": "1"})
//	checker, err := notebook.NewChecker(root, n)
//	program, err := checker.Join(n)
//	output, err := program.Run(ctx, root)
//
// Cells are counted among the code cells, from 1, as in In [3]: in a notebook
// run from top to bottom the number is the cell's execution count. A place is
// written 02-fashion.ipynb[cell 3]:4, the fourth line of the third code cell, in
// the errors of this package as in those of the compiler and in the traces of
// panics.
//
// # The interpreter's Go
//
// gophernotes interprets cells with gomacro (commit 3dc08f5f8fea, of 2023). It
// knows the language as of about Go 1.12, and some corners of it otherwise. Each
// rule of this package was seen to fail there: what is refused either does not
// compile in the kernel, or does, and means something else than in Go. The
// names that gomacro's tables of the standard library lack are in std.txt.
//
// Not seen by these checks: an assertion to an interface of a compiled package,
// v.(fmt.Stringer), fails without a word for a value whose type is declared in
// the notebook; an assertion to such a type holds for values of any other that is
// made of the same; fmt prints what is in an interface{} without the methods of
// the notebook, where it does not show in the cell that they are there; and loops
// run a hundred times slower than compiled ones.
//
// # The program
//
// Types, their methods, and the functions and constants that use nothing of the
// cells but each other stand at package level. Everything else stands in main,
// each cell in a block of its own within the one before: a later cell sees what
// an earlier one declared, and may declare it again. The value that a cell ends
// with is asked for what the kernel shows of it: HTML, SVG, PNG and text; to show
// nothing, or more than 100 kB of text, is an error.
package notebook
