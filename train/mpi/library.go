//go:build linux || darwin

package mpi

import (
	"bytes"
	"os"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
	"github.com/pkg/errors"
)

// library is an open MPI library, and the values of its handles and constants.
type library struct {
	path, kind, version string

	world, byteType, errorsReturn, serialized, statusIgnore uintptr

	calls
}

// calls are the addresses of its functions.
type calls struct {
	initThread, finalize, abort, rank, size, setErrhandler uintptr
	errorString, getVersion                                uintptr
	isend, irecv, test                                     uintptr
	exit                                                   uintptr // C's
}

// candidates are the names to try: those that go with the launcher first, since a
// library of another kind would take each rank for the only one.
func candidates(library string) []string {
	if library == "" {
		library = os.Getenv("MPI_LIB")
	}
	if library != "" {
		return []string{library}
	}
	open := []string{"libmpi.so.40", "libmpi.40.dylib"}
	others := []string{"libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi.so.12", "libmpich.so.12", "libmpi.12.dylib"}
	generic := []string{"libmpi.so", "libmpi.dylib"}
	if os.Getenv("OMPI_COMM_WORLD_SIZE") == "" && os.Getenv("PMI_SIZE") != "" {
		return append(append(others, open...), generic...)
	}
	return append(append(open, others...), generic...)
}

// load opens the first library that there is.
func load(name string) (*library, error) {
	var last error
	names := candidates(name)
	for _, name := range names {
		h, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_GLOBAL)
		if err == nil {
			return bind(name, h)
		}
		last = err
	}
	if len(names) == 1 {
		return nil, errors.Wrap(last, "mpi: want an MPI library")
	}
	return nil, errors.Errorf("mpi: want an MPI library, one of %s, got none: install Open MPI or MPICH, or name the file in MPI_LIB", strings.Join(names, ", "))
}

// bind finds the functions and handles.
func bind(path string, h uintptr) (*library, error) {
	l := &library{path: path}
	var missing []string
	sym := func(name string) uintptr {
		p, err := purego.Dlsym(h, name)
		if err != nil {
			missing = append(missing, name)
		}
		return p
	}
	l.calls = calls{
		initThread: sym("MPI_Init_thread"), finalize: sym("MPI_Finalize"), abort: sym("MPI_Abort"),
		rank: sym("MPI_Comm_rank"), size: sym("MPI_Comm_size"), setErrhandler: sym("MPI_Comm_set_errhandler"),
		errorString: sym("MPI_Error_string"), getVersion: sym("MPI_Get_library_version"),
		isend: sym("MPI_Isend"), irecv: sym("MPI_Irecv"), test: sym("MPI_Test"),
		exit: sym("exit"),
	}
	if missing != nil {
		return nil, errors.Errorf("mpi: %s: want an MPI library, got one without %s", path, strings.Join(missing, ", "))
	}
	l.setHandles(h, sym)
	if missing != nil {
		return nil, errors.Errorf("mpi: %s: want Open MPI's handles, got a library without %s", path, strings.Join(missing, ", "))
	}
	l.version = l.libraryVersion()
	return l, nil
}

// setHandles sets what each ABI has other values of: Open MPI addresses of objects,
// MPICH and the standard numbers.
func (l *library) setHandles(h uintptr, sym func(string) uintptr) {
	_, err := purego.Dlsym(h, "ompi_mpi_comm_world")
	switch {
	case abiVersion(h) >= 1:
		l.kind, l.world, l.byteType, l.errorsReturn, l.serialized, l.statusIgnore = "the MPI standard ABI", 0x101, 0x247, 0x143, 2048, 0
	case err == nil:
		l.kind, l.world, l.byteType, l.errorsReturn, l.serialized, l.statusIgnore = "Open MPI", sym("ompi_mpi_comm_world"), sym("ompi_mpi_byte"), sym("ompi_mpi_errors_return"), 2, 0
	default:
		l.kind, l.world, l.byteType, l.errorsReturn, l.serialized, l.statusIgnore = "MPICH", 0x44000000, 0x4c00010d, 0x54000001, 2, 1
	}
}

// abiVersion is that of the standard ABI, below 1 where a library has another.
func abiVersion(h uintptr) int32 {
	f, err := purego.Dlsym(h, "MPI_Abi_get_version")
	if err != nil {
		return -1
	}
	version, minor := int32(-1), int32(0)
	purego.SyscallN(f, uintptr(unsafe.Pointer(&version)), uintptr(unsafe.Pointer(&minor)))
	return version
}

// mostText is more than any MPI makes of a message: its longest is 8,192 bytes.
const mostText = 1 << 14

func (l *library) libraryVersion() string {
	text, n := make([]byte, mostText), int32(0)
	purego.SyscallN(l.getVersion, uintptr(unsafe.Pointer(&text[0])), uintptr(unsafe.Pointer(&n)))
	text, _, _ = bytes.Cut(text, []byte{0})
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.Join(strings.Fields(line), " ")
}

// failed is the error of a return code, nil for success.
func (l *library) failed(call string, code uintptr) error {
	c := int32(code)
	if c == 0 {
		return nil
	}
	text, n := make([]byte, mostText), int32(0)
	purego.SyscallN(l.errorString, uintptr(c), uintptr(unsafe.Pointer(&text[0])), uintptr(unsafe.Pointer(&n)))
	text, _, _ = bytes.Cut(text, []byte{0})
	return errors.Errorf("mpi: %s: %s", call, text)
}
