package main

import (
	"strings"
	"unicode"
)

// names is names of filters, in a flag or in arguments: with commas or blanks
// between them.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }
func (n *names) Type() string   { return "names" }

// Set takes some more.
func (n *names) Set(text string) error {
	*n = append(*n, splitNames(text)...)
	return nil
}

func splitNames(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}
