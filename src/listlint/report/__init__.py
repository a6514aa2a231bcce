"""Report formats: `render(result, out, options)` each; see `formats`."""
