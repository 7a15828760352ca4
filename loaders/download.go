package loaders

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/pkg/errors"
)

// timing is how long a download waits, and how often it tries.
type timing struct {
	dial   time.Duration // for a connection, and for its TLS handshake
	header time.Duration // for the answer to a request
	stall  time.Duration // for the next byte
	probe  time.Duration // for any mirror to answer at all
	grace  time.Duration // for the other mirrors once one has answered

	tries int           // of one file at one mirror
	pause time.Duration // before the second try; twice as long before each further one
}

// patient finds out within probe that there is no network, even where a
// firewall leaves every connection hanging.
var patient = timing{
	dial:   5 * time.Second,
	header: 10 * time.Second,
	stall:  20 * time.Second,
	probe:  6 * time.Second,
	grace:  time.Second,
	tries:  3,
	pause:  time.Second / 2,
}

// downloader fetches files of one dataset into one folder.
type downloader struct {
	timing
	client *http.Client
	log    *progress
}

func newDownloader(t timing, log *progress) *downloader {
	return &downloader{timing: t, log: log, client: &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: t.dial}).DialContext,
		TLSHandshakeTimeout:   t.dial,
		ResponseHeaderTimeout: t.header,
		ForceAttemptHTTP2:     true,
	}}}
}

// download completes the cache and returns where its files are.
func (f *finder) download(ctx context.Context, o Options) (paths, string, error) {
	if o.NoDownload {
		return paths{}, "", errors.New("downloads are off")
	}
	if f.cacheErr != nil {
		return paths{}, "", errors.WithMessage(f.cacheErr, "there is no cache folder to download to")
	}
	at, err := f.set.in(f.cache)
	if err != nil {
		return paths{}, "", err
	}
	d := newDownloader(f.timing, newProgress(o.Log, f.set.name))
	if f.transport != nil {
		d.client.Transport = f.transport
	}
	defer d.client.CloseIdleConnections()
	d.log.line("not on this machine, asking %s", hosts(f.set.mirrors))
	mirrors, err := d.answering(ctx, f.set.mirrors, f.set.files[testLabels].name+".gz")
	if err != nil {
		return paths{}, "", err
	}
	if err := os.MkdirAll(f.cache, 0o755); err != nil {
		return paths{}, "", storeError{errors.WithMessage(err, "no cache folder")}
	}
	var from string
	for i := range f.set.files {
		if at[i] != "" {
			continue
		}
		if at[i], from, err = d.file(ctx, &f.set.files[i], mirrors, f.cache); err != nil {
			return paths{}, "", err
		}
	}
	return at, fmt.Sprintf("downloaded from %s to %s", from, f.cache), nil
}

// file downloads f to dir from the first mirror that can, and returns its path
// and that mirror.
func (d *downloader) file(ctx context.Context, f *file, mirrors []string, dir string) (path, from string, err error) {
	var why []string
	for _, m := range mirrors {
		path, err := d.try(ctx, f, m, dir)
		if err == nil {
			return path, m, nil
		}
		if ctx.Err() != nil {
			return "", "", errors.WithStack(ctx.Err())
		}
		if errors.As(err, new(storeError)) {
			return "", "", err
		}
		why = append(why, host(m)+": "+reason(err))
	}
	return "", "", errors.Errorf("no mirror gave %s (%s)", f.name, strings.Join(why, "; "))
}

// try downloads f to dir from one mirror, again where that may help.
func (d *downloader) try(ctx context.Context, f *file, mirror, dir string) (path string, err error) {
	pause := d.pause
	for n := 1; ; n++ {
		path, err = d.once(ctx, f, mirror, dir)
		if n == d.tries || !errors.As(err, new(passingError)) {
			return path, err
		}
		d.log.line("%s: %s: trying again", host(mirror), reason(err))
		select {
		case <-ctx.Done():
			return "", err
		case <-time.After(pause):
		}
		pause *= 2
	}
}

// once downloads f to dir from one mirror.
func (d *downloader) once(ctx context.Context, f *file, mirror, dir string) (path string, err error) {
	ctx, dog := watch(ctx, d.stall)
	defer dog.stop()
	body, length, err := d.get(ctx, mirror+"/"+f.address())
	if err != nil {
		return "", dog.explain(err)
	}
	defer body.Close()
	meter := d.log.start(f.address(), length)
	// gzip adds a little at most: a body much larger than the content is not f.
	path, err = f.store(io.LimitReader(&watched{body, dog}, f.size+1<<20), dir, meter)
	if err != nil {
		meter.abandon()
		return "", dog.explain(err)
	}
	meter.done(mirror)
	return path, nil
}

// get asks for address and returns the body of a good answer, and its length or
// -1.
func (d *downloader) get(ctx context.Context, address string) (io.ReadCloser, int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, errors.WithStack(err)
	}
	// The client adds it too, but then decompresses; without it Google's
	// storage may.
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := d.client.Do(req)
	var u *url.Error
	if errors.As(err, &u) && !u.Timeout() { // what hung once is likely to hang again
		err = passingError{err}
	}
	if err != nil {
		return nil, 0, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, resp.ContentLength, nil
	}
	resp.Body.Close()
	err = errors.Errorf("HTTP status %s", resp.Status)
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests {
		err = passingError{err}
	}
	return nil, 0, err
}
