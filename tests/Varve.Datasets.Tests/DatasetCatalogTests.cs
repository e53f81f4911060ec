namespace Varve.Datasets.Tests;

public sealed class DatasetCatalogTests
{
    static readonly string[] Logpush =
    [
        "access_requests", "account_abuse_protection_events", "audit_logs", "audit_logs_v2", "biso_user_actions", "casb_findings", "device_posture_results",
        "dex_application_tests", "dex_device_state_events", "dlp_forensic_copies", "dns_firewall_logs", "dns_logs", "email_security_alerts",
        "email_security_post_delivery_events", "firewall_events", "gateway_dns", "gateway_http", "gateway_network", "http_requests", "ipsec_logs",
        "magic_bgp_logs", "magic_ids_detections", "mcp_portal_logs", "mnm_flow_logs", "nel_reports", "network_analytics_logs", "page_shield_events",
        "sinkhole_http_logs", "spectrum_events", "ssh_logs", "turnstile_events", "warp_config_changes", "warp_toggle_changes", "websocket_analytics",
        "workers_trace_events", "zaraz_events", "zero_trust_network_sessions",
    ];

    static DatasetCatalog Catalog => DatasetCatalog.BuiltIn;

    [Fact]
    public void It_has_the_datasets_of_Logpush_and_two_of_its_own_in_ordinal_order()
    {
        Assert.Equal(37, Logpush.Length);
        Assert.Equal([.. Logpush.Append("_rejects").Append("otel_logs").Order(StringComparer.Ordinal)], Catalog.Datasets.Select(dataset => dataset.Name));
    }

    [Theory]
    [InlineData("http_requests", 123, "EdgeStartTimestamp", DatasetScope.Zone, "RayID")]
    [InlineData("firewall_events", 47, "Datetime", DatasetScope.Zone, "RayID")]
    [InlineData("gateway_dns", 82, "Datetime", DatasetScope.Account, null)]
    [InlineData("audit_logs", 15, "When", DatasetScope.Account, "ID")]
    [InlineData("_rejects", 7, "ReceivedAt", DatasetScope.Zone, null)]
    [InlineData("otel_logs", 15, "Timestamp", DatasetScope.Zone, null)]
    public void It_knows_the_shape_of(string name, int fields, string timestamp, DatasetScope scope, string? id)
    {
        var dataset = Catalog.Find(name)!;

        Assert.Equal((fields, timestamp, scope), (dataset.Fields.Count, dataset.TimestampField.Name, dataset.Scope));
        if (id is not null)
            Assert.Equal(id, dataset.IdField);
    }

    [Theory]
    [InlineData("http_requests", "http_requests")]
    [InlineData("HTTP_Requests", "http_requests")]
    [InlineData("_REJECTS", "_rejects")]
    [InlineData("http_request", null)]
    [InlineData("", null)]
    [InlineData("http_requests ", null)]
    public void A_dataset_is_found_in_any_case(string name, string? expected) => Assert.Equal(expected, Catalog.Find(name)?.Name);

    [Theory]
    [InlineData("RayID", "RayID")]
    [InlineData("rayid", "RayID")]
    [InlineData("EDGESTARTTIMESTAMP", "EdgeStartTimestamp")]
    [InlineData("Ray", null)]
    [InlineData("", null)]
    public void A_field_is_found_in_any_case(string name, string? expected) => Assert.Equal(expected, Catalog.Find("http_requests")!.Find(name)?.Name);

    [Fact]
    public void The_rejects_are_a_dataset_like_any_other() => Assert.Same(Catalog.Find(DatasetCatalog.RejectsName), Catalog.Rejects);

    [Theory]
    [InlineData("http_request", "http_requests")]
    [InlineData("HTTP-REQUESTS", "http_requests")]
    [InlineData("firewal_events", "firewall_events")]
    [InlineData("gateway_dsn", "gateway_dns")]
    [InlineData("parquet_scan", null)]
    public void A_near_name_is_suggested(string name, string? expected) => Assert.Equal(expected, Catalog.Suggest(name));
}
