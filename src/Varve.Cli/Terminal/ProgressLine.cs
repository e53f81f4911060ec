namespace Varve.Cli.Terminal;

/// <summary>How progress is shown.</summary>
enum ProgressMode
{
    /// <summary>Not at all.</summary>
    Silent,

    /// <summary>A plain line now and then, when it says something new.</summary>
    Lines,

    /// <summary>One line of a terminal that is drawn again and again.</summary>
    Bar,
}

/// <summary>Shows on standard error how far something is, until it is disposed.</summary>
sealed class ProgressLine : IAsyncDisposable
{
    const string Clear = "\r\u001b[K";
    const int LineWidth = 160;
    static readonly TimeSpan BarEvery = TimeSpan.FromMilliseconds(150);
    static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    readonly ProgressMode _mode;
    readonly Func<int, string> _text;
    readonly TimeProvider _clock;
    readonly CancellationTokenSource _ended = new();
    readonly Lock _lock = new();
    readonly Task _drawing;
    string _shown = "";

    /// <param name="mode">How.</param>
    /// <param name="text">What, in so many columns.</param>
    /// <param name="clock">When.</param>
    public ProgressLine(ProgressMode mode, Func<int, string> text, TimeProvider clock)
    {
        (_mode, _text, _clock) = (mode, text, clock);
        _drawing = mode == ProgressMode.Silent ? Task.CompletedTask : DrawAsync(_ended.Token);
    }

    /// <summary>The way that fits: silent when it is asked for, a bar when there is a person to see it.</summary>
    public static ProgressMode ModeFor(bool isSilent) =>
        isSilent ? ProgressMode.Silent
        : Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is null or "dumb" ? ProgressMode.Lines
        : ProgressMode.Bar;

    /// <summary>Says something that stays.</summary>
    public void Say(string line)
    {
        if (_mode == ProgressMode.Silent)
            return;
        lock (_lock)
        {
            Console.Error.WriteLine(_mode == ProgressMode.Bar ? Clear + line : line);
            if (_mode == ProgressMode.Bar)
                _shown = "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _drawing;
        if (_mode == ProgressMode.Bar)
            Console.Error.Write(Clear);
        _ended.Dispose();
    }

    async Task DrawAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_mode == ProgressMode.Bar ? BarEvery : LineEvery, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                Draw();
        }
        catch (OperationCanceledException)
        {
            // The work has ended; its report says the rest.
        }
    }

    void Draw()
    {
        lock (_lock)
        {
            var text = _text(_mode == ProgressMode.Bar ? Width() : LineWidth);
            if (text == _shown)
                return;
            _shown = text;
            if (_mode == ProgressMode.Bar)
                Console.Error.Write(Clear + text);
            else
                Console.Error.WriteLine(text);
        }
    }

    // The last column stays free: some terminals go on to the next line when it is written.
    static int Width() => Console.WindowWidth is > 1 and var width ? width - 1 : 79;
}
