using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Commits;

/// <summary>What a commit has to keep to before it is tried. Delta protocol: "Requirements for Writers", "Actions".</summary>
static class CommitChecks
{
    /// <summary>Null when the commit may be tried on top of this state; else why it is not to be.</summary>
    /// <exception cref="VarveException">
    /// The table cannot be written, or the commit is against the protocol whatever others do: <see cref="FaultKind.Invalid"/>.
    /// </exception>
    public static CommitOutcome? Check(CommitRequest request, TableState state, string table)
    {
        TableFeatures.CheckWritable(state, table);
        CheckForm(request);
        CheckProperties(request, state, table);
        CheckSettings(request, state, table);
        return Progress(request, state) ?? Partitions(request, state) ?? Liveness(request, state);
    }

    /// <summary>Null when files that were written for one state may be appended to another; else why not.</summary>
    public static string? Misfit(TableState written, TableState state)
    {
        if (ReferenceEquals(written.Metadata, state.Metadata))
            return null;
        if (written.Metadata.Id != state.Metadata.Id)
            return "the table was made anew";
        if (!written.Metadata.PartitionColumns.SequenceEqual(state.Metadata.PartitionColumns))
            return PartitionedBy(state);
        foreach (var field in written.Schema.Fields)
            if (state.Schema.Fields.FirstOrDefault(other => other.Name == field.Name)?.Type is not { } type || !Fits(field.Type, type))
                return $"the column {field.Name} is no longer what it was";
        foreach (var field in state.Schema.Fields)
            if (!field.Nullable && !written.Schema.Fields.Any(other => other.Name == field.Name && !other.Nullable))
                return $"the column {field.Name} no longer allows nulls";
        return null;
    }

    /// <summary>Whether data of one type can be read as another: structs may have got fields.</summary>
    static bool Fits(DeltaType old, DeltaType type) => (old, type) switch
    {
        (DeltaType.StructOf was, DeltaType.StructOf now) =>
            was.Fields.All(field => now.Fields.Any(other => other.Name == field.Name && Fits(field.Type, other.Type))),
        (DeltaType.ArrayOf was, DeltaType.ArrayOf now) => Fits(was.Element, now.Element),
        (DeltaType.MapOf was, DeltaType.MapOf now) => Fits(was.Key, now.Key) && Fits(was.Value, now.Value),
        _ => old == type,
    };

    /// <summary>One commit says one thing of each file, application and domain.</summary>
    static void CheckForm(CommitRequest request)
    {
        Once("adds the file", request.Adds.Select(add => TablePath.Decode(add.Path)));
        Once("removes the file", request.Removes.Select(remove => TablePath.Decode(remove.Path)));
        Once("names the file", request.Adds.Select(LogicalFile.Of).Concat(request.Removes.Select(LogicalFile.Of)).Select(file => file.Path + file.VectorId));
        Once("writes the application", request.Transactions.Select(transaction => transaction.AppId));
        Once("writes the domain", request.Domains.Select(domain => domain.Domain));
    }

    static void Once(string what, IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
            if (!seen.Add(name))
                throw new VarveException(FaultKind.Invalid, $"The commit {what} {name} twice: a commit says one thing of each.");
    }

    static void CheckProperties(CommitRequest request, TableState state, string table)
    {
        var properties = TableProperties.Of(state.Metadata);
        var removesRows = request.Removes.Any(remove => remove.DataChange);
        if (properties.AppendOnly && removesRows)
            throw new VarveException(FaultKind.Invalid,
                $"The table {table} keeps all its rows: its property delta.appendOnly is true. Set it to false to delete any.");
        // Files that are added or removed whole are the feed themselves; what becomes of single rows would have to be told. "Change Data Files".
        if (properties.EnableChangeDataFeed && removesRows && request.Adds.Any(add => add.DataChange))
            throw new VarveException(FaultKind.Invalid,
                $"The table {table} feeds its changes to readers ('changeDataFeed'), whom this version cannot tell which rows of a file changed.");
        if (request.Adds.Count > 0 && state.Schema.Fields.Any(field => WriterFeatures.HasMark(field, "CURRENT_DEFAULT")))
            throw new VarveException(FaultKind.Invalid,
                $"The table {table} has a column with a default value ('allowColumnDefaults'), which this version cannot fill in.");
    }

    static void CheckSettings(CommitRequest request, TableState state, string table)
    {
        var (protocol, metadata) = (request.Protocol ?? state.Protocol, request.Metadata ?? state.Metadata);
        if (request.Domains.Count > 0 && !ProtocolUpgrade.Supports(protocol, "domainMetadata"))
            throw new VarveException(FaultKind.Invalid,
                $"The table {table} has no feature 'domainMetadata': a commit that writes a domain has to add it to the protocol.");
        if (request.Metadata is null && request.Protocol is null)
            return;
        if (metadata.Id != state.Metadata.Id)
            throw new VarveException(FaultKind.Invalid, $"The metaData of {table} has another id than the table: it never changes.");
        if (!metadata.PartitionColumns.SequenceEqual(state.Metadata.PartitionColumns) && request.Metadata is not null)
            throw new VarveException(FaultKind.Invalid, $"For {table} goes: {PartitionedBy(state)}, and that cannot be changed.");
        if (ProtocolUpgrade.Loses(state.Protocol, protocol))
            throw new VarveException(FaultKind.Invalid, $"The protocol of {table} may not be lowered, nor lose features.");
        CheckConfiguration(metadata, state.Metadata, table);
        var schema = ReferenceEquals(metadata, state.Metadata) ? state.Schema : TableSchema.Parse(metadata.SchemaString);
        // What is there already, by whomever, stays.
        if (metadata.SchemaString != state.Metadata.SchemaString)
            SchemaRules.Check(schema, metadata.PartitionColumns, table);
        TableFeatures.CheckWritable(protocol, metadata, schema, table);
    }

    /// <summary>Keys that were there stay as they are, whoever set them; others have to be ones that may be set.</summary>
    static void CheckConfiguration(TableMetadata metadata, TableMetadata present, string table)
    {
        foreach (var (key, value) in metadata.Configuration)
        {
            if (present.Configuration.TryGetValue(key, out var old) && old == value)
                continue;
            if (PropertyRules.IsPseudo(key))
                throw new VarveException(FaultKind.Invalid, $"The property {key} of {table} stands for a part of the protocol and is not stored: change the protocol.");
            PropertyRules.Check(key, value);
        }
    }

    static CommitOutcome? Progress(CommitRequest request, TableState state)
    {
        var stored = request.Transactions.Count(mine => state.Transactions.TryGetValue(mine.AppId, out var theirs) && theirs.Version >= mine.Version);
        if (stored == 0)
            return null;
        return stored == request.Transactions.Count
            ? new CommitOutcome.AlreadyCommitted(state.Version)
            : new CommitOutcome.Conflicted(
                state.Version, ConflictKind.ConcurrentTransaction, $"{stored} of its {request.Transactions.Count} batches are in the table already");
    }

    static CommitOutcome.Conflicted? Partitions(CommitRequest request, TableState state)
    {
        var columns = state.Metadata.PartitionColumns;
        foreach (var add in request.Adds)
            if (add.PartitionValues.Count != columns.Count || !columns.All(add.PartitionValues.ContainsKey))
                return new CommitOutcome.Conflicted(state.Version, ConflictKind.MetadataChanged, PartitionedBy(state));
        return null;
    }

    static CommitOutcome.Conflicted? Liveness(CommitRequest request, TableState state)
    {
        if (request.Removes.Count == 0)
            return null;
        if (state is not Snapshot snapshot)
            throw new VarveException(FaultKind.Internal, "A commit that removes files needs the table's list of files.");
        foreach (var remove in request.Removes)
            if (!snapshot.Files.Contains(LogicalFile.Of(remove)))
                return new CommitOutcome.Conflicted(
                    state.Version, ConflictKind.ConcurrentDeleteDelete, $"the file {remove.Path} is no longer in the table");
        return null;
    }

    static string PartitionedBy(TableState state) => $"the table is partitioned by {string.Join(", ", state.Metadata.PartitionColumns)}";
}
