package loaders

import (
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/pkg/errors"
)

// passingError is one that may not happen again.
type passingError struct{ error }

func (e passingError) Unwrap() error { return e.error }

// reason is what an error of the HTTP client says beyond the method and
// address.
func reason(err error) string {
	var u *url.Error
	var dns *net.DNSError
	switch {
	case errors.As(err, &u) && u.Timeout():
		return "no answer in time"
	case errors.As(err, &dns):
		return dns.Err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it ended early"
	case errors.As(err, &u):
		return u.Err.Error()
	}
	return err.Error()
}

// host is the name of the machine in an address.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// hosts are those of all the addresses.
func hosts(addresses []string) string {
	var names []string
	for _, a := range addresses {
		names = append(names, host(a))
	}
	return strings.Join(names, ", ")
}
