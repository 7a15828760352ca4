// Package tables tells gomacro what the packages that notebooks import hold.
// Each file is one package's; make tables writes them.
package tables
