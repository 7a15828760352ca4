//go:build !linux

package mpi

func bindCores(int, int) {}
