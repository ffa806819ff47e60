package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nnlab-go/lab/kernel/internal/confine"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/jail"
)

// weaker is what is said where a jail keeps less than it could.
const weaker = "nnlab: aqui os cadernos rodam sob Landlock, porque o sistema não deixa fazer espaços de nomes: não escrevem fora da pasta deles, não leem os seus arquivos e não usam a rede, " +
	"mas veem os nomes dos processos, e os do root não são contados; docs/check.md diz como rodar cada caderno num contêiner só dele"

// sandbox sets by which means students' notebooks are kept in jail: the one that is
// asked for, or the best that works. Without any, the teacher has to want that.
func sandbox(s *gonb.Setting, asked string, unsafe bool, sheet string) error {
	var m jail.Means
	switch {
	case unsafe:
		return nil
	case asked == "":
		means, refused := jail.Choose(s.Program)
		if means == jail.None {
			return fmt.Errorf("este sistema não tem como isolar os cadernos, que são programas dos alunos: leriam os seus arquivos, a folha de testes e a rede. "+
				"Rode check num contêiner sem rede, que se joga fora (docs/check.md), e com -unsafe; ou -unsafe aqui, se confia em todos os cadernos.\n%w", refused)
		}
		if m = means; m == jail.Landlock {
			fmt.Fprintln(os.Stderr, weaker)
		}
	default:
		if m = jail.Means(asked); m != jail.Namespaces && m != jail.Landlock {
			return fmt.Errorf("-sandbox: esperava %s ou %s, recebi %q", jail.Namespaces, jail.Landlock, asked)
		}
		if err := jail.Works(m, s.Program); err != nil {
			return fmt.Errorf("-sandbox %s não funciona aqui: %w", m, err)
		}
	}
	s.Jail = string(m)
	seen, err := confine.Covers(*s, sheet)
	if err == nil && seen {
		dir := filepath.Dir(sheet)
		err = errors.New(sheet + ": as células leem o que está em " + dir + "; ponha os testes e as soluções numa pasta fora do laboratório e dos programas do sistema")
	}
	return err
}
