namespace Varve.Server.Activity;

/// <summary>Ready texts that send records to one table.</summary>
/// <param name="Account">The account.</param>
/// <param name="Zone">The zone; null for a dataset of account scope.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="BaseUrl">The address that the texts name.</param>
/// <param name="Token">What stands for the token in the texts; null when the server asks for none.</param>
/// <param name="TokenIsReal">False when it is a placeholder.</param>
/// <param name="Hint">Where the token is found.</param>
/// <param name="DestinationConf">Logpush's <c>destination_conf</c>; null for a dataset that Logpush does not have.</param>
/// <param name="Ways">The ways that this server offers.</param>
sealed record IngestSetup(
    string Account, string? Zone, string Dataset, string BaseUrl, string? Token, bool TokenIsReal, string Hint, string? DestinationConf, IReadOnlyList<SetupWay> Ways);

/// <summary>One way to send.</summary>
/// <param name="Name">Its name: <c>logpush http cli bucket elasticsearch otlp</c>.</param>
/// <param name="Title">Its title.</param>
/// <param name="Summary">What it is for, in a sentence.</param>
/// <param name="Snippets">Texts to copy, the first needed first.</param>
sealed record SetupWay(string Name, string Title, string Summary, IReadOnlyList<SetupSnippet> Snippets);

/// <summary>A text to copy.</summary>
/// <param name="Name">Its name within the way.</param>
/// <param name="Title">Its title.</param>
/// <param name="Language">Its language: <c>text json shell hcl toml yaml ini</c>.</param>
/// <param name="Text">The text.</param>
sealed record SetupSnippet(string Name, string Title, string Language, string Text);
