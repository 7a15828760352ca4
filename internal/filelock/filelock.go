// Package filelock takes files for one process, as long as it has them open:
//
//	if err := filelock.Take(f); errors.Is(err, filelock.ErrTaken) {
//		…
//	}
//
// A lock goes with the process, however that ends. It is advisory: who does not ask
// may read and write.
package filelock

import "github.com/pkg/errors"

// ErrTaken is that another has the file.
var ErrTaken = errors.New("taken by another process")
