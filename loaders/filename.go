package loaders

// File is the name of the file of image i, below the folder or in the archive that
// [Open] read it from; "" where it has no file of its own. As an index of a slice, i must
// be from 0 to below Len.
func (d *Dataset) File(i int) string {
	if d.files != nil {
		return d.files[i]
	}
	if d.stream == nil {
		return ""
	}
	if cache, ok := d.stream.store.(*cacheFile); ok {
		return cache.pictures.name(d.stream.at[i])
	}
	return d.stream.store.name(d.stream.at[i])
}

// filesOf are the names of the files at the positions of index, nil where the images
// have none in memory.
func (d *Dataset) filesOf(index []int) []string {
	if len(index) == 0 || d.File(index[0]) == "" {
		return nil
	}
	names := make([]string, len(index))
	for k, i := range index {
		names[k] = d.File(i)
	}
	return names
}
