package serve

import (
	"context"
	"io"
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
// the latest after Config.Grace. A request of which nothing comes for a second is then
// given up. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second, // of the whole header
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(s.config.Log, "", log.LstdFlags),
		ConnContext:       withConnection,
		ConnState:         s.tracked,
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

// tracked keeps the arrivals: what comes, and what has gone.
func (s *Server) tracked(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.arrivals.add(c)
	case http.StateClosed, http.StateHijacked:
		s.arrivals.remove(c)
	}
}

// stop ends in good order. Its own context: the caller's has ended already.
func (s *Server) stop(h *http.Server) error {
	s.state.Store(stopping)
	time.Sleep(s.config.Drain)
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Grace)
	defer cancel()
	s.arrivals.hurry()
	err := h.Shutdown(ctx)
	if err != nil {
		unanswered := s.metrics.running.Load() - s.coming.Load() // of requests that came whole
		h.Close()
		if err = nil; unanswered > 0 {
			err = errors.Errorf("serve: requests were still running after %v", s.config.Grace)
		}
	}
	s.Close()
	return err
}

// bounded is a listener of so many connections at once. More are told so and closed:
// to let them wait would be to look dead to whoever asks how the server is.
type bounded struct {
	net.Listener
	free chan struct{}
}

func newBounded(l net.Listener, n int) *bounded {
	return &bounded{Listener: l, free: make(chan struct{}, n)}
}

// refusal is the answer to a connection too many.
const refusal = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n" +
	"Content-Type: application/json\r\nContent-Length: 33\r\n\r\n" + `{"error":"too many connections"}` + "\n"

func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case b.free <- struct{}{}:
			return &connection{Conn: c, of: b}, nil
		default:
			c.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)) // a new one has room for it
			io.WriteString(c, refusal)
			c.Close()
		}
	}
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
