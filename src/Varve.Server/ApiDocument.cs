using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Varve.Server;

/// <summary>What the OpenAPI document says of the API as a whole.</summary>
static class ApiDocument
{
    public static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Varve",
            Version = "v1",
            Description = "Log explorer on open Delta tables. Calls other than the probes need a bearer token when the server was started with one.",
        };
        // The address is whatever the caller used: the committed document names none.
        document.Servers?.Clear();
        return Task.CompletedTask;
    }
}
