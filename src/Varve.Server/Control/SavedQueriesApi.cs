using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Control;

namespace Varve.Server.Control;

/// <summary>The saved queries of an account.</summary>
static class SavedQueriesApi
{
    const string Route = "/api/accounts/{account}/saved-queries";
    const string OneRoute = Route + "/{id}";

    public static void MapSavedQueries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, ListAsync).WithTags("Saved queries").WithSummary("The saved queries of the account, by name");
        routes.MapPost(Route, SaveAsync).WithTags("Saved queries").WithSummary("Save a query")
            .Produces<SavedQuery>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        routes.MapGet(OneRoute, ReadAsync).WithTags("Saved queries").WithSummary("A saved query; its ETag").ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPut(OneRoute, ChangeAsync).WithTags("Saved queries").WithSummary("Change a saved query, with If-Match only the version that was read")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        routes.MapDelete(OneRoute, DeleteAsync).WithTags("Saved queries").WithSummary("Delete a saved query")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }

    static async Task<Ok<IReadOnlyList<SavedQuery>>> ListAsync(string account, ControlHost control, CancellationToken cancellationToken) =>
        TypedResults.Ok(await control.Store.QueriesAsync(account, cancellationToken));

    static async Task<Created<SavedQuery>> SaveAsync(string account, SavedQueryBody body, ControlHost control, HttpContext context)
    {
        var saved = await control.Store.SaveQueryAsync(account, Person.Everyone, body.ToText(), context.RequestAborted);
        VersionTag.Set(context.Response, saved.Version);
        return TypedResults.Created($"/api/accounts/{account}/saved-queries/{saved.Id}", saved);
    }

    static async Task<Ok<SavedQuery>> ReadAsync(string account, string id, ControlHost control, HttpContext context)
    {
        var query = await control.Store.QueryAsync(account, id, context.RequestAborted);
        VersionTag.Set(context.Response, query.Version);
        return TypedResults.Ok(query);
    }

    static async Task<Ok<SavedQuery>> ChangeAsync(string account, string id, SavedQueryBody body, ControlHost control, HttpContext context)
    {
        var changed = await control.Store.ChangeQueryAsync(
            account, Person.Everyone, id, VersionTag.Expected(context.Request), body.ToText(), context.RequestAborted);
        VersionTag.Set(context.Response, changed.Version);
        return TypedResults.Ok(changed);
    }

    static async Task<NoContent> DeleteAsync(string account, string id, ControlHost control, HttpContext context)
    {
        await control.Store.DeleteQueryAsync(account, id, VersionTag.Expected(context.Request), context.RequestAborted);
        return TypedResults.NoContent();
    }
}

/// <summary>What a saved query says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="View">The search part of the page's address.</param>
sealed record SavedQueryBody(string? Name, string? Description, string? View)
{
    public SavedQueryText ToText() => new(Name ?? "", Description ?? "", View ?? "");
}
