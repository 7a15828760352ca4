package memory

import "syscall"

// Total is the machine's memory in bytes, and 0 where that is not known.
func Total() uint64 {
	var s syscall.Sysinfo_t
	if syscall.Sysinfo(&s) != nil {
		return 0
	}
	return uint64(s.Totalram) * uint64(s.Unit)
}
