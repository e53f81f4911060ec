using Microsoft.AspNetCore.Mvc;
using Varve.Storage;

namespace Varve.Server.Errors;

/// <summary>The one place where faults become answers: status, form and log level.</summary>
sealed class FaultAnswers(RequestDelegate next, ILogger<FaultAnswers> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (BadHttpRequestException fault)
        {
            await AnswerAsync(context, fault.StatusCode, "bad_request", fault.Message, detail: null);
        }
        catch (VarveException fault)
        {
            var status = StatusOf(fault);
            if (status >= StatusCodes.Status500InternalServerError)
                Log.RequestFailed(logger, fault, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, status, fault.Detail?.Code ?? CodeOf(fault.Kind), fault.Message, fault.Detail);
        }
        catch (Exception fault)
        {
            Log.RequestFailed(logger, fault, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "internal",
                "The server met an error of its own. Its log says more.", detail: null);
        }
    }

    /// <summary>The HTTP status of a fault.</summary>
    public static int StatusOf(VarveException fault) => fault.Kind switch
    {
        FaultKind.Invalid => StatusCodes.Status400BadRequest,
        FaultKind.NotFound => StatusCodes.Status404NotFound,
        FaultKind.LimitExceeded => StatusCodes.Status413PayloadTooLarge,
        FaultKind.Busy => StatusCodes.Status429TooManyRequests,
        FaultKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>A fault's code when it brings none of its own.</summary>
    public static string CodeOf(FaultKind kind) => kind switch
    {
        FaultKind.Invalid => "invalid",
        FaultKind.NotFound => "not_found",
        FaultKind.LimitExceeded => "limit_exceeded",
        FaultKind.Busy => "busy",
        FaultKind.Unavailable => "unavailable",
        FaultKind.Corrupt => "corrupt",
        _ => "internal",
    };

    /// <summary>Answers with a problem document (RFC 9457), or in Cloudflare's envelope on its routes.</summary>
    public static async Task AnswerAsync(HttpContext context, int status, string code, string message, FaultDetail? detail)
    {
        if (context.Response.HasStarted)
        {
            // A body that was begun cannot be taken back: break it off, so that it is not taken for whole.
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        if (context.Request.Path.StartsWithSegments("/client/v4", StringComparison.OrdinalIgnoreCase))
        {
            await context.Response.WriteAsJsonAsync(Envelope.Failure(status, message), ApiJson.Options, context.RequestAborted);
            return;
        }

        var problem = new ProblemDetails { Status = status, Title = TitleOf(status), Detail = message };
        problem.Extensions["code"] = code;
        if (detail?.Position is { } position)
            problem.Extensions["position"] = position;
        if (detail?.Suggestion is { } suggestion)
            problem.Extensions["suggestion"] = suggestion;
        await context.Response.WriteAsJsonAsync(problem, ApiJson.Options, "application/problem+json", context.RequestAborted);
    }

    static string TitleOf(int status) => status switch
    {
        400 => "The request cannot be taken as it is",
        401 => "A token is needed",
        404 => "There is no such thing",
        413 => "Over a limit",
        429 => "Too much at once",
        503 => "Not available now",
        _ => "An error of the server",
    };
}
