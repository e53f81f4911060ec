using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Datasets;
using Varve.Query;
using Varve.Query.Planning;
using Varve.Storage;

namespace Varve.Server;

/// <summary>What there is to query: scopes, datasets and their fields.</summary>
static class DatasetsApi
{
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/scopes", ScopesAsync).WithTags("Datasets").WithSummary("Accounts and zones that have data");
        routes.MapGet("/api/datasets", ListAsync).WithTags("Datasets").WithSummary("Every dataset, with what is stored of it in a scope");
        routes.MapGet("/api/datasets/{name}", Describe).WithTags("Datasets").WithSummary("One dataset with its fields");
    }

    static async Task<Ok<ScopeList>> ScopesAsync(QueryEngine engine, CancellationToken cancellationToken)
    {
        var scopes = new List<ScopeEntry>();
        foreach (var account in await engine.Tables.AccountsAsync(cancellationToken))
            scopes.Add(new ScopeEntry(account, await engine.Tables.ZonesAsync(account, cancellationToken)));
        return TypedResults.Ok(new ScopeList(scopes));
    }

    static async Task<Ok<DatasetList>> ListAsync(
        QueryEngine engine, DatasetCatalog catalog, CancellationToken cancellationToken, string account = "default", string? zone = null)
    {
        var entries = new List<DatasetEntry>();
        foreach (var dataset in catalog.Datasets)
        {
            var tables = await engine.Tables.FindAsync(dataset, account, zone, cancellationToken);
            entries.Add(new DatasetEntry(
                dataset.Name, dataset.Title, dataset.Description, dataset.Scope, dataset.TimestampField.Name, dataset.IdField, dataset.Fields.Count,
                tables.Count == 0 ? null : TableFigures.Of(tables, dataset)));
        }

        return TypedResults.Ok(new DatasetList(entries));
    }

    static Ok<DatasetDetail> Describe(string name, DatasetCatalog catalog)
    {
        var dataset = catalog.Find(name) ?? throw Unknown(catalog, name);
        return TypedResults.Ok(new DatasetDetail(
            dataset.Name, dataset.Title, dataset.Description, dataset.Scope, dataset.TimestampField.Name, dataset.IdField, dataset.Fields));
    }

    /// <summary>The fault for a dataset that does not exist.</summary>
    public static VarveException Unknown(DatasetCatalog catalog, string name)
    {
        var suggestion = catalog.Suggest(name);
        return new VarveException(FaultKind.NotFound, $"There is no dataset '{name}'.{(suggestion is null ? "" : $" Did you mean {suggestion}?")} GET /api/datasets names all of them.")
        {
            Detail = new FaultDetail("unknown_dataset", Suggestion: suggestion),
        };
    }
}

/// <summary>Accounts and zones.</summary>
sealed record ScopeList(IReadOnlyList<ScopeEntry> Scopes);

/// <summary>An account and its zones.</summary>
sealed record ScopeEntry(string Account, IReadOnlyList<string> Zones);

/// <summary>All datasets.</summary>
sealed record DatasetList(IReadOnlyList<DatasetEntry> Datasets);

/// <summary>A dataset without its fields; the table is null where nothing is stored.</summary>
sealed record DatasetEntry(
    string Name, string Title, string Description, DatasetScope Scope, string TimestampField, string? IdField, int FieldCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TableFigures? Table);

/// <summary>A dataset with its fields.</summary>
sealed record DatasetDetail(
    string Name, string Title, string Description, DatasetScope Scope, string TimestampField, string? IdField, IReadOnlyList<DatasetField> Fields);
