using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Control;
using Varve.Storage;

namespace Varve.Server.Control;

/// <summary>What is a user's own: the history of queries, and preferences.</summary>
static class PersonalApi
{
    const int HistoryPage = 50;
    const int HistoryPageMax = 200;

    public static void MapPersonal(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/accounts/{account}/history", HistoryAsync).WithTags("Personal").WithSummary("The queries that the user ran in the account, the newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapDelete("/api/accounts/{account}/history", ForgetAsync).WithTags("Personal").WithSummary("Forget them").Produces(StatusCodes.Status204NoContent);
        routes.MapGet("/api/preferences", PreferencesAsync).WithTags("Personal").WithSummary("The user's preferences: texts by their names");
        routes.MapPut("/api/preferences/{name}", SetAsync).WithTags("Personal").WithSummary("Set a preference: the body is its value")
            .Accepts<string>("text/plain").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        routes.MapDelete("/api/preferences/{name}", UnsetAsync).WithTags("Personal").WithSummary("Take a preference back").Produces(StatusCodes.Status204NoContent);
    }

    static async Task<Ok<IReadOnlyList<NumberedEntry>>> HistoryAsync(string account, long? before, int? count, ControlHost control, HttpContext context)
    {
        if (count is < 1 or > HistoryPageMax)
            throw new VarveException(FaultKind.Invalid, $"count is {count}: give 1 to {HistoryPageMax}.");
        return TypedResults.Ok(await control.Store.HistoryAsync(account, Person.Everyone, before, count ?? HistoryPage, context.RequestAborted));
    }

    static async Task<NoContent> ForgetAsync(string account, ControlHost control, HttpContext context)
    {
        await control.Store.ForgetAsync(account, Person.Everyone, context.RequestAborted);
        return TypedResults.NoContent();
    }

    static async Task<Ok<IReadOnlyDictionary<string, string>>> PreferencesAsync(ControlHost control, HttpContext context) =>
        TypedResults.Ok(await control.Store.PreferencesAsync(Person.Everyone, context.RequestAborted));

    static async Task<NoContent> SetAsync(string name, ControlHost control, ServeOptions options, HttpContext context)
    {
        var body = await BoundedBody.ReadAsync(context.Request, Encoding.UTF8.GetMaxByteCount(options.ControlLimits.PreferenceLengthMax), context.RequestAborted);
        await control.Store.SetPreferenceAsync(Person.Everyone, name, Encoding.UTF8.GetString(body.Span), context.RequestAborted);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> UnsetAsync(string name, ControlHost control, HttpContext context)
    {
        await control.Store.SetPreferenceAsync(Person.Everyone, name, value: null, context.RequestAborted);
        return TypedResults.NoContent();
    }
}
