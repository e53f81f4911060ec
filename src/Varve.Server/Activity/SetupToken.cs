namespace Varve.Server.Activity;

/// <summary>The token that senders have to bring, as far as it may be shown.</summary>
/// <param name="Text">What stands in the texts; null when none is needed.</param>
/// <param name="IsReal">False when the text only stands for the token.</param>
/// <param name="Hint">Where the token is found, or why there is none.</param>
sealed record SetupToken(string? Text, bool IsReal, string Hint)
{
    const string Placeholder = "<token>";

    /// <summary>The token of a server that runs with these options.</summary>
    public static SetupToken Of(ServeOptions options) => (options.IngestToken, options.Token) switch
    {
        // Only who has shown the server's token may see the other.
        ({ Length: > 0 } own, { Length: > 0 }) => new(own, true, "This is the server's ingest token (--ingest-token)."),
        ({ Length: > 0 }, _) => new(Placeholder, false, "Put the server's ingest token (--ingest-token) in place of <token>. It is shown here once the server has a --token too."),
        (_, { Length: > 0 }) => new(Placeholder, false, "Put the server's token (--token) in place of <token>, or start the server with an --ingest-token, which can send and not read."),
        _ => new(null, false, "This server asks for no token. Give it one with --token and --ingest-token before others can reach it."),
    };
}
