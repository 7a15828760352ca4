package serve

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/pkg/errors"
)

// longest is how long a body may come, however steadily.
const longest = 10 * time.Minute

// body reads what was sent, claiming memory as it comes.
func (s *Server) body(w http.ResponseWriter, r *http.Request, c *claim) ([]byte, error) {
	if r.ContentLength > s.config.MostBody {
		return nil, &http.MaxBytesError{Limit: s.config.MostBody}
	}
	var b bytes.Buffer
	from := &patient{http.MaxBytesReader(w, r.Body, s.config.MostBody), http.NewResponseController(w), s.config.Stall, time.Now().Add(longest)}
	defer from.control.SetReadDeadline(time.Time{}) // or else the request would end while it is worked on
	const piece = 64 << 10
	for {
		if err := c.take(2 * piece); err != nil { // a buffer grows to twice its size
			return nil, err
		}
		switch n, err := io.CopyN(&b, from, piece); {
		case err == io.EOF:
			return b.Bytes(), nil
		case err != nil && n < piece:
			return nil, cut(err)
		}
	}
}

// patient waits for each read, but not for ever.
type patient struct {
	io.Reader
	control *http.ResponseController
	stall   time.Duration
	end     time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	by := time.Now().Add(p.stall)
	if by.After(p.end) {
		by = p.end
	}
	p.control.SetReadDeadline(by) // which a connection can, and a test's stand-in need not
	return p.Reader.Read(b)
}

// cut is the error of a body that did not come whole.
func cut(err error) error {
	if status := statusOf(err); status != http.StatusInternalServerError {
		return err
	}
	return badRequest(errors.WithMessage(err, "want a whole body"))
}
