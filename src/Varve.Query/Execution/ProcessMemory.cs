using System.Buffers.Text;
using System.Diagnostics;

namespace Varve.Query.Execution;

/// <summary>The memory of processes, as the operating system counts it.</summary>
static class ProcessMemory
{
    const string Own = "/proc/self/statm";

    /// <summary>Bytes of this process that are in memory.</summary>
    public static long ResidentBytes() => OperatingSystem.IsLinux() && PagesOf(Own) is { } pages ? pages * Environment.SystemPageSize : WorkingSet();

    /// <summary>Bytes of a process that are in memory; 0 when it has ended.</summary>
    public static long ResidentBytes(Process process)
    {
        if (process.HasExited)
            return 0;
        if (!OperatingSystem.IsLinux())
        {
            process.Refresh();
            return process.WorkingSet64;
        }

        try
        {
            return PagesOf(FormattableString.Invariant($"/proc/{process.Id}/statm")) * Environment.SystemPageSize ?? 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The second number of a <c>statm</c> (proc_pid_statm(5)): resident pages.</summary>
    static long? PagesOf(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> text = stackalloc byte[256];
        text = text[..RandomAccess.Read(file, text, 0)];
        var second = text[(text.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(second, out long pages, out _) ? pages : null;
    }

    static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
