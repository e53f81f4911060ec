using System.Text.Json.Nodes;

namespace Varve.Server;

/// <summary>
/// What agents that write to Elasticsearch ask before they do: is it one, which version, which licence, are there templates. The answers are those of
/// a small, healthy cluster that has what it needs and manages nothing.
/// </summary>
static class ElasticProbes
{
    // A version with the bulk format of today, without types; agents that are newer take it, since they only write.
    const string Version = "8.17.0";
    const string ClusterName = "varve";
    const string Id = "AAAAAAAAAAAAAAAAAAAAAA";

    static readonly string[] Names = ["_index_template", "_template", "_component_template", "_ilm/policy", "_data_stream", "_ingest/pipeline"];

    public static void MapElasticProbes(this IEndpointRouteBuilder routes)
    {
        string[] read = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods("/", read, () => Answer(Root()));
        routes.MapMethods("/_license", read, () => Answer(new JsonObject { ["license"] = License() }));
        routes.MapMethods("/_xpack", read, () => Answer(XPack()));
        routes.MapMethods("/_cluster/health", read, () => Answer(Health()));
        routes.MapMethods("/_nodes/http", read, () => Answer(Nodes()));
        foreach (var name in Names)
        {
            routes.MapMethods($"/{name}/{{name}}", read, (string name) => Answer(new JsonObject { [name] = new JsonObject() }));
            routes.MapMethods($"/{name}/{{name}}", [HttpMethods.Put, HttpMethods.Post], () => Answer(new JsonObject { ["acknowledged"] = true }));
        }
    }

    /// <summary>A JSON answer, with the header by which clients of Elastic know their product.</summary>
    public static IResult Answer(JsonObject body) => Results.Json(body);

    static JsonObject Root() => new()
    {
        ["name"] = ClusterName,
        ["cluster_name"] = ClusterName,
        ["cluster_uuid"] = Id,
        ["version"] = new JsonObject
        {
            ["number"] = Version,
            ["build_flavor"] = "default",
            ["build_type"] = "docker",
            ["build_hash"] = "0000000000000000000000000000000000000000",
            ["build_date"] = "2024-12-11T12:08:05.663969764Z",
            ["build_snapshot"] = false,
            ["lucene_version"] = "9.12.0",
            ["minimum_wire_compatibility_version"] = "7.17.0",
            ["minimum_index_compatibility_version"] = "7.0.0",
        },
        ["tagline"] = "You Know, for Search",
    };

    static JsonObject License() => new() { ["status"] = "active", ["uid"] = Id, ["type"] = "basic", ["mode"] = "basic" };

    static JsonObject XPack() => new()
    {
        ["license"] = License(),
        ["features"] = new JsonObject { ["ilm"] = new JsonObject { ["available"] = false, ["enabled"] = false } },
        ["tagline"] = "You know, for X",
    };

    static JsonObject Health() => new()
    {
        ["cluster_name"] = ClusterName,
        ["status"] = "green",
        ["timed_out"] = false,
        ["number_of_nodes"] = 1,
        ["number_of_data_nodes"] = 1,
        ["active_primary_shards"] = 1,
        ["active_shards"] = 1,
        ["unassigned_shards"] = 0,
    };

    // No node is named: a client that looks for others stays with the address that it has.
    static JsonObject Nodes() => new()
    {
        ["_nodes"] = new JsonObject { ["total"] = 0, ["successful"] = 0, ["failed"] = 0 },
        ["cluster_name"] = ClusterName,
        ["nodes"] = new JsonObject(),
    };
}
