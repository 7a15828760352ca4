//go:build !windows && (!unix || solaris || illumos || aix)

package filelock

import "os"

// Take takes nothing: the system has no flock.
func Take(*os.File) error { return nil }
