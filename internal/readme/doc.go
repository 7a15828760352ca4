// Package readme holds README.md to its word: its programs and commands are run,
// its links followed. There is nothing here to import.
package readme
