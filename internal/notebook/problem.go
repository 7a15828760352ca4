package notebook

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with a notebook. It prints as one line,
// 02-fashion.ipynb[cell 3]:4: what is wrong.
type Problem struct {
	Notebook string // base name of the file
	Cell     int    // among the code cells, from 1; 0 for the whole file
	Line     int    // within the cell, from 1; 0 for the whole cell
	Text     string // what is wrong, and what to write instead
}

func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Notebook)
	if p.Cell > 0 {
		fmt.Fprintf(&b, "[cell %d]", p.Cell)
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	return b.String() + ": " + p.Text
}

// Problems are all that is wrong with a notebook, in its order, one a line.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// err returns the problems as an error, nil if there are none. The same problem
// is told once.
func (p Problems) err() error {
	var told Problems
	seen := map[Problem]bool{}
	for _, problem := range p {
		if !seen[problem] {
			seen[problem] = true
			told = append(told, problem)
		}
	}
	if len(told) == 0 {
		return nil
	}
	return told
}
