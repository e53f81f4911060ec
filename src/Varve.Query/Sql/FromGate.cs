using System.Text.Json.Nodes;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>
/// Checks what stands in FROM. Every name there is replaced by one that is made here, so that the engine can find nothing but what the gate
/// has found: no file, no table of its own.
/// </summary>
sealed class FromGate(QueryGate queries, StatementContext context, WithScope with, Scope? outer)
{
    public Joined Check(JsonObject table)
    {
        if (table["sample"] is not null)
            throw Refusal.NotAllowed("TABLESAMPLE", table);
        switch (Ast.Type(table))
        {
            case "BASE_TABLE":
                return Joined.Of(CheckName(table));
            case "JOIN":
                return CheckJoin(table);
            case "SUBQUERY":
                return Joined.Of(CheckSubquery(table));
            case "EMPTY":
                throw Refusal.NotAllowed("A SELECT without FROM");
            case "TABLE_FUNCTION":
                throw Refusal.NotAllowed("A table function", table);
            case "EXPRESSION_LIST":
                throw Refusal.NotAllowed("VALUES", table);
            case "PIVOT":
                throw Refusal.NotAllowed("PIVOT or UNPIVOT", table);
            case "SHOW_REF":
                throw Refusal.NotAllowed("SHOW, DESCRIBE or SUMMARIZE", table);
            default:
                throw Refusal.NotAllowed($"{Ast.Type(table)} in FROM", table);
        }
    }

    Relation CheckName(JsonObject table)
    {
        Ast.Only(table, "type", "alias", "sample", "query_location", "schema_name", "table_name", "column_name_alias", "catalog_name", "at_clause");
        if (Ast.Text(table, "schema_name").Length > 0 || Ast.Text(table, "catalog_name").Length > 0)
            throw Refusal.NotAllowed("A schema or catalog before the dataset", table);
        if (table["at_clause"] is not null || !Ast.IsEmpty(table["column_name_alias"]))
            throw Refusal.NotAllowed("AT or a list of column aliases after the dataset", table);
        var name = Ast.Text(table, "table_name");
        var called = Ast.Text(table, "alias") is { Length: > 0 } alias ? alias : name;
        table["alias"] = called;
        if (with.Find(name) is { } query)
        {
            context.CountTables(query.Tables, table);
            table["table_name"] = query.EngineName;
            return new QueryRelation(called, called, query.Columns);
        }

        var scan = context.AddScan(name, table);
        table["table_name"] = scan.Name;
        return new DatasetRelation(called, scan);
    }

    QueryRelation CheckSubquery(JsonObject table)
    {
        Ast.Only(table, "type", "alias", "sample", "query_location", "subquery", "column_name_alias");
        var columns = queries.CheckNested(table["subquery"]!, with, outer, table);
        var isNamed = Ast.Text(table, "alias").Length > 0;
        if (!isNamed)
            table["alias"] = context.NextSubquery();
        return new QueryRelation(Ast.Text(table, "alias"), isNamed ? Ast.Text(table, "alias") : "The subquery", Renamed(columns, table["column_name_alias"], table));
    }

    Joined CheckJoin(JsonObject join)
    {
        Ast.Only(join, "type", "alias", "sample", "query_location", "left", "right", "condition", "join_type", "ref_type", "using_columns",
            "delim_flipped", "duplicate_eliminated_columns");
        if (Ast.Text(join, "ref_type") is not ("REGULAR" or "CROSS"))
            throw Refusal.NotAllowed($"A {Ast.Text(join, "ref_type")} JOIN (write JOIN … ON or USING)", join);
        if (Ast.Text(join, "join_type") is not ("INNER" or "LEFT" or "RIGHT" or "FULL" or "OUTER"))
            throw Refusal.NotAllowed($"A {Ast.Text(join, "join_type")} JOIN (write WHERE EXISTS or NOT EXISTS)", join);
        if (Ast.Text(join, "alias").Length > 0 || !Ast.IsEmpty(join["duplicate_eliminated_columns"]))
            throw Refusal.NotAllowed("A name for a whole join", join);
        var left = Check(join["left"]!.AsObject());
        var right = Check(join["right"]!.AsObject());
        var shared = Ast.Texts(join["using_columns"]);
        var joined = Joined.Of(left, right, shared, join);
        foreach (var column in shared)
            foreach (var relation in joined.Find(column, join))
                Use(relation, column);
        if (join["condition"] is not null)
            CheckCondition(join, left, right, new Scope(joined, outer));
        if (Ast.Text(join, "ref_type") == "CROSS")
        {
            // It is written as a comma, which binds less than JOIN: among other joins the text would be read as another tree.
            join["ref_type"] = "REGULAR";
            join["condition"] = Ast.Constant("BOOLEAN", true);
        }

        return joined;
    }

    void CheckCondition(JsonObject join, Joined left, Joined right, Scope scope)
    {
        new ExpressionGate(queries, context, scope, with).CheckChild(join, "condition");
        // A row of the side that is kept whole stays in the answer when its condition is not met: it has to be read.
        IReadOnlyList<Relation> prunable = Ast.Text(join, "join_type") switch
        {
            "INNER" => scope.From.Relations,
            "LEFT" => right.Relations,
            "RIGHT" => left.Relations,
            _ => [],
        };
        PredicateCollector.Collect(join["condition"]!, scope, prunable);
    }

    /// <summary>Columns under the names of a list such as <c>AS t(a, b)</c>; those past its end keep theirs.</summary>
    public static IReadOnlyList<RelationColumn> Renamed(IReadOnlyList<RelationColumn> columns, JsonNode? names, JsonNode at)
    {
        var given = Ast.Texts(names);
        if (given.Count > columns.Count)
            throw Refusal.TypeMismatch($"There are {given.Count} names for {columns.Count} columns", at);
        List<RelationColumn> renamed = [.. columns.Select((column, index) => index < given.Count ? column with { Name = given[index] } : column)];
        if (renamed.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Refusal.TypeMismatch($"Two columns are called {twice.Key}", at);
        return renamed;
    }

    internal static void Use(Relation relation, string column)
    {
        if (relation.Scan is { } scan)
            scan.Columns.Add(scan.FindColumn(column)!);
    }
}
