using System.Text.Json.Serialization;

namespace Varve.Server.Errors;

/// <summary>Cloudflare's answer around every result.</summary>
/// <param name="Success">True when there is a result.</param>
/// <param name="Errors">What went wrong.</param>
/// <param name="Messages">Notes.</param>
/// <param name="Result">The rows, or null.</param>
sealed record Envelope(
    bool Success,
    IReadOnlyList<EnvelopeError> Errors,
    IReadOnlyList<string> Messages,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyList<object>? Result)
{
    const int CodeBase = 1000;

    /// <summary>The answer to a call that failed. The code is 1000 plus a number for each status.</summary>
    public static Envelope Failure(int status, string message) => new(false, [new EnvelopeError(CodeOf(status), message)], [], null);

    static int CodeOf(int status) => CodeBase + status switch
    {
        400 => 1,
        401 => 2,
        404 => 3,
        413 => 4,
        503 => 5,
        _ => 0,
    };
}

/// <summary>One error of an envelope.</summary>
/// <param name="Code">Its number.</param>
/// <param name="Message">Its text.</param>
sealed record EnvelopeError(int Code, string Message);
