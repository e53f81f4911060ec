using Varve.Query.Execution;

namespace Varve.Query.Workers;

/// <summary>The worker's side: an engine that takes statements from a pipe and gives rows on another, one statement at a time.</summary>
public static class QueryWorker
{
    static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Serves its parent until that is gone or closes the pipe. A statement may still run then: the process has to end without waiting for it.
    /// </summary>
    /// <param name="input">What the parent says.</param>
    /// <param name="output">What it is told. Nothing else may be written to it.</param>
    /// <param name="clock">The clock.</param>
    public static void Run(Stream input, Stream output, TimeProvider clock)
    {
        var messages = new MessageStream(input, output);
        EngineInstance? instance = null;
        CancellationTokenSource? stop = null;
        while (messages.Read() is { } message)
            switch (message.Kind)
            {
                case WorkerMessageKind.Begin:
                    var engine = WorkerCodec.ReadEngine(message.Body);
                    instance = new EngineInstance(engine.MemoryBytes, engine.DiskBytes, engine.DataFolder, engine.FilesGrow, engine.TemporaryFolder);
                    break;
                case WorkerMessageKind.Run when instance is { } ready:
                    var request = WorkerCodec.ReadRequest(message.Body);
                    stop?.Dispose();
                    stop = new CancellationTokenSource();
                    var token = stop.Token;
                    // This thread goes on listening: for a word to stop, and for the end of the parent.
                    _ = Task.Factory.StartNew(
                        () => Execute(ready, request, messages, clock, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                    break;
                case WorkerMessageKind.Cancel:
                    stop?.Cancel();
                    break;
            }
    }

    static void Execute(EngineInstance instance, EngineRequest request, MessageStream messages, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            bool isCut;
            using (var call = new EngineCall(request, instance, Timeout.InfiniteTimeSpan, static _ => { }, clock, cancellationToken))
            using (new Reports(call, messages, clock))
                isCut = call.Run(
                    columns => messages.Write(WorkerMessageKind.Columns, writer => WorkerCodec.Write(writer, columns)),
                    block => messages.Write(WorkerMessageKind.Rows, writer => ValueCodec.Write(writer, block)));
            messages.Write(WorkerMessageKind.Done, writer => writer.Write(isCut));
        }
        catch (IOException)
        {
            // The parent is gone, and the process is about to end.
        }
        catch (Exception fault)
        {
            messages.Write(WorkerMessageKind.Fault, writer => WorkerCodec.Write(writer, EngineFaults.Explain(fault)));
        }
    }

    /// <summary>Says from time to time how much is done.</summary>
    sealed class Reports : IDisposable
    {
        readonly EngineCall _call;
        readonly MessageStream _messages;
        readonly ITimer _timer;

        public Reports(EngineCall call, MessageStream messages, TimeProvider clock)
        {
            (_call, _messages) = (call, messages);
            _timer = clock.CreateTimer(static state => ((Reports)state!).Report(), this, ProgressEvery, Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _timer.Dispose();

        void Report()
        {
            try
            {
                if (_call.Percentage() is { } known)
                    _messages.Write(WorkerMessageKind.Progress, writer => writer.Write(known));
                _timer.Change(ProgressEvery, Timeout.InfiniteTimeSpan);
            }
            catch (Exception fault) when (fault is IOException or ObjectDisposedException)
            {
                // It is over, or the parent is gone.
            }
        }
    }
}
