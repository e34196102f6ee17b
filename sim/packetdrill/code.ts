/*
 * The Python of `%{ ... }%` blocks, as far as scripts use it: assert, assignment, print, if/elif/else, for over a list or
 * range, and expressions.
 */

export type Value = number | string | boolean | null | readonly Value[];

export type CodeExpression =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: CodeExpression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: CodeExpression;
      readonly right: CodeExpression;
    }
  | { readonly kind: 'and' | 'or'; readonly left: CodeExpression; readonly right: CodeExpression }
  /** Chained: a < b <= c. */
  | {
      readonly kind: 'compare';
      readonly first: CodeExpression;
      readonly rest: readonly { readonly operator: string; readonly operand: CodeExpression }[];
    }
  | {
      readonly kind: 'conditional';
      readonly test: CodeExpression;
      readonly yes: CodeExpression;
      readonly no: CodeExpression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly CodeExpression[] }
  | {
      readonly kind: 'method';
      readonly of: CodeExpression;
      readonly name: string;
      readonly args: readonly CodeExpression[];
    }
  | { readonly kind: 'list'; readonly items: readonly CodeExpression[] }
  | { readonly kind: 'index'; readonly of: CodeExpression; readonly at: CodeExpression };

export type Statement =
  | {
      readonly kind: 'assert';
      readonly test: CodeExpression;
      readonly message: CodeExpression | null;
      readonly text: string;
    }
  | { readonly kind: 'assign'; readonly name: string; readonly value: CodeExpression }
  | { readonly kind: 'print'; readonly values: readonly CodeExpression[] }
  | {
      readonly kind: 'if';
      readonly test: CodeExpression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    }
  | { readonly kind: 'for'; readonly name: string; readonly over: CodeExpression; readonly body: readonly Statement[] }
  | { readonly kind: 'expression'; readonly value: CodeExpression };

/** A block that cannot be read or that failed; the caller adds the line of the script. */
export class CodeError extends Error {}
