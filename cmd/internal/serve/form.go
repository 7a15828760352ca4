package serve

import (
	"bytes"
	"mime"
	"net/http"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/decimal"
)

// isForm reports whether a body is a form with files, as browsers and curl -F send it.
// https://www.rfc-editor.org/rfc/rfc7578
func isForm(r *http.Request, body []byte) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && strings.HasPrefix(kind, "multipart/") && bytes.HasPrefix(body, []byte("--"))
}

// formError says how a picture is to be sent instead.
func (s *Server) formError(r *http.Request) error {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return badRequest(errors.Errorf("want the bytes of a picture, of at most %s, got a form: send it by curl --data-binary @picture.png %s://%.99s/predict",
		decimal.Group(s.config.MostBody), scheme, r.Host))
}
