using System.Text.Json.Nodes;
using Varve.Query.Sql;

namespace Varve.Query.Planning;

/// <summary>
/// A question that needs few columns and tells which files hold rows of the answer, so that the other columns of the other files need not be
/// fetched: those with rows that meet the WHERE, and of these, when only the newest rows are wanted, those that hold them.
/// </summary>
/// <param name="Root">The statement's tree, cut down to its FROM and WHERE: it selects <see cref="FileColumn"/> and the timestamp.</param>
/// <param name="Columns">The columns of the WHERE.</param>
/// <param name="RowsWanted">How many of the newest rows the statement reads; null when it may read all that meet the WHERE.</param>
sealed record FirstLook(JsonObject Root, IReadOnlySet<string> Columns, long? RowsWanted)
{
    /// <summary>The column of the engine's scan that has the path of the file.</summary>
    public const string FileColumn = "_file";

    /// <summary>The first look for a statement; null when none is of use, or when it is not certain that it tells.</summary>
    public static FirstLook? For(GatedStatement statement)
    {
        if (SimpleSelect.Of(statement) is not { } select)
            return null;
        var columns = new HashSet<string>(StringComparer.Ordinal);
        var condition = select.Condition;
        var rowsWanted = select.NewestRowsWanted();
        if ((condition is null && rowsWanted is null) || !SimpleSelect.IsPlain(condition) || !select.Collect(condition, columns))
            return null;
        columns.Add(select.Scan.Dataset.TimestampField.Name);
        return select.Scan.Columns.IsSubsetOf(columns) ? null : new FirstLook(SimpleSelect.Only(statement, Ast.Column(FileColumn), Ast.Column(select.Scan.Dataset.TimestampField.Name)), columns, rowsWanted);
    }

    /// <summary>The files to keep.</summary>
    /// <param name="found">Of each file with rows that meet the WHERE: how many of them have a timestamp, the oldest and the newest.</param>
    /// <returns>The files, and the time before which no row is wanted.</returns>
    public (HashSet<string> Files, DateTimeOffset? Oldest) Choose(IReadOnlyList<(string File, long Instants, DateTime? Oldest, DateTime? Newest)> found)
    {
        DateTime? bound = null;
        if (RowsWanted is { } wanted)
        {
            // So many rows are as new as this or newer, so what is older is not wanted. Rows without a timestamp come last.
            var counted = 0L;
            foreach (var file in found.Where(file => file.Oldest is not null).OrderByDescending(file => file.Oldest))
                if ((counted += file.Instants) >= wanted)
                {
                    bound = file.Oldest;
                    break;
                }
        }

        return ([.. found.Where(file => bound is null || file.Newest >= bound).Select(file => file.File)], bound is { } least ? new DateTimeOffset(least, TimeSpan.Zero) : null);
    }
}
