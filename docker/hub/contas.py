"""Makes the accounts of a class: reads user names, one a line, and writes the CSV with a password drawn for each.

    contas < nomes.txt > alunos.csv     a class
    contas < novos.txt >> alunos.csv    who comes later; the others keep their passwords
"""

import csv
import secrets
import sys

from accounts import NAME

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


def main():
    sys.stdin.reconfigure(encoding="utf-8-sig")  # as Windows writes it
    names = [line.strip() for line in sys.stdin if line.strip()]
    wrong = [n for n in names if not NAME.fullmatch(n)]
    if wrong or len(set(names)) != len(names):
        sys.exit(f"não servem, ou estão duas vezes: {', '.join(wrong or sorted({n for n in names if names.count(n) > 1}))}; "
                 "use letras minúsculas sem acento, algarismos e hífens, de 2 a 32")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["usuario", "senha", "papel"])
    for name in names:
        out.writerow([name, "".join(secrets.choice(LETTERS) for _ in range(12)), ""])


if __name__ == "__main__":
    main()
