package vars

// forget begins anew, but for what has been refused.
func (s *scan) forget() {
	s.seen, s.all = map[seen]int{}, nil
	s.joined, s.bytes = make([]int, len(s.roots)), make([]int64, len(s.roots))
	for i := range s.joined {
		s.joined[i] = i
	}
}

// run scans the variables. One that is refused has been scanned in part; what others share
// with it is scanned anew without it, so that they are kept whole or refused as well.
func (s *scan) run() {
	for s.pass(); s.sharedWithRefused(); s.pass() {
		s.forget()
	}
	s.merge()
}

// pass scans the variables one by one that have not been refused.
func (s *scan) pass() {
	for i, v := range s.roots {
		if s.refused[i] != nil {
			continue
		}
		s.owner = i
		p := planOfVariable(v)
		e, n := flat(p, 1)
		s.all = append(s.all, object{region: region{at: uintptr(word(v.At)), plan: e, count: n}, root: i, owner: i})
		s.bytes[i] += int64(p.size)
	}
	for i, v := range s.roots {
		if s.refused[i] != nil {
			continue
		}
		s.owner = i
		s.refused[i] = s.one(v)
	}
}

// sharedWithRefused tells whether a variable shares memory with one that the last pass has
// refused.
func (s *scan) sharedWithRefused() bool {
	refused := map[int]bool{}
	for i, r := range s.refused {
		if r != nil {
			refused[s.group(i)] = true
		}
	}
	for i, r := range s.refused {
		if r == nil && refused[s.group(i)] {
			return true
		}
	}
	return false
}

// one scans a variable. What is wrong is found a second time, with its path.
func (s *scan) one(v Variable) *refusal {
	s.failed, s.queue = nil, nil
	s.value(planOfVariable(v), word(v.At), v.Name)
	for len(s.queue) > 0 && s.failed == nil {
		r := s.queue[len(s.queue)-1]
		s.queue = s.queue[:len(s.queue)-1]
		for i := range r.count {
			path := r.path
			if r.count > 1 {
				path = s.index(path, i)
			}
			s.value(r.plan, address(r.at+uintptr(i)*r.plan.size), path)
		}
	}
	return s.failed
}

// explain scans a variable alone, to say where in it what cannot be kept is.
func explain(n *names, v Variable) *refusal {
	s := newScan(n, []Variable{v})
	s.paths = true
	return s.one(v)
}
