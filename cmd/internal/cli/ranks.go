package cli

// writes says whether this is the rank that writes files, or the only one.
func (f *flags) writes() bool { return f.group == nil || f.group.Rank() == 0 }

// inTurn has rank 0 find the data before the others, which then find what it has
// fetched.
func (f *flags) inTurn(find func() (*data, error)) (d *data, err error) {
	if f.group == nil {
		return find()
	}
	if f.writes() {
		if d, err = find(); err != nil {
			return nil, err
		}
	}
	if err = f.group.Barrier(); err != nil || d != nil {
		return d, err
	}
	return find()
}
