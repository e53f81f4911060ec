using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Datasets;
using Varve.Datasets.Settings;

namespace Varve.Server;

/// <summary>The datasets that an account declares for itself.</summary>
static class DeclaredDatasetsApi
{
    const string Route = "/api/accounts/{account}/datasets/{name}";

    public static void MapDeclaredDatasets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, DescribeAsync).WithTags("Datasets").WithSummary("A dataset of the account with its fields; the ETag of a declared one")
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPut(Route, DeclareAsync).WithTags("Datasets").WithSummary("Declare a dataset, or add fields to one that is declared")
            .Accepts<DatasetDetail>("application/json").Produces<DatasetDetail>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        routes.MapDelete(Route, RemoveAsync).WithTags("Datasets").WithSummary("Take a declaration back; stored records stay")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    static async Task<Ok<DatasetDetail>> DescribeAsync(
        string account, string name, DatasetRegistry datasets, HttpResponse response, CancellationToken cancellationToken)
    {
        var dataset = await datasets.GetAsync(account, name, cancellationToken);
        if (dataset.IsCustom && await datasets.DeclaredAsync(account, name, cancellationToken) is { } declared)
        {
            // The fields and the version have to be of one reading.
            dataset = declared.Definition.Build();
            VersionTag.Set(response, declared.Version);
        }

        return TypedResults.Ok(DatasetDetail.Of(dataset));
    }

    static async Task<Results<Ok<DatasetDetail>, Created<DatasetDetail>>> DeclareAsync(
        string account, string name, DatasetRegistry datasets, HttpContext context, CancellationToken cancellationToken)
    {
        var limits = new DatasetLimits();
        var definition = DatasetDefinition.Parse(await BoundedBody.ReadAsync(context.Request, limits.DefinitionBytesMax, cancellationToken), limits);
        if (definition.Name != name)
            throw StrictJson.Invalid($"The address names the dataset '{name}' and the definition '{definition.Name}': they have to be the same.");
        var declared = await datasets.DeclareAsync(account, definition, VersionTag.Expected(context.Request), cancellationToken);
        VersionTag.Set(context.Response, declared.Version);
        var detail = DatasetDetail.Of(definition.Build());
        return declared.IsNew ? TypedResults.Created($"/api/accounts/{account}/datasets/{name}", detail) : TypedResults.Ok(detail);
    }

    static async Task<Ok<DatasetRemoval>> RemoveAsync(
        string account, string name, DatasetRegistry datasets, HttpRequest request, CancellationToken cancellationToken)
    {
        var removed = await datasets.RemoveAsync(account, name, VersionTag.Expected(request), cancellationToken);
        var path = new TableName(account, removed.Scope == DatasetScope.Zone ? "<zone>" : null, removed.Name).Path;
        return TypedResults.Ok(new DatasetRemoval(removed.Name, $"The declaration is taken back. Records that were stored stay in {path}."));
    }
}

/// <summary>What became of a declaration.</summary>
/// <param name="Removed">The dataset.</param>
/// <param name="Message">What stays.</param>
sealed record DatasetRemoval(string Removed, string Message);
