using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Datasets;
using Varve.Delta;
using Varve.Maintenance;
using Varve.Maintenance.Removal;
using Varve.Maintenance.Rules;
using Varve.Server.Control;
using Varve.Storage;

namespace Varve.Server.Maintenance;

/// <summary>What may go from a table, what is done for it, and what takes records away.</summary>
static class MaintenanceApi
{
    const string Route = "/api/accounts/{account}/zones/{zone}/datasets/{dataset}";
    const string Tag = "Maintenance";

    public static void MapMaintenance(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapGet(Route + "/maintenance", StatusAsync), "How a table stands: rules, storage, what was done last");
        Describe(routes.MapPut(Route + "/retention", SetRetentionAsync), "Set how long records are kept");
        Describe(routes.MapPut(Route + "/protection", SetProtectionAsync), "Set whether the table may not be emptied");
        Describe(routes.MapPost(Route + "/holds", PlaceHoldAsync), "Place a hold: its records may not go until it is lifted").ProducesProblem(StatusCodes.Status409Conflict);
        Describe(routes.MapDelete(Route + "/holds/{hold}", LiftHoldAsync), "Lift a hold");
        Describe(routes.MapPost(Route + "/compact", CompactAsync), "Merge small files now, and do whatever else is due");
        Describe(routes.MapPost(Route + "/expire", ExpireAsync), "Take away now what is past the retention; a dry run by default");
        Describe(routes.MapPost(Route + "/erase", EraseAsync), "Erase records by a condition; a dry run by default").ProducesProblem(StatusCodes.Status409Conflict);
        Describe(routes.MapPost(Route + "/empty", EmptyAsync), "Take all records away; a dry run by default").ProducesProblem(StatusCodes.Status409Conflict);
        Describe(routes.MapPost(Route + "/vacuum", VacuumAsync), "Delete files that no version within the retention of removed files needs; a dry run by default");
    }

    static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string summary) => route.WithTags(Tag).WithSummary(summary)
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    static async Task<Ok<MaintenanceStatus>> StatusAsync([AsParameters] TablePlace place, CancellationToken cancellationToken) =>
        TypedResults.Ok(MaintenanceStatus.Of(await place.Keeper.StatusAsync(await place.NameAsync(cancellationToken), cancellationToken)));

    static async Task<Ok<RulesBody>> SetRetentionAsync([AsParameters] TablePlace place, RetentionBody body, CancellationToken cancellationToken)
    {
        var rule = RetentionRule.Parse(body.Keep ?? "", body.By ?? RetentionUnit.Date);
        var name = await place.NameAsync(cancellationToken);
        await place.Keeper.SetRetentionAsync(name, rule, ActorOf(body.Reason), cancellationToken);
        return await RulesAsync(place, name, cancellationToken);
    }

    static async Task<Ok<RulesBody>> SetProtectionAsync([AsParameters] TablePlace place, ProtectionBody body, CancellationToken cancellationToken)
    {
        var name = await place.NameAsync(cancellationToken);
        var isOn = body.Deletion ?? throw new VarveException(FaultKind.Invalid, "Say whether the table is protected: {\"deletion\": true} or {\"deletion\": false, \"reason\": …}.");
        await place.Keeper.SetProtectionAsync(name, isOn, ActorOf(body.Reason), cancellationToken);
        return await RulesAsync(place, name, cancellationToken);
    }

    static async Task<Ok<RulesBody>> PlaceHoldAsync([AsParameters] TablePlace place, HoldBody body, CancellationToken cancellationToken)
    {
        var name = await place.NameAsync(cancellationToken);
        await place.Keeper.PlaceHoldAsync(name, new LegalHold(body.Name ?? "", body.From, body.To) { Where = body.Where, By = ActorOf(body.Reason) }, cancellationToken);
        return await RulesAsync(place, name, cancellationToken);
    }

    static async Task<Ok<RulesBody>> LiftHoldAsync([AsParameters] TablePlace place, string hold, CancellationToken cancellationToken, string? reason = null)
    {
        var name = await place.NameAsync(cancellationToken);
        await place.Keeper.LiftHoldAsync(name, hold, ActorOf(reason), cancellationToken);
        return await RulesAsync(place, name, cancellationToken);
    }

    static async Task<Ok<TableReport>> CompactAsync([AsParameters] TablePlace place, CancellationToken cancellationToken)
    {
        var name = await place.NameAsync(cancellationToken);
        return TypedResults.Ok(await place.Keeper.RunOnceAsync(name, cancellationToken)
            ?? throw new VarveException(FaultKind.NotFound, $"There is no table at {name.Path}: it is made when the first record is stored."));
    }

    static async Task<Ok<RemovalReport>> ExpireAsync([AsParameters] TablePlace place, CancellationToken cancellationToken, bool dryRun = true) =>
        TypedResults.Ok(await place.Keeper.ExpireAsync(await place.NameAsync(cancellationToken), dryRun, cancellationToken));

    static async Task<Ok<RemovalReport>> EraseAsync([AsParameters] TablePlace place, EraseBody body, CancellationToken cancellationToken, bool dryRun = true) =>
        TypedResults.Ok(await place.Keeper.EraseAsync(await place.NameAsync(cancellationToken), body.Where ?? "", ActorOf(body.Reason), dryRun, cancellationToken));

    static async Task<Ok<RemovalReport>> EmptyAsync([AsParameters] TablePlace place, ReasonBody body, CancellationToken cancellationToken, bool dryRun = true) =>
        TypedResults.Ok(await place.Keeper.EmptyAsync(await place.NameAsync(cancellationToken), ActorOf(body.Reason), dryRun, cancellationToken));

    static async Task<Ok<VacuumFigures>> VacuumAsync([AsParameters] TablePlace place, CancellationToken cancellationToken, bool dryRun = true, VacuumMode mode = VacuumMode.Lite)
    {
        var result = await place.Keeper.VacuumAsync(await place.NameAsync(cancellationToken), new VacuumOptions { Mode = mode, DryRun = dryRun }, cancellationToken);
        return TypedResults.Ok(new VacuumFigures(result.DryRun, result.Files, result.SizeBytes));
    }

    static async Task<Ok<RulesBody>> RulesAsync(TablePlace place, TableName name, CancellationToken cancellationToken) =>
        TypedResults.Ok(RulesBody.Of(await place.Keeper.RulesAsync(name, cancellationToken)));

    static Actor ActorOf(string? reason) => new(Person.Everyone, reason ?? "");
}

/// <summary>The table that a path names.</summary>
sealed record TablePlace(string Account, string Zone, string Dataset, DatasetRegistry Datasets, TableKeeper Keeper)
{
    /// <exception cref="VarveException">There is no such dataset.</exception>
    public async Task<TableName> NameAsync(CancellationToken cancellationToken)
    {
        var dataset = await Datasets.GetAsync(Account, Dataset, cancellationToken);
        return new TableName(Account, dataset.Scope == DatasetScope.Account ? null : Zone, dataset.Name);
    }
}

/// <summary>A retention.</summary>
/// <param name="Keep"><c>30d</c>, <c>36h</c> or <c>for ever</c>.</param>
/// <param name="By">What goes at once; by date when absent.</param>
/// <param name="Reason">Why it is set.</param>
sealed record RetentionBody(string? Keep, RetentionUnit? By, string? Reason);

/// <summary>The protection.</summary>
/// <param name="Deletion">Whether the table may not be emptied.</param>
/// <param name="Reason">Why; needed when it is turned off.</param>
sealed record ProtectionBody(bool? Deletion, string? Reason);

/// <summary>A hold that is to be placed.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="From">The first time that it covers; absent: from the first record on.</param>
/// <param name="To">The time at which it ends; absent: it goes on.</param>
/// <param name="Where">A condition on records; absent: every record of the time.</param>
/// <param name="Reason">Why it is placed.</param>
sealed record HoldBody(string? Name, DateTimeOffset? From, DateTimeOffset? To, string? Where, string? Reason);

/// <summary>Records that are to be erased.</summary>
/// <param name="Where">A condition on records.</param>
/// <param name="Reason">Why; needed unless it is a dry run.</param>
sealed record EraseBody(string? Where, string? Reason);

/// <summary>Why something is done.</summary>
/// <param name="Reason">In words.</param>
sealed record ReasonBody(string? Reason);

/// <summary>What a vacuum deleted, or would delete.</summary>
sealed record VacuumFigures(bool DryRun, int Files, long Bytes);

/// <summary>The rules of a table.</summary>
sealed record RulesBody(string Keep, RetentionUnit By, bool Deletion, IReadOnlyList<PlacedHold> Holds)
{
    public static RulesBody Of(TableRules rules) => new(
        rules.Retention.ToString(), rules.Retention.By, rules.IsProtected,
        [.. rules.Holds.Select(hold => new PlacedHold(hold.Name, hold.From, hold.To, hold.Where, hold.By.Who, hold.By.Reason, hold.PlacedAt))]);
}

/// <summary>A hold that stands.</summary>
sealed record PlacedHold(string Name, DateTimeOffset? From, DateTimeOffset? To, string? Where, string By, string Reason, DateTimeOffset PlacedAt);

/// <summary>How a table stands.</summary>
sealed record MaintenanceStatus(
    RulesBody Rules, long Version, int Files, long Bytes, long Rows, int FreshFiles, int SmallFiles, int RemovedFiles, long RemovedBytes, DateTimeOffset? Oldest, DateTimeOffset? Newest)
{
    /// <summary>What this process did last for the table; null when it has not looked after it yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public TableReport? Last { get; init; }

    public static MaintenanceStatus Of(TableStatus status) => new(
        RulesBody.Of(status.Rules), status.Version, status.Files, status.SizeBytes, status.Rows, status.FreshFiles, status.SmallFiles, status.RemovedFiles, status.RemovedBytes,
        status.Oldest, status.Newest)
    {
        Last = status.Last,
    };
}
