package loaders

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/pkg/errors"
)

// answering returns the mirrors, in their order, that give any answer at all
// when asked for name. It asks all at once, so that finding none takes no
// longer than one would; what the answer is worth, the download itself finds
// out.
func (d *downloader) answering(ctx context.Context, mirrors []string, name string) ([]string, error) {
	probe, cancel := context.WithTimeout(ctx, d.probe)
	defer cancel()
	answers := make([]chan error, len(mirrors))
	for i, m := range mirrors {
		answers[i] = make(chan error, 1)
		go func() {
			err := d.head(probe, m+"/"+name)
			if err == nil {
				time.AfterFunc(d.grace, cancel)
			}
			answers[i] <- err
		}()
	}
	var alive, why []string
	for i, m := range mirrors {
		if err := <-answers[i]; err != nil {
			why = append(why, host(m)+": "+reason(err))
		} else {
			alive = append(alive, m)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, errors.WithStack(err)
	}
	if len(alive) == 0 {
		return nil, errors.Errorf("no mirror answered (%s)", strings.Join(why, "; "))
	}
	return alive, nil
}

// head asks for the headers of address.
func (d *downloader) head(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return errors.WithStack(err)
	}
	resp, err := d.client.Do(req)
	if err != nil {
		return errors.WithStack(err)
	}
	return resp.Body.Close()
}
