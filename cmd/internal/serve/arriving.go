package serve

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// patience is how long a server that ends waits for the next bytes of a request that
// has not come whole.
const patience = time.Second

// arrivals are the connections of which the server waits for a request, or for the rest
// of one. When it ends, they do not keep it from that.
type arrivals struct {
	mu      sync.Mutex
	hurried bool
	of      map[net.Conn]bool
}

// add is of a connection that the server reads from.
func (a *arrivals) add(c net.Conn) {
	if c == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil {
		a.of = map[net.Conn]bool{}
	}
	a.of[c] = true
}

// remove is of one whose request has come whole, or that is closed. A deadline would end
// the request while it is worked on.
func (a *arrivals) remove(c net.Conn) {
	if c == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.of, c)
	c.SetReadDeadline(time.Time{})
}

// hurry cuts each connection off of which nothing comes for a while.
func (a *arrivals) hurry() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hurried = true
	for c := range a.of {
		c.SetReadDeadline(time.Now().Add(patience))
	}
}

// wait bounds the time of a read from a body, through set.
func (a *arrivals) wait(until time.Time, set func(time.Time) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if soon := time.Now().Add(patience); a.hurried && soon.Before(until) {
		until = soon
	}
	set(until) // which a connection can, and a test's stand-in need not
}

type connectionKey struct{}

func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// connectionOf is the one that a request has come by, or nil in tests.
func connectionOf(r *http.Request) net.Conn {
	c, _ := r.Context().Value(connectionKey{}).(net.Conn)
	return c
}
