// Package memory says how much memory the machine has, for those who ask before
// they take more than there is, and how much the process has taken.
package memory
