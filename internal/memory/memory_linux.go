package memory

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Total is the machine's memory in bytes, and 0 where that is not known.
func Total() uint64 {
	var s syscall.Sysinfo_t
	if syscall.Sysinfo(&s) != nil {
		return 0
	}
	return uint64(s.Totalram) * uint64(s.Unit)
}

// Peak is the most memory that the process has had resident at once, in bytes, and
// 0 where that is not known. What getrusage says of that counts what the process
// was before it became this program: proc_pid_status(5), VmHWM, does not.
func Peak() uint64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "\nVmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	kilobytes, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(line, "kB")), 10, 54)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}
