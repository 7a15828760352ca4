package mpi

// Memory is shared on Linux only.

func offerMemory(int) (shared []byte, at place, withdraw func()) { return nil, place{}, func() {} }

func openMemory(place, int) []byte { return nil }

func closeMemory([]byte) error { return nil }
