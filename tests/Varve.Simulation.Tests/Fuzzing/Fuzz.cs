using System.Globalization;
using Varve.Storage;

namespace Varve.Simulation.Tests.Fuzzing;

/// <summary>Runs a reader over damaged inputs: as many as <c>VARVE_FUZZ_RUNS</c> says. A number names its input for ever.</summary>
static class Fuzz
{
    const int RunsByDefault = 3_000;

    /// <summary>Calls the reader with a chance of its own for each number; of what it throws only <see cref="VarveException"/> is right, and of a kind that blames the input.</summary>
    public static void Run(Action<Random> read, int share = 1)
    {
        var (right, refused) = (0, 0);
        for (var seed = 0; seed < Runs / share; seed++)
        {
            try
            {
                read(new Random(seed));
                right++;
            }
            catch (VarveException fault) when (fault.Kind is FaultKind.Corrupt or FaultKind.Invalid or FaultKind.NotFound)
            {
                refused++;
            }
            catch (Exception fault)
            {
                Assert.Fail($"Input {seed}: {fault}");
            }
        }

        // Damage that nobody notices, or that leaves nothing to read, would test nothing.
        Assert.True(right > 0 && refused > 0, $"{right} inputs were read, {refused} refused");
    }

    /// <summary>Fails when the reader takes more memory than the input can be worth.</summary>
    public static void Bounded(int inputBytes, Action read)
    {
        const int Base = 512 << 10;
        const int PerByte = 256;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read();
        }
        finally
        {
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken <= Base + (long)PerByte * inputBytes, $"{taken} bytes were taken for an input of {inputBytes}");
        }
    }

    static int Runs => int.TryParse(Environment.GetEnvironmentVariable("VARVE_FUZZ_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : RunsByDefault;
}
