using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Varve.Storage;

namespace Varve.Query.Sql;

/// <summary>DuckDB's own parser, both ways. It runs in an instance of its own that holds no data and has no access to anything.</summary>
sealed class SqlParser : IDisposable
{
    const int EntryBytes = 100;

    // An expression takes up to three levels of the tree, a query some more, and a UNION of many one for each; the writer of JSON stops at 1,000.
    const int TreeDepthMax = (3 * SqlLimits.NestingMax) + 300;

    static readonly string[] Settings =
    [
        "SET threads=1",
        "SET memory_limit='256MB'",
        "SET TimeZone='UTC'",
        "SET temp_directory=''",
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        "SET enable_external_access=false",
        "SET lock_configuration=true",
    ];

    readonly DuckDBConnection _connection = new("DataSource=:memory:");
    readonly Lock _oneAtATime = new();

    // What the parser says depends on the text alone, and pages ask the same again and again.
    readonly ByteCache<(string Question, string Text), string> _known = new(SqlLimits.ParserMemoryBytes);
    readonly ByteCache<string, string?[]> _values = new(SqlLimits.ParserMemoryBytes);

    public SqlParser()
    {
        _connection.Open();
        foreach (var setting in Settings)
            Scalar(setting);
    }

    /// <summary>The tree of the one SELECT in the text.</summary>
    /// <exception cref="Storage.VarveException">The text is too large, is no SQL, or is not one SELECT.</exception>
    public JsonObject Parse(string sql)
    {
        Check(sql);
        JsonObject root;
        try
        {
            root = JsonNode.Parse(Ask("SELECT json_serialize_sql($1::VARCHAR)", sql), documentOptions: new JsonDocumentOptions { MaxDepth = TreeDepthMax })!.AsObject();
        }
        catch (JsonException)
        {
            // A number beyond every type becomes Infinity, which is no JSON.
            throw Refusal.TooComplex("A number or a nesting in the statement is too large");
        }

        if (Ast.Text(root, "error_message").StartsWith("Max expression depth", StringComparison.Ordinal))
            throw Refusal.TooComplex($"Expressions are nested deeper than {SqlLimits.NestingMax}");
        if (Ast.Text(root, "error_message").StartsWith("Mixing named and positional", StringComparison.Ordinal))
            throw Refusal.Parameter("The statement has parameters by name and by number: write all as $name, or all as ? or $1", at: null);
        if (Ast.Flag(root, "error"))
            throw Ast.Text(root, "error_type") == "parser"
                ? Refusal.Syntax(Ast.Text(root, "error_message"), int.TryParse(Ast.Text(root, "position"), out var position) ? BytesOf(sql, position) : null)
                : Refusal.NotASelect();
        var statements = root["statements"]!.AsArray();
        if (statements.Count != 1)
            throw statements.Count == 0 ? Refusal.NotASelect() : Refusal.NotAllowed("More than one statement");
        return root;
    }

    /// <summary>The text of a tree.</summary>
    public string Render(JsonNode root) => Ask("SELECT json_deserialize_sql($1::JSON)", root.ToJsonString()).TrimEnd(';', ' ');

    /// <summary>Values of constant expressions as text, or null where one has no value; null for all when they cannot be computed.</summary>
    public string?[]? Evaluate(IReadOnlyList<JsonNode> expressions)
    {
        var sql = Render(Ast.SelectOf(expressions));
        if (_values.TryGet(sql, out var known))
            return known;
        lock (_oneAtATime)
        {
            try
            {
                using var command = _connection.CreateCommand();
                command.CommandText = sql;
                using var reader = command.ExecuteReader();
                reader.Read();
                string?[] values = [.. Enumerable.Range(0, expressions.Count).Select(index => reader.IsDBNull(index) ? null : reader.GetString(index))];
                _values.Set(sql, values, EntryBytes + (2L * sql.Length) + values.Sum(value => EntryBytes + (2L * (value?.Length ?? 0))));
                return values;
            }
            catch (DuckDBException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    // The parser counts characters where the tree counts bytes.
    static int BytesOf(string sql, int characters) => sql.EnumerateRunes().Take(characters).Sum(static rune => rune.Utf8SequenceLength);

    static void Check(string sql)
    {
        if (Encoding.UTF8.GetByteCount(sql) > SqlLimits.TextBytesMax)
            throw Refusal.TooComplex($"The statement is longer than {SqlLimits.TextBytesMax} bytes");
        if (sql.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul)
            throw Refusal.Syntax("the statement holds a NUL character", Encoding.UTF8.GetByteCount(sql.AsSpan(0, nul)));
        var depth = 0;
        foreach (var character in sql)
            if (character is '(' or '[' or '{')
            {
                if (++depth > SqlLimits.NestingMax)
                    throw Refusal.TooComplex($"Brackets are nested deeper than {SqlLimits.NestingMax}");
            }
            else if (character is ')' or ']' or '}')
                depth--;
    }

    string Ask(string question, string text)
    {
        if (_known.TryGet((question, text), out var known))
            return known;
        var answer = Scalar(question, text)!;
        _known.Set((question, text), answer, EntryBytes + (2L * (text.Length + answer.Length)));
        return answer;
    }

    string? Scalar(string sql, string? parameter = null)
    {
        lock (_oneAtATime)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            if (parameter is not null)
                command.Parameters.Add(new DuckDBParameter(parameter));
            return command.ExecuteScalar() as string;
        }
    }
}
