//go:build !linux

package train

import "testing"

func smallDisk(t *testing.T, _ int) string {
	t.Skip("no small disk on this system")
	return ""
}
