//go:build linux || darwin

package mpi

import (
	"bytes"
	"encoding/binary"
)

// place is where rank 0 has memory to share.
type place struct {
	Host    [32]byte // tells hosts apart
	PID, FD int64    // 0 where there is none
}

// shareMemory has all ranks pass bytes by memory from here on, if they are on one host
// and may share it.
func (g *Group) shareMemory() error {
	if g.size == 1 {
		return nil
	}
	var at place
	var shared []byte
	n := memoryBytes(g.size)
	if g.rank == 0 {
		var offered func()
		shared, at, offered = offerMemory(n)
		defer offered()
	}
	told, err := binary.Append(nil, binary.LittleEndian, at)
	if err != nil {
		return err
	}
	if err := g.Broadcast(told, 0); err != nil {
		return err
	}
	if _, err := binary.Decode(told, binary.LittleEndian, &at); err != nil {
		return err
	}
	if g.rank > 0 {
		shared = openMemory(at, n)
	}
	here := []byte{0}
	if shared != nil {
		here[0] = 1
	}
	all, err := g.Allgather(here)
	switch {
	case err != nil:
		return err
	case bytes.IndexByte(all, 0) >= 0:
		return closeMemory(shared)
	}
	g.link = newMemory(shared, g.rank, g.size, &g.waits)
	return nil
}
