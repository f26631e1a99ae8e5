package main

import (
	"go/ast"
	"go/token"
)

// The operators that stand in for each other.
var operators = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.QUO,
	token.AND: token.OR, token.OR: token.AND, token.XOR: token.AND, token.AND_NOT: token.AND,
	token.SHL: token.SHR, token.SHR: token.SHL,

	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.AND_ASSIGN: token.OR_ASSIGN, token.OR_ASSIGN: token.AND_ASSIGN, token.AND_NOT_ASSIGN: token.AND_ASSIGN,
	token.XOR_ASSIGN: token.AND_ASSIGN, token.SHL_ASSIGN: token.SHR_ASSIGN, token.SHR_ASSIGN: token.SHL_ASSIGN,
	token.INC: token.DEC, token.DEC: token.INC, token.BREAK: token.CONTINUE, token.CONTINUE: token.BREAK,
}

// words that stand in for each other.
var words = map[string]string{"true": "false", "false": "true", "min": "max", "max": "min"}

// operator swaps the operator that stands at p.
func (f *finder) operator(p token.Pos, t token.Token) {
	if other, ok := operators[t]; ok {
		f.replace(p, p+token.Pos(len(t.String())), other.String())
	}
}

// negate turns a condition round.
func (f *finder) negate(e ast.Expr) {
	f.replace(e.Pos(), e.End(), "!("+f.between(e.Pos(), e.End())+")")
}

// expression adds the mutants of one expression, and reports whether to look
// inside.
func (f *finder) expression(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		f.operator(e.OpPos, e.Op)
	case *ast.UnaryExpr:
		if e.Op == token.NOT || e.Op == token.SUB || e.Op == token.XOR {
			f.replace(e.OpPos, e.X.Pos(), "")
		}
	case *ast.BasicLit:
		f.number(e)
	case *ast.Ident:
		if other, ok := words[e.Name]; ok {
			f.replace(e.Pos(), e.End(), other)
		}
	case *ast.CallExpr:
		// A capacity is no behaviour.
		if name, ok := e.Fun.(*ast.Ident); ok && name.Name == "make" && len(e.Args) == 3 {
			f.walk(e.Args[1])
			return false
		}
	}
	return true
}

// statement adds the mutants of one statement; its expressions come on their own.
func (f *finder) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.IfStmt:
		f.negate(s.Cond)
	case *ast.SwitchStmt:
		f.cases(s)
	case *ast.ExprStmt:
		f.replace(s.Pos(), s.End(), "")
	case *ast.IncDecStmt:
		f.operator(s.TokPos, s.Tok)
		f.replace(s.Pos(), s.End(), "")
	case *ast.AssignStmt:
		if s.Tok != token.DEFINE {
			f.operator(s.TokPos, s.Tok)
			f.replace(s.Pos(), s.End(), "")
		}
	case *ast.BranchStmt:
		f.operator(s.TokPos, s.Tok)
	case *ast.ReturnStmt:
		f.returns(s)
	}
}

// cases negates the conditions of a switch that has no tag, and leaves out one
// by one the values of one that has.
func (f *finder) cases(s *ast.SwitchStmt) {
	for _, c := range s.Body.List {
		list := c.(*ast.CaseClause).List
		for i, e := range list {
			switch {
			case s.Tag == nil:
				f.negate(e)
			case i > 0:
				f.replace(list[i-1].End(), e.End(), "")
			case len(list) > 1:
				f.replace(e.Pos(), list[1].Pos(), "")
			}
		}
	}
}

// returns leaves the statement out, and swaps neighbours of its results.
func (f *finder) returns(s *ast.ReturnStmt) {
	f.replace(s.Pos(), s.End(), "")
	for i := 1; i < len(s.Results); i++ {
		a, b := s.Results[i-1], s.Results[i]
		text, other := f.between(a.Pos(), a.End()), f.between(b.Pos(), b.End())
		if text != other {
			f.replace(a.Pos(), b.End(), other+", "+text)
		}
	}
}
