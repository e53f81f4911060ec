using System.Text.Json.Nodes;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>
/// An upper bound on the size of the text that an expression makes, in bytes. Select aliases can be used again, so that
/// <c>a||a AS b, b||b AS c, …</c> doubles with each item without a single subquery.
/// </summary>
static class GrowthBound
{
    const int DepthMax = 200;
    const double Unbounded = double.PositiveInfinity;

    public static double Of(JsonNode expression, Scope scope, StatementContext context) => new Estimate(scope, context).Of(expression, 0);

    sealed class Estimate(Scope scope, StatementContext context)
    {
        readonly Dictionary<string, double> _known = new(StringComparer.OrdinalIgnoreCase);

        public double Of(JsonNode? node, int depth)
        {
            if (depth > DepthMax)
                return Unbounded;
            switch (Ast.Class(node))
            {
                case "CONSTANT":
                    return (node!["value"]?["value"]?.ToString().Length ?? 4) + 1;
                case "COLUMN_REF":
                    return OfColumn(node!, depth);
                case "FUNCTION":
                    return OfFunction(node!, depth);
                case "CASE":
                    return node!["case_checks"]!.AsArray().Select(check => Of(check!["then_expr"], depth + 1)).Append(Of(node["else_expr"], depth + 1)).Max();
                case "WINDOW":
                    return node!["children"]!.AsArray().Append(node["offset_expr"]).Append(node["default_expr"]).Sum(child => Of(child, depth + 1));
                case "SUBQUERY":
                    return context.SubqueryBytes.GetValueOrDefault(node!, Unbounded);
                case "CAST":
                    return Of(node!["child"], depth + 1) + 32;
                case "":
                    return 0;
                default:
                    return node!["children"] is JsonArray children ? children.Sum(child => Of(child, depth + 1)) : 64;
            }
        }

        double OfColumn(JsonNode node, int depth)
        {
            var names = Ast.Names(node);
            if (scope.Find(names, node) is { } match)
                return match.Column.BytesMax;
            var name = names[^1];
            if (!scope.Aliases.TryGetValue(name, out var aliased))
                return Unbounded;
            if (_known.TryGetValue(name, out var bound))
                return bound;
            _known[name] = Unbounded;
            return _known[name] = Of(aliased, depth + 1);
        }

        double OfFunction(JsonNode node, int depth)
        {
            var arguments = node["children"]!.AsArray();
            // Replacing the empty text, or single characters, multiplies.
            if (Ast.Text(node, "function_name").Equals("replace", StringComparison.OrdinalIgnoreCase) && arguments.Count == 3)
                return Of(arguments[0], depth + 1) * Math.Max(1, Of(arguments[2], depth + 1) - 1);
            return Math.Max(32, arguments.Sum(argument => Of(argument, depth + 1)));
        }
    }
}
