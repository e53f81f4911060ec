using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Datasets;
using Varve.Query;
using Varve.Query.Planning;

namespace Varve.Server;

/// <summary>What there is to query: scopes, datasets and their fields.</summary>
static class DatasetsApi
{
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/scopes", ScopesAsync).WithTags("Datasets").WithSummary("Accounts and zones that have data");
        routes.MapGet("/api/datasets", ListAsync).WithTags("Datasets").WithSummary("Every dataset, with what is stored of it in a scope");
        routes.MapGet("/api/datasets/{name}", DescribeAsync).WithTags("Datasets").WithSummary("One dataset with its fields");
    }

    static async Task<Ok<ScopeList>> ScopesAsync(QueryEngine engine, CancellationToken cancellationToken)
    {
        var scopes = new List<ScopeEntry>();
        foreach (var account in await engine.Tables.AccountsAsync(cancellationToken))
            scopes.Add(new ScopeEntry(account, await engine.Tables.ZonesAsync(account, cancellationToken)));
        return TypedResults.Ok(new ScopeList(scopes));
    }

    static async Task<Ok<DatasetList>> ListAsync(
        QueryEngine engine, DatasetRegistry datasets, CancellationToken cancellationToken, string account = "default", string? zone = null)
    {
        var catalog = await datasets.CatalogAsync(account, cancellationToken);
        var entries = new List<DatasetEntry>();
        foreach (var dataset in catalog.Datasets)
        {
            var tables = await engine.Tables.FindAsync(dataset, account, zone, cancellationToken);
            entries.Add(new DatasetEntry(
                dataset.Name, dataset.Title, dataset.Description, dataset.Scope, dataset.TimestampField.Name, dataset.IdField, dataset.Fields.Count, dataset.IsCustom,
                tables.Count == 0 ? null : TableFigures.Of(tables, dataset)));
        }

        return TypedResults.Ok(new DatasetList(entries));
    }

    static async Task<Ok<DatasetDetail>> DescribeAsync(
        string name, DatasetRegistry datasets, CancellationToken cancellationToken, string account = "default") =>
        TypedResults.Ok(DatasetDetail.Of(await datasets.GetAsync(account, name, cancellationToken)));
}

/// <summary>Accounts and zones.</summary>
sealed record ScopeList(IReadOnlyList<ScopeEntry> Scopes);

/// <summary>An account and its zones.</summary>
sealed record ScopeEntry(string Account, IReadOnlyList<string> Zones);

/// <summary>All datasets.</summary>
sealed record DatasetList(IReadOnlyList<DatasetEntry> Datasets);

/// <summary>A dataset without its fields; the table is null where nothing is stored.</summary>
sealed record DatasetEntry(
    string Name, string Title, string Description, DatasetScope Scope, string TimestampField, string? IdField, int FieldCount, bool Custom,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TableFigures? Table);

/// <summary>A dataset with its fields, in the form in which one is declared.</summary>
sealed record DatasetDetail(
    string Name, string Title, string Description, DatasetScope Scope, string TimestampField, string? IdField, IReadOnlyList<DatasetField> Fields)
{
    public static DatasetDetail Of(Dataset dataset) => new(
        dataset.Name, dataset.Title, dataset.Description, dataset.Scope, dataset.TimestampField.Name, dataset.IdField, dataset.Fields);
}
