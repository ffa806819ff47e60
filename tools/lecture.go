package main

import (
	"context"
	"strings"
)

// inLab is a notebook of the lecture, restarted and run whole in a real JupyterLab, as a slow
// part. What a change of the laboratory makes of its cells the tests of kernel/internal/lecture
// say each time, in a part of the minutes: here the notebook itself decides.
func inLab(path string) slow {
	name := nameOf(path)
	return slow{name: "JupyterLab, " + name, paths: []string{path, "notebooks/professor/" + name + ".toml", "frontend/lecture.py"}}
}

// changedLecture runs in JupyterLab the notebooks that are not as they were when they passed.
func changedLecture(ctx context.Context, _ bool) part {
	parts, err := inLabAll(nil)
	if err == nil {
		parts, err = stale(ctx, parts)
	}
	return lectureTests(ctx, parts, err)
}

// lectureAnew runs the notebooks with these names in JupyterLab, all where there is none, and
// notes them when all have passed.
func lectureAnew(ctx context.Context, names []string) part {
	parts, err := inLabAll(names)
	return noted(ctx, lectureTests(ctx, parts, err), parts...)
}

// inLabAll are the notebooks with these names as slow parts, all where there is none.
func inLabAll(names []string) (parts []slow, err error) {
	paths, err := chosen(names)
	for _, p := range paths {
		parts = append(parts, inLab(p))
	}
	return parts, err
}

// lectureTests runs these notebooks in JupyterLab, unless they could not be listed.
func lectureTests(ctx context.Context, parts []slow, err error) part {
	const name = "Lecture"
	switch {
	case err != nil:
		return part{name: name, failed: 1, detail: err.Error()}
	case len(parts) == 0:
		return leftOut(name, "all notebooks are as they were when they passed in JupyterLab")
	}
	var names []string
	for _, s := range parts {
		names = append(names, nameOf(s.paths[0]))
	}
	return pytest(ctx, name, len(parts), "frontend/lecture.py", "NNLAB_NOTEBOOKS="+strings.Join(names, " "))
}
