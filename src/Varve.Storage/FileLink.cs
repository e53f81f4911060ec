using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Varve.Storage;

/// <summary>
/// The file system calls that .NET lacks. `link(2)` fails when the target exists and shows the whole file at once: the only
/// create-if-absent of a complete file that POSIX has. `File.Move(overwrite: false)` tests first and renames after: two may win.
/// </summary>
static partial class FileLink
{
    const int Eexist = 17;
    const int OpenReadOnly = 0;

    /// <summary>Gives <paramref name="existing"/> the second name <paramref name="target"/>. False when that name is taken.</summary>
    public static bool TryCreate(string existing, string target)
    {
        if (OperatingSystem.IsWindows())
            return TryCreateOnWindows(existing, target);
        if (Link(existing, target) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        if (error == Eexist)
            return false;
        throw new IOException($"link to {target} failed: {new Win32Exception(error).Message}");
    }

    /// <summary>Makes the folder and flushes the new entries of its parents, so that a file flushed in it survives a crash.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder);
        if (parent is not null)
            CreateFolder(parent);
        Directory.CreateDirectory(folder);
        if (parent is not null)
            FlushFolder(parent);
    }

    /// <summary>Flushes the entries of a folder to the disk. Windows does so by itself.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, OpenReadOnly);
        if (descriptor < 0)
            throw new IOException($"opening {folder} failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        try
        {
            // Some network file systems refuse fsync on folders (EINVAL); they have no weaker promise to offer.
            _ = Fsync(descriptor);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    static bool TryCreateOnWindows(string existing, string target)
    {
        try
        {
            File.Move(existing, target, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(target))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string target);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
