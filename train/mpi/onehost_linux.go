package mpi

import (
	"crypto/sha256"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// hostID tells hosts apart, and containers: those that share memory have one kernel,
// processes that see one another, and one network. ok is false where that is not known.
func hostID() (id [sha256.Size]byte, ok bool) {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return id, false
	}
	spaces := string(boot)
	for _, kind := range []string{"pid", "net"} {
		space, err := os.Readlink("/proc/self/ns/" + kind)
		if err != nil {
			return id, false
		}
		spaces += space
	}
	return sha256.Sum256([]byte(spaces)), true
}

// offerMemory is memory for other processes of this host to open, until withdraw is
// called; nil if there is none to be had.
func offerMemory(n int) (shared []byte, at place, withdraw func()) {
	id, ok := hostID()
	fd, err := unix.MemfdCreate("euryale-ranks", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, place{}, func() {}
	}
	withdraw = func() { unix.Close(fd) }
	if !ok || unix.Fallocate(fd, 0, 0, int64(n)) != nil { // now, and not when it is written to
		return nil, place{}, withdraw
	}
	return mapMemory(fd, n), place{id, int64(os.Getpid()), int64(fd)}, withdraw
}

// openMemory is what another process offers; nil if it is on another host, or not to be
// had.
func openMemory(at place, n int) []byte {
	if id, ok := hostID(); !ok || id != at.Host {
		return nil
	}
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/fd/%d", at.PID, at.FD), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	return mapMemory(fd, n)
}

func mapMemory(fd, n int) []byte {
	shared, err := unix.Mmap(fd, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil
	}
	return shared
}

func closeMemory(shared []byte) error {
	if shared == nil {
		return nil
	}
	return unix.Munmap(shared)
}
