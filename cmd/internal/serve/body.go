package serve

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/pkg/errors"

	"euryale/internal/decimal"
)

// leastRate is how fast a body must come once Config.Body is over, in bytes a second.
const leastRate = 16 << 10

// body reads what was sent, claiming memory as it comes.
func (s *Server) body(w http.ResponseWriter, r *http.Request, c *claim) ([]byte, error) {
	if r.ContentLength > s.config.MostBody {
		return nil, s.tooLarge()
	}
	var b bytes.Buffer
	s.coming.Add(1)
	defer s.coming.Add(-1)
	from := &patient{
		Reader: http.MaxBytesReader(w, r.Body, s.config.MostBody), control: http.NewResponseController(w),
		stall: s.config.Stall, end: time.Now().Add(s.config.Body), arrivals: &s.arrivals,
	}
	const piece = 64 << 10
	for {
		if err := c.take(2 * piece); err != nil { // a buffer grows to twice its size
			return nil, err
		}
		switch n, err := io.CopyN(&b, from, piece); {
		case err == io.EOF:
			s.arrivals.remove(connectionOf(r))
			return b.Bytes(), nil
		case err != nil && n < piece:
			return nil, s.cut(err)
		}
	}
}

// patient waits for each read, but not for ever: what has come moves the end by as
// long as it takes at leastRate.
type patient struct {
	io.Reader
	control  *http.ResponseController
	stall    time.Duration
	end      time.Time
	arrivals *arrivals
}

func (p *patient) Read(b []byte) (int, error) {
	by := time.Now().Add(p.stall)
	if by.After(p.end) {
		by = p.end
	}
	p.arrivals.wait(by, p.control.SetReadDeadline)
	n, err := p.Reader.Read(b)
	p.end = p.end.Add(time.Duration(n) * (time.Second / leastRate))
	return n, err
}

// tooLarge is the error of a longer body than Config.MostBody.
func (s *Server) tooLarge() error {
	return statusError{http.StatusRequestEntityTooLarge, errors.Errorf("want a body of at most %s bytes, got more", decimal.Group(s.config.MostBody))}
}

// cut is the error of a body that did not come whole.
func (s *Server) cut(err error) error {
	if errors.As(err, new(*http.MaxBytesError)) {
		return s.tooLarge()
	}
	if status := statusOf(err); status != http.StatusInternalServerError {
		return err
	}
	return badRequest(errors.WithMessage(err, "want a whole body"))
}
