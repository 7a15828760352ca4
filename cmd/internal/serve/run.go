package serve

import (
	"context"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/pkg/errors"
)

// Serve makes the server ready, and answers what comes to l until ctx ends. Then
// it is not ready any more, answers what still comes for Config.Drain, closing each
// connection behind the answer, takes no more, and returns when all is answered, at
// the latest after Config.Grace. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: time.Minute,
		IdleTimeout:       5 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(s.config.Log, "", log.LstdFlags),
	}
	ended := make(chan error, 2)
	go func() { ended <- h.Serve(newBounded(l, s.config.MostConnections)) }()
	warm := make(chan error, 1)
	go func() { warm <- s.Warm() }()
	for {
		select {
		case err := <-warm:
			if err != nil {
				h.Close()
				return err
			}
			warm = nil
		case err := <-ended:
			s.Close()
			return errors.WithStack(err)
		case <-ctx.Done():
			if warm != nil {
				<-warm
			}
			return s.stop(h)
		}
	}
}

// stop ends in good order. Its own context: the caller's has ended already.
func (s *Server) stop(h *http.Server) error {
	s.state.Store(stopping)
	time.Sleep(s.config.Drain)
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Grace)
	defer cancel()
	err := h.Shutdown(ctx)
	if err != nil {
		h.Close()
		err = errors.Errorf("serve: requests were still running after %v", s.config.Grace)
	}
	s.Close()
	return err
}

// bounded is a listener of so many connections at once; more wait.
type bounded struct {
	net.Listener
	free   chan struct{}
	closed chan struct{}
	once   sync.Once
}

func newBounded(l net.Listener, n int) *bounded {
	return &bounded{Listener: l, free: make(chan struct{}, n), closed: make(chan struct{})}
}

func (b *bounded) Accept() (net.Conn, error) {
	select {
	case b.free <- struct{}{}:
	case <-b.closed:
		return nil, net.ErrClosed
	}
	c, err := b.Listener.Accept()
	if err != nil {
		<-b.free
		return nil, err
	}
	return &connection{Conn: c, of: b}, nil
}

func (b *bounded) Close() error {
	b.once.Do(func() { close(b.closed) })
	return b.Listener.Close()
}

// connection makes room when it is closed.
type connection struct {
	net.Conn
	of   *bounded
	once sync.Once
}

func (c *connection) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { <-c.of.free })
	return err
}
