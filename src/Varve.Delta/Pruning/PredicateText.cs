using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Pruning;

/// <summary>
/// Conditions as text: <c>= &lt;&gt; != &lt; &lt;= &gt; &gt;=</c>, <c>[NOT] IN (…)</c>, <c>[NOT] BETWEEN … AND …</c>, <c>IS [NOT] NULL</c>,
/// <c>AND</c>, <c>OR</c>, <c>NOT</c> and parentheses. A column stands on the left, a value on the right. Fields of nested records are written
/// with dots; names that are not of letters, digits and _ go into double quotes or backticks, texts into single quotes.
/// </summary>
public static class PredicateText
{
    /// <summary>Reads a condition on the columns of a schema. Values take the type of the column that they are compared with.</summary>
    /// <exception cref="VarveException">It is no condition (Invalid, with its position), or larger than <see cref="PredicateLimits"/>.</exception>
    public static Predicate Parse(string text, TableSchema schema) => new Parser(text, schema).Parse();

    sealed class Parser(string text, TableSchema schema)
    {
        readonly List<Token> _tokens = PredicateTokens.Read(text);
        int _next;
        int _depth;

        Token Current => _tokens[_next];

        public Predicate Parse()
        {
            var predicate = Alternatives();
            return Current.Kind == TokenKind.End ? predicate : throw Expected("AND, OR or the end");
        }

        Predicate Alternatives()
        {
            var parts = new List<Predicate> { Conjunction() };
            while (TakeWord("or"))
                parts.Add(Conjunction());
            return parts.Count == 1 ? parts[0] : new Predicate.Or(parts);
        }

        Predicate Conjunction()
        {
            var parts = new List<Predicate> { Negation() };
            while (TakeWord("and"))
                parts.Add(Negation());
            return parts.Count == 1 ? parts[0] : new Predicate.And(parts);
        }

        Predicate Negation()
        {
            var start = Current.Position;
            if (!TakeWord("not"))
                return Primary();
            Enter(start);
            var predicate = new Predicate.Not(Negation());
            _depth--;
            return predicate;
        }

        Predicate Primary()
        {
            var start = Current.Position;
            if (TakeSign("("))
            {
                Enter(start);
                var predicate = Alternatives();
                if (!TakeSign(")"))
                    throw Expected("')'");
                _depth--;
                return predicate;
            }

            if (TakeWord("true"))
                return Predicate.True;
            if (TakeWord("false"))
                return Predicate.False;
            return TakeWord("null") ? Predicate.Unknown : Comparison();
        }

        void Enter(int position)
        {
            if (++_depth > PredicateLimits.DepthMax)
                throw Limit(position, $"it is nested deeper than {PredicateLimits.DepthMax} levels");
        }

        Predicate Comparison()
        {
            var (column, type) = Column();
            if (TakeWord("is"))
            {
                var isNot = TakeWord("not");
                if (!TakeWord("null"))
                    throw Expected(isNot ? "NULL" : "NULL or NOT NULL");
                return isNot ? new Predicate.IsNotNull(column) : new Predicate.IsNull(column);
            }

            var isNegated = TakeWord("not");
            Predicate? set = TakeWord("in") ? In(column, type) : TakeWord("between") ? Between(column, type) : null;
            if (set is not null)
                return isNegated ? new Predicate.Not(set) : set;
            if (isNegated)
                throw Expected("IN or BETWEEN");
            if (Operator() is { } sign)
                return Compare(column, sign, Value(column, type));
            if (type is DeltaType.Primitive { Name: "boolean" })
                return new Predicate.Compare(column, Pruning.Comparison.Equal, DeltaValue.Of(true));
            throw Expected("=, <>, <, <=, >, >=, IN, BETWEEN or IS");
        }

        Predicate In(ColumnPath column, DeltaType type)
        {
            if (!TakeSign("("))
                throw Expected("'('");
            var values = new List<DeltaValue>();
            var (count, hasNull) = (0, false);
            do
            {
                if (++count > PredicateLimits.InValuesMax)
                    throw Limit(Current.Position, $"an IN has more than {PredicateLimits.InValuesMax} values");
                if (Value(column, type) is { } value)
                    values.Add(value);
                else
                    hasNull = true;
            }
            while (TakeSign(","));
            if (!TakeSign(")"))
                throw Expected("',' or ')'");
            // Against null nothing is known: a value that is not in the list may be that one.
            var set = new Predicate.In(column, values);
            return hasNull ? new Predicate.Or(set, Predicate.Unknown) : set;
        }

        Predicate.And Between(ColumnPath column, DeltaType type)
        {
            var low = Value(column, type);
            if (!TakeWord("and"))
                throw Expected("AND");
            var high = Value(column, type);
            return new Predicate.And(Compare(column, Pruning.Comparison.GreaterOrEqual, low), Compare(column, Pruning.Comparison.LessOrEqual, high));
        }

        static Predicate Compare(ColumnPath column, Comparison sign, DeltaValue? value) =>
            value is { } known ? new Predicate.Compare(column, sign, known) : Predicate.Unknown;

        Comparison? Operator()
        {
            Comparison? sign = Current is { Kind: TokenKind.Sign } token ? token.Text switch
            {
                "=" or "==" => Pruning.Comparison.Equal,
                "<>" or "!=" => Pruning.Comparison.NotEqual,
                "<" => Pruning.Comparison.Less,
                "<=" => Pruning.Comparison.LessOrEqual,
                ">" => Pruning.Comparison.Greater,
                ">=" => Pruning.Comparison.GreaterOrEqual,
                _ => null,
            } : null;
            if (sign is not null)
                _next++;
            return sign;
        }

        (ColumnPath Path, DeltaType Type) Column()
        {
            var start = Current.Position;
            var names = new List<string>();
            do
            {
                if (Current.Kind is not (TokenKind.Word or TokenKind.Name))
                    throw Expected("the name of a column");
                names.Add(_tokens[_next++].Text);
            }
            while (TakeSign("."));
            var path = new ColumnPath(names);
            return PredicateColumn.Resolve(path, schema) is { } fields
                ? (new ColumnPath([.. fields.Select(field => field.Name)]), fields[^1].Type)
                : throw PredicateTokens.Fault(
                    text, start, $"there is no column {path}. There are {string.Join(", ", schema.Fields.Select(field => field.Name))}.");
        }

        /// <summary>The value that stands here, or null for NULL.</summary>
        DeltaValue? Value(ColumnPath column, DeltaType type)
        {
            var start = Current.Position;
            if (TakeWord("null"))
                return null;
            var value = Literal(type);
            if (value is not { } known || DeltaValueKinds.Of(type) is not { } kind || !DeltaValue.AreComparable(known.Kind, kind))
                throw PredicateTokens.Fault(text, start, $"{column} is of type {NameOf(type)} and compares with {ValueText.Describe(type)}.");
            return known;
        }

        DeltaValue? Literal(DeltaType type)
        {
            var token = _tokens[_next++];
            var isTextNext = token.Kind == TokenKind.Word && Current.Kind == TokenKind.Text;
            switch (token.Kind)
            {
                case TokenKind.Text:
                    return ValueText.Parse(token.Text, type) ?? (DeltaValueKinds.Of(type) == DeltaValueKind.Date ? Time(token.Text, type) : null);
                case TokenKind.Number:
                    return Number(token.Text, type);
                case TokenKind.Sign when token.Text is "-" or "+" && Current.Kind == TokenKind.Number:
                    return Number((token.Text == "-" ? "-" : "") + _tokens[_next++].Text, type);
                case TokenKind.Word when Is(token, "true") || Is(token, "false"):
                    return DeltaValue.Of(Is(token, "true"));
                case TokenKind.Word when isTextNext && Is(token, "x"):
                    return ValueText.Hexadecimal(_tokens[_next++].Text);
                case TokenKind.Word when isTextNext && Is(token, "date"):
                    return ValueText.Day(_tokens[_next++].Text) is { } day ? DeltaValue.OfDate(day) : null;
                case TokenKind.Word when isTextNext && (Is(token, "timestamp") || Is(token, "timestamp_ntz")):
                    return Time(_tokens[_next++].Text, type);
                default:
                    _next--;
                    throw Expected("a value");
            }
        }

        static DeltaValue? Time(string literal, DeltaType type)
        {
            if (ValueText.Microseconds(literal) is not { } time)
                return null;
            return DeltaValueKinds.Of(type) == DeltaValueKind.TimestampNtz ? DeltaValue.OfTimestampNtz(time) : DeltaValue.OfTimestamp(time);
        }

        static DeltaValue? Number(string literal, DeltaType type) =>
            DeltaValueKinds.Of(type) is DeltaValueKind.Integer or DeltaValueKind.Decimal or DeltaValueKind.Real
                ? ValueText.Parse(literal, type)
                : null;

        bool TakeWord(string word) => Take(Is(Current, word));

        bool TakeSign(string sign) => Take(Current.Kind == TokenKind.Sign && Current.Text == sign);

        bool Take(bool isIt)
        {
            _next += isIt ? 1 : 0;
            return isIt;
        }

        static bool Is(Token token, string word) => token.Kind == TokenKind.Word && token.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

        static string NameOf(DeltaType type) => type switch
        {
            DeltaType.Primitive primitive => primitive.Name,
            DeltaType.StructOf => "struct",
            DeltaType.ArrayOf => "array",
            _ => "map",
        };

        VarveException Expected(string what) =>
            PredicateTokens.Fault(
                text, Current.Position, $"{what} is expected, not {(Current.Kind == TokenKind.End ? "the end" : $"'{Current.Text}'")}.");

        static VarveException Limit(int position, string what) =>
            new(FaultKind.LimitExceeded, $"The condition is too large: at character {position + 1} {what}.")
            {
                Detail = new FaultDetail("condition_too_large", position),
            };
    }
}
