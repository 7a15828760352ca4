//go:build !unix || solaris || illumos || aix

package cli

import "os"

// lock takes nothing: the system has no flock.
func lock(*os.File) error { return nil }
