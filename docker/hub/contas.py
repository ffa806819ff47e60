"""Makes the accounts of a class: reads user names, one a line, and writes the CSV with a password drawn for each.

    contas < nomes.txt > alunos.csv        a class
    contas < novos.txt >> alunos.csv       who comes later; the others keep their passwords
    contas --conferir < alunos.csv         whether the hub will take the file, and what is wrong in it
"""

import argparse
import csv
import secrets
import sys

from roll import COLUMNS, NAME, RULE, Mistake, decoded, parse, shown, suggestion

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


def names_of(data):
    """The names of a text as Windows and others write it, and what is wrong with them, line by line."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", errors="replace").encode()
    lines, wrong = {}, []
    for number, line in enumerate(data.splitlines(), 1):
        name = decoded(line).strip("\ufeff \t\xa0")
        if not name:
            continue
        if not NAME.fullmatch(name):
            wrong.append(f"linha {number}: o usuário {shown(name)} não serve; use {RULE}{suggestion(name)}")
        elif name in lines:
            wrong.append(f"linha {number}: o usuário {name} está duas vezes, a primeira na linha {lines[name]}; apague uma delas")
        lines.setdefault(name, number)
    return list(lines), wrong


def main():
    call = argparse.ArgumentParser(prog="contas", description="faz as contas de uma turma: lê nomes de usuário, um por linha, e escreve alunos.csv")
    call.add_argument("--conferir", action="store_true", help="lê alunos.csv e diz se o hub o aceita")
    check = call.parse_args().conferir
    data = sys.stdin.buffer.read()
    if check:
        try:
            accounts = parse(data, "alunos.csv")
        except Mistake as mistake:
            sys.exit(str(mistake))
        print(f"alunos.csv está em ordem: {len(accounts)} contas, {sum(teacher for _, teacher in accounts.values())} de professor")
        return
    names, wrong = names_of(data)
    if wrong:
        sys.exit("\n".join(wrong))
    if not names:
        sys.exit("esperava nomes de usuário, um por linha, e não veio nenhum: contas < nomes.txt > alunos.csv")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([*COLUMNS, "papel"])
    for name in names:
        out.writerow([name, "".join(secrets.choice(LETTERS) for _ in range(12)), ""])


if __name__ == "__main__":
    main()
