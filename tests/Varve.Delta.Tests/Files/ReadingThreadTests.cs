using Apache.Arrow;
using Apache.Arrow.Types;
using ParquetSharp.Arrow;
using Varve.Delta.Files;

namespace Varve.Delta.Tests.Files;

/// <summary>Parquet is read on the thread that asks. A thread of Arrow's that reads ahead outlives the reader, and calls back into what was collected.</summary>
public sealed class ReadingThreadTests
{
    const int Rows = 300_000;

    [Fact]
    public async Task A_file_is_read_by_no_thread_but_the_callers()
    {
        using var values = new Int64Array.Builder().AppendRange(Enumerable.Range(0, Rows).Select(row => (long)row * row)).Build();
        using var written = new RecordBatch(new Apache.Arrow.Schema([new Field("x", Int64Type.Default, nullable: true)], metadata: null), [values], Rows);
        using var stream = new WatchedStream(ParquetFile.Write([written]));
        using var properties = ParquetFile.ReaderProperties();
        using var reader = new FileReader(stream, arrowProperties: properties, leaveOpen: true);
        using var batches = reader.GetRecordBatchReader();
        var read = 0;

        while (await batches.ReadNextRecordBatchAsync(TestContext.Current.CancellationToken) is { } batch)
            using (batch)
                read += batch.Length;

        Assert.Equal(Rows, read);
        Assert.Equal([Environment.CurrentManagedThreadId], stream.Threads);
    }

    /// <summary>A stream that keeps which threads read it.</summary>
    sealed class WatchedStream(byte[] content) : MemoryStream(content, writable: false)
    {
        readonly HashSet<int> _threads = [];

        public IReadOnlyList<int> Threads
        {
            get
            {
                lock (_threads)
                    return [.. _threads];
            }
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Note();
            return base.Read(buffer, offset, count);
        }

        public override int Read(Span<byte> buffer)
        {
            Note();
            return base.Read(buffer);
        }

        void Note()
        {
            lock (_threads)
                _threads.Add(Environment.CurrentManagedThreadId);
        }
    }
}
