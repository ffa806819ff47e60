package gpu

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
)

// reasons are what a driver says where there is no GPU for this process, and what to do.
var reasons = []struct{ said, meant string }{
	{"libcuda.so", "o driver da NVIDIA não foi encontrado; instale-o, e veja com nvidia-smi se ele funciona"},
	{"NoDevice", "esta máquina não tem uma GPU da NVIDIA, ou o contêiner não a vê (docker run --gpus all)"},
	{"SystemDriverMismatch", "o driver da NVIDIA foi atualizado sem reiniciar a máquina; reinicie-a"},
	{"CompatNotSupported", "o driver da NVIDIA é antigo demais; atualize-o"},
	{"does not take", "o driver da NVIDIA é antigo demais para os programas do laboratório; atualize-o para a versão 450 ou mais nova"},
	{"unavailable", "outro processo tem a GPU só para si (modo exclusivo); nvidia-smi mostra qual"},
	{"Unavailable", "outro processo tem a GPU só para si (modo exclusivo); nvidia-smi mostra qual"},
	{"OutOfMemory", "não há memória livre na GPU; nvidia-smi mostra que processos a ocupam"},
	{"out of memory", "não há memória livre na GPU; nvidia-smi mostra que processos a ocupam"},
}

// reason puts what the process has said before it ended in a student's words.
func reason(said string) error {
	said = plain.Line(strings.Join(strings.Fields(said), " "))
	for _, r := range reasons {
		if strings.Contains(said, r.said) {
			return fmt.Errorf("%s (%s)", r.meant, said)
		}
	}
	return fmt.Errorf("o processo da GPU não começou: %s", said)
}
